"""BR-DE-CVD-*, BR-DEX-*: XRechnung for clean vehicles, and its extension."""

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from formats.findings import Severity
from formats.model import ZERO, Attribute, Classification, Invoice, Item, Line
from formats.model.codes import (
    ATTACHMENT_TYPES,
    ELECTRONIC_ADDRESS_SCHEMES,
    IDENTIFIER_SCHEMES,
    ITEM_CLASSIFICATIONS,
    CodeList,
)
from formats.model.germany import SubLine, ThirdPartyPayment, depths
from formats.rules import codes
from formats.rules.decimals import cents
from formats.rules.en16931 import EN16931
from formats.rules.engine import Context, Rule
from formats.rules.totals import to_cents, total
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_line,
    each_party,
    each_party_identifier,
    each_supporting_document,
    the_delivery,
    the_invoice,
)

T = TypeVar("T")

CIUS = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
EXTENSION = f"{CIUS}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
CVD = f"{CIUS}#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9"
"""Clean Vehicles Directive."""

CVA = "cva"
VEHICLES = ("M1", "M2", "M3", "N1", "N2", "N3")
CLEANLINESS = ("clean", "zero-emission", "other")
DIGA = ("XR01", "XR02", "XR03")
"""Schemes of health applications, which the extension adds to ICD and EAS."""


def _is(specification: str, sheet: Worksheet) -> bool:
    return sheet.invoice.specification == specification


def _cvd_items(sheet: Worksheet) -> Places[Item]:
    if not _is(CVD, sheet):
        return []
    return [(f"{path}.item", line.item) for path, line in sheet.lines if line.item is not None]


def _cvd_classes(sheet: Worksheet) -> Places[Classification]:
    return sheet.classifications if _is(CVD, sheet) else []


def _cvd_attributes(sheet: Worksheet) -> Places[Attribute]:
    if not _is(CVD, sheet):
        return []
    return [(path, attribute) for path, attribute in sheet.attributes if attribute.name == CVA]


def _only(specification: str, of: Context[T]) -> Context[T]:
    """Return the same places, but none unless the invoice follows this specification."""
    return of.where(f"under {specification}", lambda sheet: _is(specification, sheet))


the_cvd_invoice = _only(CVD, the_invoice)
each_cvd_item: Context[Item] = Context(name="each item under CVD", find=_cvd_items)
each_cvd_class: Context[Classification] = Context(
    name="each item classification under CVD", find=_cvd_classes
)
each_cvd_attribute: Context[Attribute] = Context(
    name="each item attribute cva under CVD", find=_cvd_attributes
)


def _cvd_line(invoice: Invoice) -> bool:
    return any(
        any(code.scheme == "CVD" for code in line.item.classifications)
        and any(attribute.name == CVA for attribute in line.item.attributes)
        for line in invoice.lines
        if line.item is not None
    )


def _one_attribute(item: Item) -> bool | None:
    if not any(code.scheme == "CVD" for code in item.classifications):
        return None
    return sum(attribute.name == CVA for attribute in item.attributes) == 1


def _one_class(item: Item) -> bool | None:
    if not any(attribute.name == CVA for attribute in item.attributes):
        return None
    return sum(code.scheme == "CVD" for code in item.classifications) == 1


CLEAN_VEHICLES: tuple[Rule, ...] = (
    the_cvd_invoice.states(
        "BR-DE-CVD-01", "BT-12", "the contract is named", "contract", fix="send its reference"
    ),
    the_cvd_invoice.states(
        "BR-DE-CVD-02", "BT-17", "the tender is named", "tender", fix="send its reference"
    ),
    the_cvd_invoice(
        "BR-DE-CVD-03",
        "BG-25",
        "at least one line is of a vehicle, with classification CVD and attribute cva",
        _cvd_line,
        at="lines",
        fix="send vehicle category and attribute cva on the lines of vehicles",
    ),
    each_cvd_class(
        "BR-DE-CVD-04",
        "BT-158",
        f"a classification of scheme CVD is one of {', '.join(VEHICLES)}",
        lambda code: code.code in VEHICLES if code.scheme == "CVD" else None,
        at="code",
        fix="send the vehicle's category",
    ),
    each_cvd_attribute(
        "BR-DE-CVD-05",
        "BT-161",
        f"the attribute cva is one of {', '.join(CLEANLINESS)}",
        lambda attribute: attribute.value in CLEANLINESS,
        at="value",
        fix="send one of these values",
    ),
    each_cvd_item(
        "BR-DE-CVD-06-a",
        "BG-32",
        "an item with classification CVD has the attribute cva once",
        _one_attribute,
        fix="send the attribute cva once",
    ),
    each_cvd_item(
        "BR-DE-CVD-06-b",
        "BT-158",
        "an item with attribute cva has a classification CVD once",
        _one_class,
        fix="send one classification of scheme CVD",
    ),
    each_cvd_class(
        "BR-TMP-CVD-01",
        "BT-158",
        f"the scheme of an item classification is CVD or of {ITEM_CLASSIFICATIONS.name}",
        lambda code: (
            None
            if code.scheme is None
            else code.scheme == "CVD" or code.scheme in ITEM_CLASSIFICATIONS
        ),
        at="scheme",
        fix=f"map the ERP's value to CVD or a code of {ITEM_CLASSIFICATIONS.name}",
    ),
)


def _and(more: tuple[str, ...], listed: CodeList) -> CodeList:
    return CodeList(
        " ".join((*more, *listed)),
        name=f"{listed.name} or {', '.join(more)}",
        version=listed.version,
    )


ICD_AND_DIGA = _and(DIGA, IDENTIFIER_SCHEMES)
EAS_AND_DIGA = _and(DIGA, ELECTRONIC_ADDRESS_SCHEMES)
ATTACHMENTS_AND_XML = _and(("application/xml",), ATTACHMENT_TYPES)

EXTENSION_CODES: tuple[Rule, ...] = tuple(
    codes.coded(
        (
            (
                _only(EXTENSION, each_supporting_document),
                "BR-DEX-01",
                "BT-125",
                "attachment.media_type",
                "the type of an attachment",
                ATTACHMENTS_AND_XML,
            ),
            (
                _only(EXTENSION, each_party_identifier),
                "BR-DEX-04",
                codes.IDENTIFIERS,
                "scheme",
                "the scheme of a party's identifier",
                ICD_AND_DIGA,
            ),
            (
                _only(EXTENSION, each_party),
                "BR-DEX-05",
                codes.REGISTRATIONS,
                "legal_registration.scheme",
                "the scheme of a registration number",
                ICD_AND_DIGA,
            ),
            (
                _only(EXTENSION, each_line),
                "BR-DEX-06",
                "BT-157",
                "item.standard_id.scheme",
                "the scheme of an item's standard identifier",
                ICD_AND_DIGA,
            ),
            (
                _only(EXTENSION, each_party),
                "BR-DEX-07",
                codes.ELECTRONIC_ADDRESSES,
                "electronic_address.scheme",
                "the scheme of an electronic address",
                EAS_AND_DIGA,
            ),
            (
                _only(EXTENSION, the_delivery),
                "BR-DEX-08",
                "BT-71",
                "location.scheme",
                "the scheme of a delivery location",
                ICD_AND_DIGA,
            ),
        )
    )
)


def _extended_invoice(sheet: Worksheet) -> bool:
    return _is(EXTENSION, sheet) and not sheet.invoice.is_credit_note


def _sub_lines(line: Line) -> tuple[SubLine, ...]:
    extensions = line.extensions
    return () if extensions is None or extensions.de is None else extensions.de.sub_lines


def _all_sub_lines(sheet: Worksheet) -> Places[SubLine]:
    if not _extended_invoice(sheet):
        return []
    return [
        (f"{path}.extensions.de.sub_lines[{n}]", sub_line)
        for path, line in sheet.lines
        if line.extensions is not None
        for n, sub_line in enumerate(_sub_lines(line))
    ]


def _payments(invoice: Invoice) -> tuple[ThirdPartyPayment, ...]:
    extensions = invoice.extensions
    return () if extensions is None or extensions.de is None else extensions.de.third_party_payments


def _all_payments(sheet: Worksheet) -> Places[ThirdPartyPayment]:
    if not _extended_invoice(sheet):
        return []
    payments = _payments(sheet.invoice)
    return [(f"extensions.de.third_party_payments[{n}]", each) for n, each in enumerate(payments)]


each_extended_line = each_line.where("of an invoice with extension", _extended_invoice)
each_sub_line: Context[SubLine] = Context(name="each sub invoice line", find=_all_sub_lines)
each_payment: Context[ThirdPartyPayment] = Context(
    name="each third party payment", find=_all_payments
)
the_extended_invoice = _only(EXTENSION, the_invoice)


def _parts_add_up(line: Line) -> bool | None:
    """Whether the line, and each part that has parts itself, is the sum of its parts."""
    sub_lines = _sub_lines(line)
    if not sub_lines:
        return None
    nets = [line.net, *(sub_line.net for sub_line in sub_lines)]
    sums: dict[int, Decimal] = {}
    around = [0]
    for number, depth in enumerate(depths(sub_lines), 1):
        del around[depth:]
        sums[around[-1]] = sums.get(around[-1], ZERO) + (nets[number] or ZERO)
        around.append(number)
    return all(nets[number] == together for number, together in sums.items())


def _due(invoice: Invoice) -> Decimal | None:
    """Return what BT-115 should be, to the cent and without BT-114."""
    totals = invoice.totals
    if totals is None or totals.with_vat is None:
        return None
    passed_on = total(payment.amount for payment in _payments(invoice))
    return to_cents(totals.with_vat - (totals.paid or ZERO) + passed_on)


def _due_adds_up(invoice: Invoice) -> bool | None:
    totals = invoice.totals
    if totals is None:
        return None
    if totals.due is None:
        return False
    return to_cents(totals.due - (totals.rounding or ZERO)) == _due(invoice)


SUB_LINES: tuple[Rule, ...] = (
    each_extended_line(
        "BR-DEX-02",
        "BT-131",
        "a line's net amount is the sum of its sub lines, and theirs of their own",
        _parts_add_up,
        at="net",
        severity=Severity.WARNING,
        fix="send all sub lines, and their sums",
    ),
    each_sub_line.has(
        "BR-DEX-03",
        "BG-DEX-06",
        "a sub invoice line has a VAT category",
        "vat_category",
        fix="send the VAT category of each sub line",
    ),
)

THIRD_PARTY_PAYMENTS: tuple[Rule, ...] = (
    the_extended_invoice(
        "BR-DEX-09",
        "BT-115",
        "the amount due is total with VAT minus paid plus rounding plus third party payments",
        _due_adds_up,
        at="totals.due",
        expected=_due,
        fix="compute the amount due from BT-112, BT-113, BT-114 and BT-DEX-002",
    ),
    each_payment.states(
        "BR-DEX-10",
        "BT-DEX-001",
        "a third party payment says of which type it is",
        "kind",
        fix="send the type of the payment",
    ),
    each_payment.has(
        "BR-DEX-11",
        "BT-DEX-002",
        "a third party payment has an amount",
        "amount",
        fix="send the amount, in the invoice's currency",
    ),
    each_payment.states(
        "BR-DEX-12",
        "BT-DEX-003",
        "a third party payment is described",
        "description",
        fix="send what the payment is for, and whose",
    ),
    each_payment(
        "BR-DEX-13",
        "BT-DEX-002",
        "a third party payment has at most two decimals",
        lambda payment: cents(payment.amount),
        at="amount",
        fix="send the amount with two decimals",
    ),
)

EXCUSED = {
    "BR-CL-10": EXTENSION,
    "BR-CL-11": EXTENSION,
    "BR-CL-13": CVD,
    "BR-CL-21": EXTENSION,
    "BR-CL-24": EXTENSION,
    "BR-CL-25": EXTENSION,
    "BR-CL-26": EXTENSION,
    "BR-CO-16": EXTENSION,
}
"""Core rules that a profile replaces by one of its own; KoSIT's validator overlooks them there."""


def unless(specification: str, rule: Rule) -> Rule:
    """Return the rule for all invoices but those that follow this specification."""
    context = rule.context.where(
        f"unless under {specification}", lambda sheet: not _is(specification, sheet)
    )
    return replace(rule, context=context)


UNJUDGED = {
    "BR-DEX-14": "an amount has no currency of its own in the model; readers refuse any but BT-5",
}

RULES: tuple[Rule, ...] = (
    *CLEAN_VEHICLES,
    *EXTENSION_CODES,
    *SUB_LINES,
    *THIRD_PARTY_PAYMENTS,
    *(unless(EXCUSED[rule.id], rule) for rule in EN16931 if rule.id in EXCUSED),
)
