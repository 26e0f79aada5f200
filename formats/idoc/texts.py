"""Texts of an IDoc: notes of the invoice and its lines (E1EDKT1, E1EDPT1), terms of payment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from formats.idoc.profile import Profile
from formats.idoc.segments import Segment
from formats.model.paths import Draft, Term, term

_TERMS = term("payment_terms")
_ISSUED = term("issue_date")
_DUE = term("due_date")
_MOST_DAYS = 9999
_COMMENTS = ("/*", "/:")


def put_texts(
    draft: Draft, heads: Iterable[Segment], terms: Mapping[str, Term | None], language: str = ""
) -> None:
    """Put each text to the term that its id has; two for the same term one below the other.

    Args:
        draft: of the invoice or the line.
        heads: E1EDKT1 or E1EDPT1, with the lines of text in them.
        terms: text id to term, `*` for all others; None leaves a text out.
        language: texts that say they are in another are left out; empty for all.
    """
    for head in heads:
        stated = head.fields.get("TSSPRAS_ISO") or head.fields.get("TSSPRAS")
        if language and stated and stated != language:
            continue
        text_id = head.qualifier or ""
        found = terms[text_id] if text_id in terms else terms.get("*")
        text = _text(head.children) if found is not None else ""
        if found is not None and text:
            _mark(head)
            before = draft.get(found)
            draft.put(found, f"{before}\n{text}" if before else text, _place(head))


def put_payment_terms(draft: Draft, segments: Sequence[Segment], profile: Profile) -> None:
    """Put the terms of payment (BT-20): the texts of E1EDK18, and in words those without text."""
    texts = []
    for segment in segments:
        fields = segment.fields
        text = fields.get("ZTERM_TXT") or _in_words(fields, profile)
        if text:
            texts.append(text)
            segment.taken.update(("QUALF", "ZTERM_TXT") if "ZTERM_TXT" in fields else fields)
    if texts:
        draft.put(_TERMS, "\n".join(texts), segments[0].place("ZTERM_TXT"))


def put_due_date(draft: Draft, segments: Sequence[Segment], profile: Profile) -> None:
    """Put the due date (BT-9) where none is stated: the days of the net terms after the issue date.

    Only where there is one E1EDK18 with days and without a discount.
    """
    issued = draft.get(_ISSUED)
    terms = [each for each in segments if "TAGE" in each.fields and not _discount(each.fields)]
    if not profile.counts_due_date or draft.get(_DUE) is not None or len(terms) != 1:
        return
    days = terms[0].fields["TAGE"]
    if isinstance(issued, date) and days.isdecimal() and int(days) <= _MOST_DAYS:
        terms[0].taken.add("TAGE")
        place = f"{draft.sources[_ISSUED.path]} + {terms[0].place('TAGE')}"
        draft.put(_DUE, issued + timedelta(days=int(days)), place)


def _in_words(fields: Mapping[str, str], profile: Profile) -> str:
    if "TAGE" not in fields:
        return ""
    wording = profile.discount_wording if _discount(fields) else profile.net_wording
    percent = fields.get("PRZNT", "")
    words = {"{TAGE}": fields["TAGE"], "{PRZNT}": percent, "{percent}": _two_decimals(percent)}
    for word, value in words.items():
        wording = wording.replace(word, value)
    return wording


def _discount(fields: Mapping[str, str]) -> bool:
    return bool(fields.get("PRZNT", "").strip("0.,"))


def _two_decimals(percent: str) -> str:
    try:
        return f"{Decimal(percent.replace(',', '.')):.2f}"
    except InvalidOperation:
        return percent


def _text(lines: Iterable[Segment]) -> str:
    """Return the text of its lines. TDFORMAT: `=` goes on, blank after a space, else a new line."""
    text = ""
    for line in lines:
        form, words = line.fields.get("TDFORMAT", ""), line.fields.get("TDLINE", "")
        if form in _COMMENTS:
            continue
        text += ("" if form == "=" or not text else " " if not form else "\n") + words
    return text.strip()


def _mark(head: Segment) -> None:
    for segment in head.below():
        segment.taken.update(segment.fields)


def _place(head: Segment) -> str:
    return head.children[0].place("TDLINE")
