"""The company's own data, which an ERP often leaves out: `[tenant.KEY]` of the settings."""

from msgspec.structs import replace

from formats.findings import Actor, Finding, Severity
from formats.model import CreditTransfer, Invoice, Party, PaymentInstructions
from formats.model.extensions import Extensions
from formats.rules.it_codes import italy
from hub.config.companies import Tenant
from hub.enrichment.additions import Addition, fill
from hub.store.recipients import compact

EN16931 = "urn:cen.eu:en16931:2017"
_SEPA_CREDIT_TRANSFER = "58"
"""UNTDID 4461."""
_ISSUED_BY_BUYER = frozenset({"261", "389", "527"})
"""UNTDID 1001: self-billed credit note, invoice and debit note."""
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


def foreign_seller(invoice: Invoice, tenant: Tenant, key: str) -> tuple[Finding, ...]:
    """Warn of an invoice that another company issues, by VAT identifiers (BT-31).

    Where the buyer issues it (self-billing), the buyer must be the company.
    """
    is_buyers = invoice.type_code in _ISSUED_BY_BUYER
    issuer, whose, term = (
        (invoice.buyer, "buyer", "BT-48") if is_buyers else (invoice.seller, "seller", "BT-31")
    )
    theirs = issuer.vat_identifier if issuer else None
    if not theirs or not tenant.vat_identifier or compact(theirs) == compact(tenant.vat_identifier):
        return ()
    return (
        Finding(
            rule="IN-SELLER",
            severity=Severity.WARNING,
            term=term,
            path=f"{whose}.vat_identifier",
            value=theirs,
            message=f"who issues this has the VAT identifier {theirs}; "
            f"that of [tenant.{key}] is {tenant.vat_identifier}",
            fix="if it is another company's, let it come by a sender of that company; "
            "else correct the settings",
            actor=Actor.OPERATOR,
        ),
    )


def add_specification(invoice: Invoice) -> tuple[Invoice, list[Addition]]:
    """Say which specification is followed (BT-24), which an ERP's own formats do not."""
    return fill(invoice, {"specification": EN16931}, path="", source="EN 16931-1, BT-24")


def add_tax_regime(invoice: Invoice, tenant: Tenant, key: str) -> tuple[Invoice, list[Addition]]:
    """State the company's RegimeFiscale, which FatturaPA wants and no other format has."""
    source, values = f"[tenant.{key}]", {"regime": tenant.tax_regime}
    filled, added = fill(italy(invoice), values, path="extensions.it", source=source)
    if not added:
        return invoice, []
    extensions = replace(invoice.extensions or Extensions(), it=filled)
    return replace(invoice, extensions=extensions), added


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
