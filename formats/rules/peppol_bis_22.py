"""PEPPOL_BIS_22, PEPPOL_SELFBILLING_22: Peppol's release 3.0.22, as 3.0.21 and what changes.

Its rules are in no package yet: ours are written from the release notes and the Schematron in the
repository of OpenPeppol (PEPPOL-EN16931-UBL, PEPPOL-EN16931-UBL-SB).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from formats.findings import Severity
from formats.model import Invoice
from formats.model.codes import CodeList
from formats.rules import check_digits, codes, peppol_bis, peppol_se, peppol_sk
from formats.rules.countries import both_in
from formats.rules.engine import Rule, RuleSet
from formats.rules.peppol_bis import PEPPOL_BIS
from formats.rules.peppol_identifiers import VAT_TERMS, Shape, each_identifier, shaped
from formats.rules.peppol_selfbilling import PEPPOL_SELFBILLING
from formats.rules.worksheet import (
    Worksheet,
    each_party,
    each_vat_identifier,
    the_worksheet,
)

VERSION: Final = "3.0.22"
VALID_FROM: Final = date(2027, 2, 24)
INVOICES: Final = CodeList(
    " ".join(sorted({*peppol_bis.INVOICES, "389"})),
    name="UNTDID 1001, invoices in Peppol",
    version=VERSION,
)
SCHEMES: Final = CodeList(
    " ".join({*peppol_bis.SCHEMES, "0158"}), name=peppol_bis.SCHEMES.name, version=VERSION
)
GERMAN_ONLY: Final = ("326", "384", "389")
CARDINALITY: Final = tuple(f"PEPPOL-EN16931-R{n}" for n in range(140, 277))
"""Rules that an element stands exactly once; `formats.syntax.peppol_cardinality` judges them."""

REMOVED: Final = frozenset({"GR-R-001-5"})
NOW_FATAL: Final = frozenset(
    f"PEPPOL-COMMON-R{rule}" for rule in ("054", "055", "056-1", "056-2", "057")
)


def _gln13(text: str) -> bool:
    return len(text) == 13 and check_digits.gln(text)


def _belgian(text: str) -> bool:
    return text[:1] in {"0", "1"} and check_digits.belgian(text)


def _belgian_vat(identifier: str) -> bool | None:
    if not identifier.startswith("BE"):
        return None
    return _belgian(identifier[2:])


def _luxembourgish_vat(identifier: str) -> bool | None:
    number = identifier.upper()
    return check_digits.luxembourgish_vat(number) if number.startswith("LU") else None


def _invoice_type(invoice: Invoice) -> bool | None:
    if invoice.type_code is None or invoice.is_credit_note:
        return None
    return invoice.business_process not in peppol_bis.PROCESSES or invoice.type_code in INVOICES


def _type_of_country(sheet: Worksheet) -> bool | None:
    invoice = sheet.invoice
    if invoice.type_code is None or invoice.is_credit_note:
        return None
    if invoice.type_code == peppol_sk.CORRECTED and peppol_sk.between_slovaks(invoice):
        return True
    return invoice.type_code not in GERMAN_ONLY or both_in("DE", sheet)


def _by_id(rules: Sequence[Rule]) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules}


_OLD: Final = _by_id(PEPPOL_BIS.rules)

CHANGED: Final[Mapping[str, Rule]] = _by_id(
    (
        shaped(
            Shape(
                "PEPPOL-COMMON-R040",
                "0088",
                "a GLN has thirteen digits, the last the check digit of GS1",
                _gln13,
            ),
            each_identifier,
        ),
        shaped(
            Shape(
                "PEPPOL-COMMON-R043",
                "0208",
                "a Belgian enterprise number has ten digits, the first 0 or 1, the last two check"
                " digits",
                _belgian,
            ),
            each_identifier,
        ),
        *codes.coded(
            (
                (
                    each_party,
                    "PEPPOL-EN16931-CL008",
                    codes.ELECTRONIC_ADDRESSES,
                    "electronic_address.scheme",
                    "the scheme of an electronic address",
                    SCHEMES,
                ),
            )
        ),
    )
)
"""What billing and self-billing both judge otherwise than before."""

CHANGED_IN_BILLING: Final[Mapping[str, Rule]] = {
    **CHANGED,
    "PEPPOL-EN16931-P0100": replace(_OLD["PEPPOL-EN16931-P0100"], predicate=_invoice_type),
    "PEPPOL-EN16931-P0112": the_worksheet(
        "PEPPOL-EN16931-P0112",
        "BT-3",
        f"the types {', '.join(GERMAN_ONLY)} are for Germans among themselves, and"
        f" {peppol_sk.CORRECTED} for Slovaks as well",
        _type_of_country,
        at="type_code",
        fix="send another type, e.g. 380",
    ),
    "SE-R-006": replace(
        _OLD["SE-R-006"],
        sentence="a standard rate between Swedes is 6, 12 or 25 percent",
        context=_OLD["SE-R-006"].context.where("between Swedes", peppol_se.domestic),
    ),
}

ADDED: Final[tuple[Rule, ...]] = (
    each_vat_identifier(
        "PEPPOL-COMMON-R058",
        VAT_TERMS,
        "a VAT number of Luxembourg is LU, six digits and two check digits",
        _luxembourgish_vat,
        severity=Severity.WARNING,
        fix="correct the VAT identifier",
    ),
    shaped(
        Shape(
            "PEPPOL-COMMON-R059",
            "0240",
            "a matricule of Luxembourg has eleven digits, with a legal form and a check digit",
            check_digits.luxembourgish,
            Severity.WARNING,
        ),
        each_identifier,
    ),
    each_vat_identifier(
        "PEPPOL-COMMON-R062",
        VAT_TERMS,
        "a Belgian VAT number is BE and an enterprise number, the first digit 0 or 1",
        _belgian_vat,
        severity=Severity.WARNING,
        fix="correct the VAT identifier",
    ),
)

_UNJUDGED: Final = dict.fromkeys(
    CARDINALITY,
    "how often an element stands is seen in a file; what a model can lack of it, the core asks for",
)


def _renewed(rule: Rule, changed: Mapping[str, Rule]) -> Rule:
    if rule.id in NOW_FATAL:
        return replace(rule, severity=Severity.FATAL)
    return changed.get(rule.id, rule)


def _release(
    before: RuleSet, key: str, source: str, changed: Mapping[str, Rule], added: Sequence[Rule]
) -> RuleSet:
    kept = (rule for rule in before.rules if rule.id not in REMOVED)
    return replace(
        before,
        key=key,
        version=VERSION,
        source=f"{source}, published on 2026-11-23",
        valid_from=VALID_FROM,
        valid_until=None,
        rules=(*(_renewed(rule, changed) for rule in kept), *added),
        unjudged={**before.unjudged, **_UNJUDGED},
    )


PEPPOL_BIS_22: Final = _release(
    PEPPOL_BIS,
    "peppol-bis-3.0.22",
    "Peppol BIS Billing 3.0.22, release notes and Schematron PEPPOL-EN16931-UBL",
    CHANGED_IN_BILLING,
    (*ADDED, *peppol_sk.RULES),
)
PEPPOL_SELFBILLING_22: Final = _release(
    PEPPOL_SELFBILLING,
    "peppol-selfbilling-3.0.22",
    "Peppol BIS Self-Billing 3.0.2, release notes and Schematron PEPPOL-EN16931-UBL-SB",
    CHANGED,
    ADDED,
)
