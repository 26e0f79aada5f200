"""A file that nobody could cut, as lines of text."""

from collections.abc import Sequence
from functools import partial

from formats.codec import Guide
from hub.console.source.lines import Cut, Form, Line, Piece, clipped


def plain_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut | None:
    """Return the lines of a text; None if it is none."""
    del guides, position  # a text is a text
    if b"\0" in data[:4096] or data.startswith(b"%PDF"):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = text.splitlines()
    return Cut(
        form=Form.TEXT,
        lines=[(f"|{n}", partial(_line, n, line)) for n, line in enumerate(lines, 1)],
    )


def _line(number: int, text: str) -> Line:
    return Line(f"|{number}", str(number), (Piece(clipped(text), ""),))
