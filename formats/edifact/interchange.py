"""The envelope of EDIFACT files: interchanges, groups, messages; their counts and references.

Source:
    ISO 9735-1, chapters 7 and 8: UNB to UNZ, UNG to UNE, UNH to UNT; 9735-8: UNO to UNP.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from formats.edi.envelope import differences
from formats.edi.segments import Segment
from formats.edifact.characters import Characters
from formats.edifact.syntax import FAULTS, Cut, Marks, cut, split
from formats.findings import Finding

LIMIT_MESSAGES = 100_000
MOST_FAULTS = 20
"""Faults of one kind that a message lists at most."""

_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_UNQUALIFIED = frozenset(
    ("UNB", "UNG", "UNH", "BGM", "LIN", "PIA", "UNS", "ALI", "EFI", "PYT", "PAT", "PAI")
)
_QUALIFIERS = {"COM": (1, 2)}
_LONGEST_TAG = 12
"""Characters of what stands where a tag should; a tag has three."""
_RESEND = "send the file whole, as the other system made it"


@dataclass(slots=True, kw_only=True)
class Interchange:
    """What all messages between one UNB and its UNZ share.

    Attributes:
        head: UNB; None where it is missing.
        marks: the service characters.
        faults: what is wrong with its envelope; complete once its last message has been read.
        messages, groups, in_group: how many there were, and how many in the open group.
        objects, object, octets: how many there were; the last UNO and how much it carries.
    """

    head: Segment | None
    marks: Marks
    characters: Characters
    faults: list[Finding] = field(default_factory=list)
    messages: int = 0
    objects: int = 0
    object: Segment | None = None
    octets: int = 0
    groups: int = 0
    group: Segment | None = None
    in_group: int = 0

    @property
    def reference(self) -> str:
        """Control reference 0020."""
        return self.head.text(5) if self.head else ""


@dataclass(slots=True, kw_only=True)
class Message:
    """One message: its segments from UNH on, without UNT.

    Attributes:
        decimal: the sign that UNA gives; empty without UNA.
        objects: UNO segments that came behind it and the bytes they carry.
    """

    interchange: Interchange
    segments: list[Segment]
    decimal: str
    faults: list[Finding] = field(default_factory=list)
    objects: list[tuple[Segment, bytes]] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """Message reference 0062."""
        return self.segments[0].text(1)

    @property
    def type(self) -> str:
        """Message type 0065: `INVOIC`."""
        return self.segments[0].text(2)


def messages(data: bytes, fallback: str) -> Iterator[Message]:
    """Yield the messages of a file, one after the other, with the faults of their envelope.

    Args:
        data: the whole file.
        fallback: codec of text that is neither in its character set nor UTF-8.

    Raises:
        Unreadable: IN-EDIFACT-SYNTAX, the file cannot be cut into segments.
    """
    walk = _Walk(fallback=fallback)
    ready: Message | None = None
    for piece in cut(data):
        for done in walk.step(piece):
            if ready is not None:
                yield ready
            ready = done
        owner = walk.message or ready
        if piece.tag == "UNO" and owner is not None:
            owner.objects.append((walk.segment(piece, 0), piece.content))
    for done in walk.finish():
        if ready is not None:
            yield ready
        ready = done
    if ready is not None:
        yield ready


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Where in the envelope a file is."""

    fallback: str
    interchange: Interchange | None = None
    message: Message | None = None
    messages: int = 0

    def step(self, piece: Cut) -> Iterator[Message]:
        """Take the next segment; yield the message that it ends."""
        tag = piece.tag
        if tag in ("UNH", "UNZ", "UNE", "UNG", "UNB") and self.message is not None:
            yield self._unended()
        if tag == "UNB":
            self._open(piece)
        elif tag == "UNH":
            self._begin(piece)
        elif tag == "UNT" and self.message is not None:
            yield self._end(piece)
        elif tag == "UNZ":
            self._close(piece)
        elif tag in ("UNG", "UNE"):
            self._group(piece)
        elif tag in ("UNO", "UNP"):
            self._object(piece)
        elif self.message is not None:
            self._add(self.message, piece)
        else:
            self._stray(piece)

    def finish(self) -> Iterator[Message]:
        """End the file."""
        if self.message is not None:
            yield self._unended()
        if self.interchange is not None and self.interchange.head is not None:
            self._wrong("the interchange has no end UNZ", "UNZ", self.interchange.reference)

    def segment(self, piece: Cut, number: int) -> Segment:
        """Return a segment with its elements cut."""
        shared = self._shared(piece)
        return named(split(piece.text, shared.marks, shared.characters.read), number)

    def _open(self, piece: Cut) -> None:
        if self.interchange is not None and self.interchange.head is not None:
            self._wrong("the interchange has no end UNZ", "UNZ", self.interchange.reference)
        self.interchange = self._new(piece, piece.text[4:8])
        self.interchange.head = self.segment(piece, 0)
        self.interchange.marks = _used(piece.marks, self.interchange.head)

    def _new(self, piece: Cut, declared: str) -> Interchange:
        characters = Characters(declared=declared, fallback=self.fallback, faults=FAULTS)
        return Interchange(head=None, marks=_used(piece.marks, None), characters=characters)

    def _shared(self, piece: Cut) -> Interchange:
        if self.interchange is None:
            self.interchange = self._new(piece, "")
            self._wrong("the interchange has no head UNB", "UNB", None)
        return self.interchange

    def _begin(self, piece: Cut) -> None:
        shared = self._shared(piece)
        shared.messages += 1
        self.messages += 1
        if self.messages > LIMIT_MESSAGES:
            raise FAULTS.too_much(LIMIT_MESSAGES, "messages in the file", "UNH")
        shared.in_group += 1
        self.message = Message(
            interchange=shared,
            segments=[self.segment(piece, 1)],
            decimal=piece.marks.decimal if piece.advised else "",
        )

    def _add(self, message: Message, piece: Cut) -> None:
        segment = self.segment(piece, len(message.segments) + 1)
        message.segments.append(segment)
        if not _TAG.fullmatch(segment.tag) and len(message.faults) < MOST_FAULTS:
            message.faults.append(
                FAULTS.syntax_fault(
                    f"`{segment.tag}` is no segment tag",
                    f"segment {segment.number}",
                    "release service characters in texts with the release character of UNA",
                    value=segment.tag,
                )
            )

    def _end(self, piece: Cut) -> Message:
        message, self.message = self.message, None
        assert message is not None
        count = len(message.segments) + 1
        end = self.segment(piece, count)
        message.faults += differences(
            end,
            [(1, str(count), "segments"), (2, message.reference, "UNH")],
            FAULTS,
        )
        return message

    def _unended(self) -> Message:
        message, self.message = self.message, None
        assert message is not None
        place = f"UNT (behind segment {len(message.segments)})"
        message.faults.append(FAULTS.envelope("the message has no end UNT", place, _RESEND))
        return message

    def _close(self, piece: Cut) -> None:
        shared = self._shared(piece)
        end = self.segment(piece, 0)
        counted = shared.groups or shared.messages
        if end.text(1) == str(counted + shared.objects):
            counted += shared.objects
        shared.faults += differences(
            end, [(1, str(counted), "messages"), (2, shared.reference, "UNB")], FAULTS
        )
        self.interchange = None

    def _group(self, piece: Cut) -> None:
        shared = self._shared(piece)
        segment = self.segment(piece, 0)
        if segment.tag == "UNG":
            shared.groups += 1
            shared.group, shared.in_group = segment, 0
            return
        reference = shared.group.text(5) if shared.group else ""
        shared.faults += differences(
            segment, [(1, str(shared.in_group), "messages"), (2, reference, "UNG")], FAULTS
        )
        shared.group = None

    def _object(self, piece: Cut) -> None:
        shared = self._shared(piece)
        segment = self.segment(piece, 0)
        if segment.tag == "UNO":
            shared.objects += 1
            shared.object, shared.octets = segment, len(piece.content)
            return
        reference = shared.object.text(1) if shared.object else ""
        shared.faults += differences(
            segment, [(1, str(shared.octets), "octets"), (2, reference, "UNO")], FAULTS
        )
        shared.object, shared.octets = None, 0

    def _stray(self, piece: Cut) -> None:
        shared = self._shared(piece)
        if len(shared.faults) < MOST_FAULTS:
            where = f"{piece.tag} (outside of any message)"
            shared.faults.append(
                FAULTS.envelope(f"{piece.tag} stands outside of any message", where, _RESEND)
            )

    def _wrong(self, message: str, place: str, value: str | None) -> None:
        assert self.interchange is not None
        self.interchange.faults.append(FAULTS.envelope(message, place, _RESEND, value=value))


def named(elements: list[list[str]], number: int) -> Segment:
    """Return the segment of these elements, the first of which is its tag."""
    tag = elements[0][0].strip()[:_LONGEST_TAG]
    segment = Segment(tag, elements[1:], number, tag)
    if tag not in _UNQUALIFIED:
        at = _QUALIFIERS.get(tag, (1, 1))
        qualifier = segment.text(*at)
        if qualifier.isalnum():
            segment.name, segment.qualified = f"{tag}+{qualifier}", at
    return segment


def _used(marks: Marks, head: Segment | None) -> Marks:
    """Return the marks that hold in this interchange: elements repeat from version 4 on."""
    if head is not None and head.text(1, 2) == "4":
        return marks if marks.repetition else replace(marks, repetition="*")
    return replace(marks, repetition="")
