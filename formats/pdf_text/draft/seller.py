"""Who sends the invoice, by name: a company's form, else the owner of an address on the web."""

import re
from collections.abc import Iterator
from typing import Final

from formats.pdf_text.draft.sample import TABLE, Sample, all_of, found_label
from formats.pdf_text.fields import cells
from formats.pdf_text.pages import Row

_FORM: Final = (
    r"(?:GmbH(?: & Co\.? KG)?|AG|KG|OHG|UG|e\.K\.|SARL|SASU?|EURL|S\.A\.S?|SA|S\.r\.l\."
    r"|S\.p\.A\.|SpA|L(?:td|TD)\.?|Limited|I(?:nc|NC)\.?|LLC|Corp\.?|B\.?V\.?|N\.V\.|S\.L\."
    r"|Sp\. z o\.o\.|A/S|ApS|AB|Oy)"
)
_COMPANY: Final = re.compile(rf"^([^\W\d_][^:;|]{{1,58}}?(?<!\d),? {_FORM})(?=$|[\s,;|·●\u2013-])")
_DOMAIN: Final = re.compile(r"(?:www\.|//|@)(?:www\.)?([a-z0-9-]{5,})\.[a-z]{2,}", re.IGNORECASE)
_SENTENCE_WORDS: Final = 7


def seller_of(sample: Sample, buyer: str) -> str:
    """Return the seller's name as far as it can be seen, which is not the buyer's; else nothing."""
    rows = [row for page in sample.pages for row in page.rows]
    texts = [text for row in rows for text in _texts(row)]
    others = [text for text in texts if not _is_buyers(text, buyer)]
    for names in (_companies(others), _owners(others), _plain(others)):
        for name in names:
            return name
    return ""


def _texts(row: Row) -> list[str]:
    parts = [" ".join(word.text for word in cell) for cell in cells(row)]
    return [row.text, *parts] if len(parts) == 2 else parts


def _is_buyers(text: str, buyer: str) -> bool:
    if buyer and text.casefold().startswith(buyer.casefold()):
        return True
    return any(found_label(word, text) for word in TABLE["notes"]["buyers"])


def _companies(texts: list[str]) -> Iterator[str]:
    for text in texts:
        match = _COMPANY.match(text)
        if match and len(match[1].split()) <= _SENTENCE_WORDS:
            yield match[1]


def _owners(texts: list[str]) -> Iterator[str]:
    """Yield names that are also those of a web or mail address on the page."""
    owned = {_letters(domain) for text in texts for domain in _DOMAIN.findall(text)}
    yield from (text for text in texts if _letters(text) in owned)


def _plain(texts: list[str]) -> Iterator[str]:
    """Yield texts that are no title, no label and no date."""
    labels = [label for by in TABLE["fields"].values() for label in all_of(by)]
    for text in texts:
        known = any(found_label(label, text) for label in labels)
        is_title = text.strip(" :").casefold() in _TITLES
        if len(_letters(text)) > 2 and not known and not is_title and ":" not in text:
            yield text


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalpha())


_TITLES: Final = frozenset(title.casefold() for title in TABLE["notes"]["titles"])
