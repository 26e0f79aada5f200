"""EXTENDED-CTC-FR, in UBL and CII: the core's rules on files that it keeps, and some of its own."""

import tomllib
from collections.abc import Collection
from dataclasses import replace
from importlib.resources import files
from typing import Final

from formats.model import ZERO
from formats.model.codes import ALLOWANCE_REASONS, CodeList
from formats.rules.fr_extended import FR_EXTENDED, FR_EXTENDED_CII
from formats.syntax.amounts import decimal_of
from formats.syntax.cii import CII
from formats.syntax.codes import coded
from formats.syntax.rules import Own, Sheet, SyntaxRules, kept, load, text
from formats.syntax.ubl import UBL
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_TABLE: Final = tomllib.loads(
    files("formats.syntax").joinpath("fr_extended_ubl.toml").read_text("utf-8")
)
_UNTDID_5153: Final = "5153"


def _list(name: str, called: str) -> CodeList:
    return CodeList(_TABLE["lists"][name], name=called, version=FR_EXTENDED.version)


ATTRIBUTES: Final = _list("attributes", "UNTDID 6313")


def _is_charge(reason: Element, indicator: str) -> bool:
    charge = reason.getparent()
    found = () if charge is None else charge.iter(tag(indicator))
    return any(text(each).strip(WHITE_SPACE) in {"true", "1"} for each in found)


def _has_any(element: Element, *names: str) -> bool:
    return next(element.iterchildren(*map(tag, names)), None) is not None


def _unnamed(name: str, code: str) -> Own:
    return Own(
        path=".",
        only=lambda attribute, _sheet: not _has_any(attribute, name, code),
        sentence="an attribute of an item has neither a name nor a code",
        fix=f"give {name} or {code}",
        term="BT-160",
    )


def _unvalued(value: str, measure: str) -> Own:
    def wrong(attribute: Element, _sheet: Sheet) -> bool:
        measures = list(attribute.iterchildren(tag(measure)))
        if _has_any(attribute, value):
            return bool(measures)
        return not any(each.get("unitCode") for each in measures)

    return Own(
        path=".",
        only=wrong,
        sentence="an attribute of an item has not either a value or a measure with its unit",
        fix=f"give {value}, or {measure} with the attribute unitCode",
        term="BT-161",
    )


def _says_no_day(due: Element, sheet: Sheet) -> bool:
    """Whether an amount is due and the document says nowhere by when."""
    amount = decimal_of(due)
    if amount is None or amount <= ZERO:
        return False
    days = sheet.root.iter(tag("cbc:DueDate"))
    terms = (_has_any(each, "cbc:Note") for each in sheet.root.iter(tag("cac:PaymentTerms")))
    return next(days, None) is None and not any(terms)


def _own(name: str, code: str, value: str, measure: str) -> dict[str, Own]:
    return {
        "BR-FREXT-54-1": _unnamed(name, code),
        "BR-FREXT-54-2": _unvalued(value, measure),
        "BR-FREXT-CL-20-TAX": coded(_list("taxes", "UNTDID 5153"), "the tax of a charge", "BT-105"),
        "BR-FREXT-CL-20-LISTID": Own(
            path=".",
            sentence="the reason of a charge is of a list other than 7161 and 5153",
            fix="write 7161 or 5153 to listID, or leave it out",
            shows="listID",
            term="BT-105",
        ),
        "BR-FREXT-CL-27": coded(
            _list("delivery_terms", "Incoterms"), "the code of delivery terms", "EXT-FR-FE-185"
        ),
    }


def _extended(core: SyntaxRules, own: SyntaxRules, ids: Collection[str]) -> SyntaxRules:
    return replace(own, contexts=(*kept(core, ids), *own.contexts))


FR_EXTENDED_UBL_FILES: Final[SyntaxRules] = _extended(
    UBL,
    load(
        "fr_extended_ubl.toml",
        key=FR_EXTENDED.key,
        own={
            **_own("cbc:Name", "cbc:NameCode", "cbc:Value", "cbc:ValueQuantity"),
            "BR-CO-25": Own(
                path=".",
                only=_says_no_day,
                sentence="an amount is due, and it is not said by when",
                fix="give cbc:DueDate or cbc:Note in cac:PaymentTerms",
                term="BT-9",
            ),
            "BR-FREXT-04": coded(ATTRIBUTES, "an attribute", "BT-160"),
        },
        conditions={
            "tax": lambda reason: (
                reason.get("listID") == _UNTDID_5153 and _is_charge(reason, "cbc:ChargeIndicator")
            ),
            "other": lambda reason: (
                reason.get("listID") not in {None, "", "7161", _UNTDID_5153}
                and _is_charge(reason, "cbc:ChargeIndicator")
            ),
        },
    ),
    {rule.id for rule in FR_EXTENDED} | {"BR-CL-03"},
)
FR_EXTENDED_CII_FILES: Final[SyntaxRules] = _extended(
    CII,
    load(
        "fr_extended_cii.toml",
        key=FR_EXTENDED_CII.key,
        own={
            **_own("ram:Description", "ram:TypeCode", "ram:Value", "ram:ValueMeasure"),
            "BR-FREXT-CL-19-GP": coded(ALLOWANCE_REASONS, "the reason of a discount", "BT-147"),
        },
        conditions={
            "tax": lambda reason: (
                reason.get("listID") == _UNTDID_5153 and _is_charge(reason, "udt:Indicator")
            ),
            "other": lambda reason: (
                reason.get("listID") not in {None, "", "7161", _UNTDID_5153}
                and _is_charge(reason, "udt:Indicator")
            ),
            "allowance": lambda reason: not _is_charge(reason, "udt:Indicator"),
        },
    ),
    {rule.id for rule in FR_EXTENDED_CII} | {"BR-CL-03"},
)
