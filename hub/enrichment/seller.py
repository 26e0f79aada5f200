"""The company's own data, which an ERP often leaves out: `[tenant.KEY]` of the settings."""

from msgspec.structs import replace

from formats.model import CreditTransfer, Invoice, Party, PaymentInstructions
from hub.config.sections import Tenant
from hub.enrichment.additions import Addition, fill

EN16931 = "urn:cen.eu:en16931:2017"
_SEPA_CREDIT_TRANSFER = "58"
"""UNTDID 4461."""
_FIELDS = (
    "name",
    "vat_identifier",
    "tax_registration",
    "legal_registration",
    "legal_information",
    "electronic_address",
    "address",
    "contact",
)


def add_seller(invoice: Invoice, tenant: Tenant, key: str) -> tuple[Invoice, list[Addition]]:
    """Fill what the seller (BG-4) lacks; an address or contact only as a whole."""
    source, own = f"[tenant.{key}]", tenant.party
    values = {name: getattr(own, name) for name in _FIELDS}
    seller, added = fill(invoice.seller or Party(), values, path="seller", source=source)
    if seller.address is not None:
        address, more = fill(
            seller.address, {"country": tenant.country}, path="seller.address", source=source
        )
        seller, added = replace(seller, address=address), added + more
    return replace(invoice, seller=seller), added


def add_specification(invoice: Invoice) -> tuple[Invoice, list[Addition]]:
    """Say which specification is followed (BT-24), which an ERP's own formats do not."""
    return fill(invoice, {"specification": EN16931}, path="", source="EN 16931-1, BT-24")


def add_bank(invoice: Invoice, tenant: Tenant, key: str) -> tuple[Invoice, list[Addition]]:
    """Name the company's account (BG-17) if an invoice says no way to pay it."""
    if invoice.payment is not None or not tenant.iban or invoice.is_credit_note:
        return invoice, []
    payment = PaymentInstructions(
        means_code=_SEPA_CREDIT_TRANSFER,
        remittance=invoice.number,
        credit_transfers=(
            CreditTransfer(
                account=tenant.iban,
                account_name=tenant.account_name or tenant.name,
                bank=tenant.bic or None,
            ),
        ),
    )
    return fill(invoice, {"payment": payment}, path="", source=f"[tenant.{key}]")
