"""Texts of an IDoc: notes of the invoice and its lines (E1EDKT1, E1EDPT1), terms of payment."""

from collections.abc import Iterable, Mapping, Sequence

from formats.idoc.profile import Profile
from formats.idoc.segments import Segment
from formats.model.paths import Draft, Term, term

_TERMS = term("payment_terms")
_COMMENTS = ("/*", "/:")


def put_texts(draft: Draft, heads: Iterable[Segment], terms: Mapping[str, Term | None]) -> None:
    """Put each text to the term that its id has; two for the same term one below the other.

    Args:
        draft: of the invoice or the line.
        heads: E1EDKT1 or E1EDPT1, with the lines of text in them.
        terms: text id to term, `*` for all others; None leaves a text out.
    """
    for head in heads:
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


def _in_words(fields: Mapping[str, str], profile: Profile) -> str:
    if "TAGE" not in fields:
        return ""
    percent = fields.get("PRZNT", "")
    wording = profile.discount_wording if percent.strip("0.,") else profile.net_wording
    return wording.replace("{TAGE}", fields["TAGE"]).replace("{PRZNT}", percent)


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
