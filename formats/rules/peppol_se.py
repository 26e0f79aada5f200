"""SE-R-*: what Peppol asks of Swedish sellers."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from formats.findings import Severity
from formats.model import CreditTransfer, Party, PaymentInstructions
from formats.rules.check_digits import is_number, swedish
from formats.rules.countries import of_address
from formats.rules.engine import Context, Rule
from formats.rules.worksheet import Places, Worksheet, the_payment, the_seller

RATES = (Decimal(6), Decimal(12), Decimal(25))
F_TAX = "GODKÄND FÖR F-SKATT"
PLUSGIRO = "SE:PLUSGIRO"
BANKGIRO = "SE:BANKGIRO"
OUTDATED = ("50", "56")


def _swedish(sheet: Worksheet) -> bool:
    return of_address(sheet.invoice.seller) == "SE"


def _taxed(sheet: Worksheet) -> bool:
    seller = sheet.invoice.seller
    identifier = None if seller is None else seller.vat_identifier
    return _swedish(sheet) and (identifier or "").startswith("SE")


def domestic(sheet: Worksheet) -> bool:
    """Whether the addresses of seller and buyer are in Sweden."""
    return _swedish(sheet) and of_address(sheet.invoice.buyer) == "SE"


def _registered(sheet: Worksheet) -> bool:
    seller = sheet.invoice.seller
    return _swedish(sheet) and seller is not None and seller.legal_registration is not None


def _standard_rated(sheet: Worksheet) -> Places[Decimal | None]:
    """Return BT-96, BT-103, BT-119 and BT-152 where the category is S."""
    if not _taxed(sheet):
        return []
    parts: Sequence[tuple[str, Any]] = (
        *sheet.lines_of.get("S", ()),
        *sheet.allowances_of.get("S", ()),
        *sheet.charges_of.get("S", ()),
    )
    rows = sheet.rows_of.get("S", ())
    return [
        *((f"{path}.vat_rate", part.vat_rate) for path, part in parts),
        *((f"{path}.rate", row.rate) for path, row in rows),
    ]


def _accounts(bank: str, sheet: Worksheet) -> Places[CreditTransfer]:
    payment = sheet.invoice.payment
    if payment is None or payment.means_code != "30" or not _swedish(sheet):
        return []
    return [
        (f"payment.credit_transfers[{n}]", each)
        for n, each in enumerate(payment.credit_transfers)
        if each.bank == bank and each.account is not None
    ]


the_taxed_seller = the_seller.where("who is Swedish with Swedish VAT", _taxed)
the_registered_seller = the_seller.where("who is Swedish and registered", _registered)
the_swedish_payment = the_payment.where("of a Swedish seller", _swedish)
the_domestic_payment = the_payment.where("between Swedes", domestic)
each_standard_rate: Context[Decimal | None] = Context(
    name="each standard rate of a Swedish seller", find=_standard_rated
)
each_plusgiro: Context[CreditTransfer] = Context(
    name="each Plusgiro account", find=partial(_accounts, PLUSGIRO)
)
each_bankgiro: Context[CreditTransfer] = Context(
    name="each Bankgiro account", find=partial(_accounts, BANKGIRO)
)


def _registration(party: Party) -> str:
    return "" if party.legal_registration is None else party.legal_registration.value


def _vat_digits(party: Party) -> str:
    return (party.vat_identifier or "")[2:14]


def _approved(party: Party) -> bool | None:
    if party.tax_registration is None:
        return None
    return " ".join(party.tax_registration.split()).upper() == F_TAX


def _not_by(*codes: str) -> Any:
    """Return the predicate that the payment means is none of these."""

    def holds(payment: PaymentInstructions) -> bool | None:
        return False if payment.means_code in codes else None

    return holds


SELLER: tuple[Rule, ...] = (
    the_taxed_seller(
        "SE-R-001",
        "BT-31",
        "a Swedish VAT identifier has fourteen characters",
        lambda seller: len(seller.vat_identifier or "") == 14,
        at="vat_identifier",
        fix="send SE, the organisation number and 01",
    ),
    the_taxed_seller(
        "SE-R-002",
        "BT-31",
        "a Swedish VAT identifier has digits after SE",
        lambda seller: is_number(_vat_digits(seller)),
        at="vat_identifier",
        fix="send SE, the organisation number and 01",
    ),
    the_registered_seller(
        "SE-R-003",
        "BT-30",
        "a Swedish organisation number is a number",
        lambda seller: is_number(_registration(seller)),
        at="legal_registration.value",
        fix="send the organisation number without hyphen",
    ),
    the_registered_seller(
        "SE-R-004",
        "BT-30",
        "a Swedish organisation number has ten digits",
        lambda seller: len(_registration(seller)) == 10,
        at="legal_registration.value",
        fix="send the organisation number without hyphen",
    ),
    the_registered_seller(
        "SE-R-013",
        "BT-30",
        "the last digit of a Swedish organisation number is its check digit",
        lambda seller: swedish(_registration(seller)),
        at="legal_registration.value",
        fix="correct the organisation number",
    ),
    the_registered_seller(
        "SE-R-005",
        "BT-32",
        "a Swedish tax registration says that the seller is approved for F-skatt",
        _approved,
        at="tax_registration",
        fix="send the words Godkänd för F-skatt",
    ),
    each_standard_rate(
        "SE-R-006",
        {
            "lines.vat_rate": "BT-152",
            "allowances.vat_rate": "BT-96",
            "charges.vat_rate": "BT-103",
            "vat_breakdown.rate": "BT-119",
        },
        "a Swedish standard rate is 6, 12 or 25 percent",
        lambda rate: rate is not None and rate in RATES,
        fix="send one of these rates",
    ),
)

PAYMENT: tuple[Rule, ...] = (
    each_plusgiro(
        "SE-R-007",
        "BT-84",
        "a Plusgiro account is a number",
        lambda transfer: is_number(transfer.account or ""),
        at="account",
        severity=Severity.WARNING,
        private=True,
        fix="send the account's digits only",
    ),
    each_plusgiro(
        "SE-R-010",
        "BT-84",
        "a Plusgiro account has two to eight digits",
        lambda transfer: 2 <= len(transfer.account or "") <= 8,
        at="account",
        severity=Severity.WARNING,
        private=True,
        fix="send the account's digits only",
    ),
    each_bankgiro(
        "SE-R-008",
        "BT-84",
        "a Bankgiro account is a number",
        lambda transfer: is_number(transfer.account or ""),
        at="account",
        severity=Severity.WARNING,
        private=True,
        fix="send the account's digits only",
    ),
    each_bankgiro(
        "SE-R-009",
        "BT-84",
        "a Bankgiro account has seven or eight digits",
        lambda transfer: len(transfer.account or "") in {7, 8},
        at="account",
        severity=Severity.WARNING,
        private=True,
        fix="send the account's digits only",
    ),
    the_swedish_payment(
        "SE-R-011",
        "BT-81",
        "payments by Bankgiro and Plusgiro are credit transfers (30)",
        _not_by(*OUTDATED),
        at="means_code",
        severity=Severity.WARNING,
        fix=f"send 30 with the bank {BANKGIRO} or {PLUSGIRO} (BT-86)",
    ),
    the_domestic_payment(
        "SE-R-012",
        "BT-81",
        "a credit transfer between Swedes is 30, not 31",
        _not_by("31"),
        at="means_code",
        severity=Severity.WARNING,
        fix="send 30",
    ),
)

RULES = SELLER + PAYMENT
