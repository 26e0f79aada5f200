"""BR-FR-05, 06, 20, 30, CO-14, CO-15: what an invoice says in notes, and under which code."""

from collections import Counter
from collections.abc import Callable

from formats.model import Invoice
from formats.rules.engine import Context, Rule
from formats.rules.worksheet import Places, Worksheet, the_invoice

TREATMENT = "BAR"
"""Subject code of the note that says how a document is to be treated."""
TREATMENTS = ("B2B", "B2BINT", "B2C", "B2CINT", "OUTOFSCOPE", "ARCHIVEONLY")
MEMBER = "MEMBRE_ASSUJETTI_UNIQUE"
SINGLE_TAXABLE_PERSON = "0231"
"""Identifies the members of an assujetti unique."""


NOTES = (
    ("PMT", "the fixed sum for recovery costs"),
    ("PMD", "the penalties for late payment"),
    ("AAB", "the discount for early payment, or that there is none"),
)


def _subjects(sheet: Worksheet) -> Places[Counter[str | None]]:
    notes = sheet.invoice.notes
    return [("notes", Counter(note.subject_code for note in notes))]


the_note_subjects: Context[Counter[str | None]] = Context(name="the notes", find=_subjects)


def _stated_once(code: str) -> Callable[[Counter[str | None]], bool | None]:
    return lambda subjects: subjects[code] == 1 if code in subjects else None


def _has_note(code: str) -> Callable[[Counter[str | None]], bool]:
    return lambda subjects: code in subjects


def treatment(invoice: Invoice) -> str | None:
    """Return what the first note with subject BAR says; None where there is none."""
    text = next((note.text for note in invoice.notes if note.subject_code == TREATMENT), None)
    return None if text is None else text.partition("#")[0]


def _known_treatment(invoice: Invoice) -> bool | None:
    said = treatment(invoice)
    return said in TREATMENTS if said else None


def _one_treatment(invoice: Invoice) -> bool | None:
    said = [note.text for note in invoice.notes if note.subject_code == TREATMENT]
    return sum(text in TREATMENTS for text in said) <= 1 if said else None


def _is_member(invoice: Invoice) -> bool:
    seller = invoice.seller
    return seller is not None and any(
        identifier.scheme == SINGLE_TAXABLE_PERSON for identifier in seller.identifiers
    )


def _says_member(invoice: Invoice) -> bool | None:
    if not _is_member(invoice):
        return None
    return any(note.subject_code == "TXD" and note.text == MEMBER for note in invoice.notes)


def _is_represented(invoice: Invoice) -> bool | None:
    if not _is_member(invoice):
        return None
    representative = invoice.tax_representative
    return representative is not None and representative.vat_identifier is not None


RULES: tuple[Rule, ...] = (
    *(
        the_note_subjects(
            f"BR-FR-05_BT-22-{number}",
            "BT-22",
            f"a note ({code}) states {what}",
            _has_note(code),
            fix=f"send a note with subject code {code}",
        )
        for number, (code, what) in enumerate(NOTES, 1)
    ),
    *(
        the_note_subjects(
            f"BR-FR-06_BT-21-{number}",
            "BT-21",
            f"there is one note with subject code {code} at most",
            _stated_once(code),
            fix="put both texts into one note",
        )
        for number, code in enumerate(("PMT", "PMD", "AAB", "TXD"), 1)
    ),
    the_invoice(
        "BR-FR-20_BT-21",
        "BT-22",
        f"a note with subject code BAR says one of {', '.join(TREATMENTS)}",
        _known_treatment,
        at="notes",
        fix="send one of these words, and nothing else in that note",
    ),
    the_invoice(
        "BR-FR-30_BT-21",
        "BT-21",
        "there is one note with subject code BAR that says how the invoice is to be treated",
        _one_treatment,
        at="notes",
        fix="leave all but one of these notes out",
    ),
    the_invoice(
        "BR-FR-CO-14_BT-29-1",
        "BT-22",
        f"a member of a single taxable person says {MEMBER} in a note with subject code TXD",
        _says_member,
        at="notes",
        fix="send that note, or leave the identifier under 0231 out",
    ),
    the_invoice(
        "BR-FR-CO-15_BT-29-1",
        "BT-63",
        "a member of a single taxable person names it as tax representative, with VAT identifier",
        _is_represented,
        at="tax_representative.vat_identifier",
        fix="send name and VAT identifier of the single taxable person",
    ),
)
