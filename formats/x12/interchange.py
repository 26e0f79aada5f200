"""The envelope of X12 files: ISA to IEA, GS to GE, ST to SE; separators, counts, control numbers.

Source:
    ASC X12.5 and X12.6: ISA has 16 elements of fixed width, 106 characters with its terminator. The
    character behind its tag separates elements, the last but one components; the last one ends
    segments.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from formats.edi.envelope import differences
from formats.edi.faults import Faults
from formats.edi.segments import Segment
from formats.findings import Finding

FAULTS = Faults("X12")
LIMIT_BYTES = 100_000_000
LIMIT_SEGMENTS = 1_000_000
LIMIT_ELEMENTS = 1_000
LIMIT_TRANSACTIONS = 100_000
MOST_FAULTS = 20

_ISA_WIDTH = 106
_REPETITION_SINCE = "00402"
"""ISA11 separates repetitions from this version on; before it named a standard."""
_RESEND = "send the file whole, as the other system made it"
_PADDING = " \t\r\n\0\x1a"
"""What transports leave between segments and at the end of a file."""
_EMPTY = [""]
"""Every element that is empty: one list, as files can be full of them."""
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_LONGEST_TAG = 12
_QUALIFIED = frozenset(
    (
        "N1",
        "REF",
        "DTM",
        "SAC",
        "TXI",
        "PID",
        "ITD",
        "CUR",
        "PER",
        "AMT",
        "QTY",
        "MEA",
        "CTP",
        "NTE",
    )
)
_QUALIFIERS = {"CTP": (2, 1)}


@dataclass(slots=True, kw_only=True)
class Interchange:
    """What all transactions between one ISA and its IEA share.

    Attributes:
        head: ISA.
        signs: separators of elements, components (empty: none) and repetitions (empty: none).
        faults: what is wrong with its envelope; complete once its last transaction has been read.
        groups, in_group: counts, of functional groups and of transactions in the open one.
    """

    head: Segment
    signs: tuple[str, str, str]
    faults: list[Finding] = field(default_factory=list)
    groups: int = 0
    group: Segment | None = None
    in_group: int = 0


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One transaction set: its segments from ST on, without SE."""

    interchange: Interchange
    group: Segment | None
    segments: list[Segment]
    faults: list[Finding] = field(default_factory=list)

    @property
    def type(self) -> str:
        """Transaction set identifier ST01: `810`."""
        return self.segments[0].text(1)

    @property
    def reference(self) -> str:
        """Control number ST02."""
        return self.segments[0].text(2)


def transactions(text: str) -> Generator[Transaction, None, None]:
    """Yield the transaction sets of a file, one after the other, with the faults of their envelope.

    Raises:
        Unreadable: IN-X12-SYNTAX, the file does not begin with a whole ISA, or is too large.
    """
    if len(text) > LIMIT_BYTES:
        raise FAULTS.too_much(LIMIT_BYTES, "characters in the file", "the file")
    at, walk = 0, _Walk()
    while at < len(text):
        found = re.compile(r"\s*ISA").match(text, at)
        if found is None:
            walk.rest(text[at : at + 40].strip(_PADDING))
            break
        at, terminator = walk.open(text, found.end() - 3)
        at = yield from walk.segments(text, at, terminator)
    yield from walk.finish()


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Where in the envelope a file is."""

    interchange: Interchange | None = None
    transaction: Transaction | None = None
    ended: Interchange | None = None
    count: int = 0
    transactions: int = 0

    def open(self, text: str, at: int) -> tuple[int, str]:
        """Take an ISA; return where its interchange goes on, and what ends its segments.

        Raises:
            Unreadable: it has not its elements.
        """
        sign = re.escape(text[at + 3 : at + 4] or "*")
        shape = re.compile(rf"(ISA(?:{sign}[^{sign}]{{0,80}}){{15}}{sign}[^{sign}])(.)", re.DOTALL)
        found = shape.match(text, at)
        if found is None:
            raise FAULTS.broken(
                "ISA does not have its 16 elements",
                "ISA",
                f"send ISA whole, with its {_ISA_WIDTH} characters",
            )
        parts = found[1].split(text[at + 3])
        repetition = parts[11] if parts[12] >= _REPETITION_SINCE else ""
        self.interchange = Interchange(
            head=named([[part] for part in parts], 0), signs=(text[at + 3], parts[16], repetition)
        )
        if len(found[0]) != _ISA_WIDTH:
            self.interchange.faults.append(_wrong_width(len(found[0])))
        return found.end(), found[2]

    def segments(self, text: str, at: int, terminator: str) -> Generator[Transaction, None, int]:
        """Take an interchange up to its IEA; yield its transactions, return where it ended."""
        while at < len(text):
            end = text.find(terminator, at)
            piece = text[at : end if end >= 0 else len(text)].strip(_PADDING)
            at = end + 1 if end >= 0 else len(text)
            if not piece:
                continue
            self._count(piece, whole=end >= 0)
            yield from self._step(piece)
            if piece.startswith("IEA"):
                break
        return at

    def finish(self) -> Iterator[Transaction]:
        """End the file."""
        if self.transaction is not None:
            yield self._unended()
        if self.interchange is not None:
            self._wrong("the interchange has no end IEA", "IEA")

    def rest(self, text: str) -> None:
        """Note what stands behind the last IEA."""
        if not text:
            return
        if self.ended is None:
            raise FAULTS.broken("the file does not begin with ISA", "ISA", _RESEND)
        message = f"`{text}` stands behind the end of the interchange"
        self.ended.faults.append(FAULTS.envelope(message, "IEA", _RESEND))

    def _count(self, piece: str, *, whole: bool) -> None:
        self.count += 1
        if not whole:
            raise FAULTS.broken(
                f"the last segment has no end: `{piece[:20]}`",
                f"segment {self.count} of the file",
                "send the file whole; it may have been cut off on its way",
            )
        if self.count > LIMIT_SEGMENTS:
            raise FAULTS.too_much(LIMIT_SEGMENTS, "segments in the file", f"segment {self.count}")

    def _step(self, piece: str) -> Iterator[Transaction]:
        interchange = self.interchange
        assert interchange is not None
        elements = _elements(piece, interchange.signs)
        tag = elements[0][0].strip()
        if tag in ("ST", "GS", "GE", "IEA") and self.transaction is not None:
            yield self._unended()
        number = len(self.transaction.segments) + 1 if self.transaction is not None else 0
        segment = named(elements, number)
        if tag == "ST":
            segment.number = 1
            self.transactions += 1
            if self.transactions > LIMIT_TRANSACTIONS:
                raise FAULTS.too_much(LIMIT_TRANSACTIONS, "transactions in the file", "ST")
            interchange.in_group += 1
            self.transaction = Transaction(
                interchange=interchange, group=interchange.group, segments=[segment]
            )
        elif tag == "SE" and self.transaction is not None:
            yield self._end(segment)
        elif tag in ("GS", "GE"):
            self._group(interchange, segment)
        elif tag == "IEA":
            wanted = [
                (1, str(interchange.groups), "groups"),
                (2, interchange.head.text(13), "ISA"),
            ]
            interchange.faults += differences(segment, wanted, FAULTS)
            self.ended, self.interchange = interchange, None
        elif self.transaction is not None:
            self._add(self.transaction, segment)
        elif len(interchange.faults) < MOST_FAULTS:
            self._wrong(f"{segment.tag} stands outside of any transaction", segment.tag)

    def _add(self, transaction: Transaction, segment: Segment) -> None:
        transaction.segments.append(segment)
        if not _TAG.fullmatch(segment.tag) and len(transaction.faults) < MOST_FAULTS:
            transaction.faults.append(
                FAULTS.syntax_fault(
                    f"`{segment.tag}` is no segment tag",
                    f"segment {segment.number}",
                    "choose separators in ISA that stand in no text",
                    value=segment.tag,
                )
            )

    def _end(self, end: Segment) -> Transaction:
        transaction, self.transaction = self.transaction, None
        assert transaction is not None
        wanted = [(1, str(end.number), "segments"), (2, transaction.reference, "ST")]
        transaction.faults += differences(end, wanted, FAULTS)
        return transaction

    def _unended(self) -> Transaction:
        transaction, self.transaction = self.transaction, None
        assert transaction is not None
        place = f"SE (behind segment {len(transaction.segments)})"
        transaction.faults.append(FAULTS.envelope("the transaction has no end SE", place, _RESEND))
        return transaction

    def _group(self, interchange: Interchange, segment: Segment) -> None:
        if segment.tag == "GS":
            interchange.groups += 1
            interchange.group, interchange.in_group = segment, 0
            return
        reference = interchange.group.text(6) if interchange.group else ""
        wanted = [(1, str(interchange.in_group), "transactions"), (2, reference, "GS")]
        interchange.faults += differences(segment, wanted, FAULTS)
        interchange.group = None

    def _wrong(self, message: str, place: str) -> None:
        assert self.interchange is not None
        self.interchange.faults.append(FAULTS.envelope(message, place, _RESEND))


def _wrong_width(characters: int) -> Finding:
    return FAULTS.syntax_fault(
        f"ISA has {characters} characters with its terminator, not {_ISA_WIDTH}",
        "ISA",
        "send ISA with every element at its full width, filled with blanks",
    )


def named(elements: list[list[str]], number: int) -> Segment:
    """Return the segment of these elements, the first of which is its tag.

    >>> named([["N1"], ["ST"], ["ACME"]], 7).name
    'N1*ST'
    """
    tag = elements[0][0].strip()[:_LONGEST_TAG]
    segment = Segment(tag, elements[1:], number, tag)
    if tag in _QUALIFIED:
        at = _QUALIFIERS.get(tag, (1, 1))
        qualifier = segment.text(*at)
        if qualifier.isalnum():
            segment.name, segment.qualified = f"{tag}*{qualifier}", at
    return segment


def _elements(piece: str, signs: tuple[str, str, str]) -> list[list[str]]:
    """Return the elements of a segment; what repeats one of them stands behind all others."""
    by_element, by_component, by_repetition = signs
    elements = piece.split(by_element)
    if by_repetition and by_repetition in piece:
        parts = [element.split(by_repetition) for element in elements]
        elements = [first for first, *_ in parts] + [more for _, *rest in parts for more in rest]
    if len(elements) > LIMIT_ELEMENTS:
        raise FAULTS.too_much(LIMIT_ELEMENTS, "elements in one segment", elements[0][:3])
    return [element.split(by_component) if element else _EMPTY for element in elements]
