"""Where in a JSON file something stands: what parsers say by byte or by path, said by line."""

import json
import re
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_STEP: Final = re.compile(r"[^.\[\]]+")
_LARGEST_BYTES: Final = 10_000_000


def line_at(data: bytes, position: int) -> str:
    r"""Return line and column of a byte.

    >>> line_at(b'{\n  "a": x', 9)
    'line 2, column 8'
    """
    before = data[:position]
    start = before.rfind(b"\n")
    line = before.count(b"\n") + 1
    return f"line {line}, column {position - start}"


def line_of(data: bytes, path: str) -> int | None:
    r"""Return the line of a member or item; None if it is not there, or the file is very large.

    Args:
        data: well-formed JSON in UTF-8.
        path: as in the model: `lines[0].price.net`.

    >>> line_of(b'{"a": [\n 1,\n {"b": 2}]}', "a[1].b")
    3
    """
    if len(data) > _LARGEST_BYTES:
        return None
    text = data.decode("utf-8", "replace")
    wanted = _STEP.findall(path)
    steps: list[str | int | None] = []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in {"}", "]"}:
            del steps[-1:]
        elif sign == ",":
            steps[-1:] = [_next(step) for step in steps[-1:]]
        elif sign != ":" and steps and steps[-1] is None:
            steps[-1] = _plain(sign)
        elif sign != ":":
            if len(steps) == len(wanted) and [str(step) for step in steps] == wanted:
                return text.count("\n", 0, token.start()) + 1
            if sign in {"{", "["}:
                steps.append(None if sign == "{" else 0)
    return None


def _next(step: str | int | None) -> int | None:
    """Return the step behind a comma: the next item, or a name that is still to come."""
    return step + 1 if isinstance(step, int) else None


def _plain(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted
