"""Clean invoices for Peppol: one a country whose rules differ, with every group of the model."""

from datetime import date
from decimal import Decimal
from typing import Any

from formats.model import (
    Classification,
    CreditTransfer,
    DirectDebit,
    Identifier,
    Invoice,
    Note,
    PaymentCard,
    PaymentInstructions,
    SupportingDocument,
)
from formats.rules.peppol_bis import PROCESSES, SPECIFICATION
from tests.formats.rules.samples import CLEAN, change

D = Decimal


def registered(value: str, scheme: str) -> Identifier:
    return Identifier(value=value, scheme=scheme)


def transfer(account: str, bank: str | None = None, *, means: str = "30") -> PaymentInstructions:
    return PaymentInstructions(
        means_code=means, credit_transfers=(CreditTransfer(account=account, bank=bank),)
    )


GERMAN: Invoice = change(
    CLEAN,
    {
        "specification": SPECIFICATION,
        "business_process": PROCESSES[0],
        "buyer_reference": "04011000-12345-03",
        "payment.card": None,
        "payment_terms": "#SKONTO#TAGE=14#PROZENT=2.00#\n30 days net",
        "seller.electronic_address": registered("4000001000005", "0088"),
        "buyer.electronic_address": registered("4000001000012", "0088"),
        "lines[0].allowances[0].percent": D(10),
        "lines[0].charges[0].percent": D(10),
        "lines[1].quantity": D(5),
        "lines[2].quantity": D(0),
        "allowances[1].base": None,
        "allowances[1].percent": None,
        "charges[1].base": None,
        "charges[1].percent": None,
        "supporting_documents[0].location": "https://seller.example/sheet.pdf",
        "supporting_documents[0].attachment.file_name": "sheet.pdf",
    },
)
CARD = change(
    GERMAN, {"payment": PaymentInstructions(means_code="48", card=PaymentCard(number="1234"))}
)
DEBIT = change(
    GERMAN,
    {
        "payment": PaymentInstructions(
            means_code="59",
            direct_debit=DirectDebit(
                mandate="M-1", creditor="DE98ZZZ09999999999", account="DE02120300000000202051"
            ),
        )
    },
)
CORRECTED = change(GERMAN, {"type_code": "384"})


def within(country: str, vat: str, registration: Identifier, **more: Any) -> Invoice:
    """Return the invoice with seller, buyer and tax representative moved to a country."""
    moved: Invoice = change(
        GERMAN,
        {
            "seller.address.country": country,
            "buyer.address.country": country,
            "tax_representative.address.country": country,
            "seller.vat_identifier": vat,
            "buyer.vat_identifier": vat,
            "tax_representative.vat_identifier": vat,
            "seller.legal_registration": registration,
            "buyer.legal_registration": registration,
            "payment_terms": "30 days net",
        }
        | {path.replace("__", "."): value for path, value in more.items()},
    )
    return moved


BELGIAN = within("BE", "BE0123456749", registered("0123456749", "0208"))
CREDIT_NOTE = change(BELGIAN, {"type_code": "381", "period": None, "lines[1].period": None})
EXEMPT = {
    reason: change(
        BELGIAN,
        {
            "vat_breakdown[0].category": category,
            "vat_breakdown[0].rate": D(0),
            "vat_breakdown[0].exemption_code": reason,
        },
    )
    for reason, category in {
        "VATEX-EU-G": "G",
        "VATEX-EU-O": "O",
        "VATEX-EU-IC": "K",
        "VATEX-EU-AE": "AE",
        "VATEX-EU-D": "E",
        "VATEX-EU-F": "E",
        "VATEX-EU-I": "E",
        "VATEX-EU-J": "E",
    }.items()
}
"""Clean by Peppol's rules, not by those of the core."""

DANISH = within(
    "DK",
    "DK12345678",
    registered("12345678", "0184"),
    payment=transfer("12345678", "1234", means="42"),
)
TAXED_IN_DENMARK = change(
    DANISH,
    {
        "lines[0].charges[0].reason_code": "ZZZ",
        "lines[0].charges[0].reason": "1234#tax on sugar",
        "lines[0].item.classifications": (
            Classification(code="50161509", scheme="TST", scheme_version="26.08.01"),
        ),
    },
)
GIRO = change(
    DANISH, {"payment": change(transfer("1234567", means="50"), {"remittance": "04#" + "1" * 16})}
)
FIK = change(
    DANISH, {"payment": change(transfer("12345678", means="93"), {"remittance": "71#" + "1" * 15})}
)
BETALINGSSERVICE = change(
    DANISH,
    {
        "payment": PaymentInstructions(
            means_code="49", direct_debit=DirectDebit(mandate="M-1", account="12345678")
        )
    },
)
DANISH_CREDIT_NOTE = change(DANISH, {"type_code": "381"})

GREEK = within(
    "GR",
    "EL123456783",
    registered("123456783", "0002"),
    number="123456783|01/02/2026|0|1.1|A|7",
    buyer__trading_name="Buyer AE",
    seller__electronic_address=registered("123456783", "9933"),
    buyer__electronic_address=registered("123456783", "9933"),
    supporting_documents=(
        SupportingDocument(reference="400001234567890", description="##M.AR.K##"),
        SupportingDocument(
            reference="url", description="##INVOICE|URL##", location="https://seller.example/7"
        ),
    ),
)
ICELANDIC = within(
    "IS",
    "IS12345",
    registered("1234567890", "0196"),
    due_date=date(2026, 3, 1),
    payment=transfer("123456789012", means="42"),
    supporting_documents=(SupportingDocument(reference="2026-03-15", description="EINDAGI"),),
)
CLAIM = change(ICELANDIC, {"payment.means_code": "9"})
ITALIAN = within(
    "IT",
    "IT12345678903",
    registered("IT12345678903", "0211"),
    seller__tax_registration="RSSMRA85T10A562S",
)
DUTCH = within(
    "NL",
    "NL123456789B12",
    registered("12345678", "0106"),
    purchase_order="PO-1",
    buyer__electronic_address=registered("NL123456789B12", "9944"),
    lines=tuple(change(line, {"order_line": "1"}) for line in GERMAN.lines),
)
DUTCH_CREDIT_NOTE = change(DUTCH, {"type_code": "381"})
NORWEGIAN = within(
    "NO",
    "NO123456785MVA",
    registered("123456785", "0192"),
    seller__tax_registration="Foretaksregisteret",
)
_RATE_12 = {
    "vat_breakdown[0].rate": D(12),
    "vat_breakdown[0].tax": D("18.00"),
    "totals.vat": D("18.00"),
    "totals.with_vat": D("168.00"),
    "totals.due": D("68.50"),
}
SWEDISH = change(
    within(
        "SE",
        "SE123456789701",
        registered("1234567897", "0007"),
        seller__tax_registration="Godkänd för F-skatt",
        payment=transfer("1234567", "SE:BANKGIRO"),
        lines=tuple(change(line, {"vat_rate": D(12)}) for line in GERMAN.lines),
        allowances=tuple(change(part, {"vat_rate": D(12)}) for part in GERMAN.allowances),
        charges=tuple(change(part, {"vat_rate": D(12)}) for part in GERMAN.charges),
    ),
    _RATE_12,
)
PLUSGIRO = change(SWEDISH, {"payment": transfer("123456", "SE:PLUSGIRO")})


def identified(*identifiers: Identifier) -> Invoice:
    """Return an invoice whose buyer has these identifiers."""
    invoice: Invoice = change(BELGIAN, {"buyer.identifiers": identifiers})
    return invoice


IDENTIFIED = identified(
    registered("4000001000012", "0088"),
    registered("123456785", "0192"),
    registered("12345678", "0184"),
    registered("1234567890", "0096"),
    registered("DK12345678", "0198"),
    registered("0123456749", "0208"),
    registered("UFE0ZX", "0201"),
    registered("12345678903", "0210"),
    registered("IT12345678903", "0211"),
    registered("1234567897", "0007"),
    registered("51824753556", "0151"),
    registered("12345678", "0106"),
    registered("12345678901234567890", "0190"),
    registered("123456789012", "0217"),
)
NOTED = change(GERMAN, {"notes": (Note(text="one"), Note(text="two"))})

BASES: dict[str, Invoice] = {
    "german": GERMAN,
    "card": CARD,
    "debit": DEBIT,
    "corrected": CORRECTED,
    "noted": NOTED,
    "belgian": BELGIAN,
    "credit note": CREDIT_NOTE,
    "identified": IDENTIFIED,
    "danish": DANISH,
    "danish tax": TAXED_IN_DENMARK,
    "giro": GIRO,
    "fik": FIK,
    "betalingsservice": BETALINGSSERVICE,
    "danish credit note": DANISH_CREDIT_NOTE,
    "greek": GREEK,
    "icelandic": ICELANDIC,
    "claim": CLAIM,
    "italian": ITALIAN,
    "dutch": DUTCH,
    "dutch credit note": DUTCH_CREDIT_NOTE,
    "norwegian": NORWEGIAN,
    "swedish": SWEDISH,
    "plusgiro": PLUSGIRO,
}
