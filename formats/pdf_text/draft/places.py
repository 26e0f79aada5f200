"""Words of a layout for one value, tried on the sample: only what finds that very text is taken."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from formats.codec import Guide
from formats.pdf_text.draft.notation import Notation
from formats.pdf_text.draft.sample import BETWEEN, DATED, Sample, Spot
from formats.pdf_text.fields import found
from formats.pdf_text.layout import layout

Spec = str | Mapping[str, Any]


def text_words(notation: Notation) -> dict[str, Any]:
    """Return the [text] of a guide."""
    words: dict[str, Any] = {
        "decimal": notation.decimal,
        "thousands": notation.thousands,
        "date": notation.date,
        "signs": list(notation.signs),
    }
    return words | ({"months": list(notation.months)} if notation.months else {})


def place_of(sample: Sample, path: str, spot: Spot, value: str) -> Spec | None:
    """Return words that find the spot's text and nothing else; None if there are none."""
    for spec in _tries(sample, spot, value):
        texts = _found(sample, path, spec)
        if texts and set(texts) == {spot.text}:
            return spec
    return None


def spelled(text: str) -> str:
    r"""Return a pattern that finds a text as it is.

    >>> print(spelled("Nr. (a)"))
    Nr\. \(a\)
    """
    return re.sub(r"\\([ #:°%/&,'€-])", r"\1", re.escape(text))


def _tries(sample: Sample, spot: Spot, value: str) -> Iterator[Spec]:
    label = spelled(spot.label)
    if spot.below:
        yield {"label": label, "below": True}
        yield {"label": f"^{label}", "below": True}
        alone = rf"\b{label}\b(?!{DATED.removeprefix('(?i)')})"
        yield {"label": alone, "below": True}
        yield {"label": alone, "below": True, "take": "first"}
        yield {"label": label, "below": True, "take": "first"}
        return
    pattern = rf"{label}{BETWEEN}{value}"
    yield pattern
    yield f"^{pattern}"
    for take in ("first", "last"):
        yield {"label": pattern, "take": take}
        yield {"label": f"^{pattern}", "take": take}
    last = sample.pages[-1].number
    page: int | str = "last" if spot.row.page == last and last > 1 else spot.row.page
    yield {"label": pattern, "page": page}


def _found(sample: Sample, path: str, spec: Spec) -> list[str]:
    """Return what the words find, as the reader would take it."""
    table = {
        "anchors": ["."],
        "text": text_words(sample.notation),
        "fields": {path: spec},
        "tables": {"lines": {"start": "x", "columns": {"id": [0, 1]}}},
    }
    (field,) = layout(Guide(name="draft", format="pdf_text", table=table)).fields
    texts = [each.text for each in found(field, sample.pages)]
    taken = {"first": texts[:1], "last": texts[-1:]}.get(field.take or "", texts)
    try:
        for text in taken:
            field.read(text)
    except ValueError:
        return []
    return taken
