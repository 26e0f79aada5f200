"""Flat files whose records a transfer has broken into lines of one width, put together again."""

from collections.abc import Sequence

CONTROL_WIDTH = 524
HEAD_WIDTH = 63
_NAME_WIDTH = 30
_NUMBER = slice(49, 55)


def unwrapped(lines: Sequence[str]) -> Sequence[str]:
    """Return the records of a file that is broken at the length of its first line, else its lines.

    Either the whole file is broken with no regard to its records, or each record begins a line.
    """
    width = len(lines[0])
    if not HEAD_WIDTH <= width < CONTROL_WIDTH or len(lines[1]) != width:
        return lines
    if any(len(line) > width for line in lines) or all(map(begins_a_record, filter(None, lines))):
        return lines
    joined = "".join(lines)
    return [joined] if begins_a_record(joined[CONTROL_WIDTH:]) else _grouped(lines, width)


def begins_a_record(text: str) -> bool:
    """Whether this has a name and a number behind it, as the head of a data record.

    >>> begins_a_record(f"{'E2EDK01005':30}1000000000007200001{1:06}{0:06}01   EUR")
    True
    >>> begins_a_record("EUR1.00000     NT14"), begins_a_record("EDI_DC40  1000000000007200001")
    (False, True)
    """
    if text.startswith("EDI_D"):
        return True
    name = text[:_NAME_WIDTH].rstrip()
    return text[_NUMBER].isdecimal() and name.replace("/", "").replace("_", "").isalnum()


def _grouped(lines: Sequence[str], width: int) -> list[str]:
    """Return records that begin a line each; what goes on stands behind a line of full width."""
    records: list[list[str]] = []
    before = ""
    for line in lines:
        if records and len(before) == width and not begins_a_record(line):
            records[-1].append(line)
        else:
            records.append([line])
        before = line
    return ["".join(parts) for parts in records]
