"""The whole contract of a format: Reader, Writer, Reading, Guide, Rendition, Unreadable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct

from formats.findings import Finding
from formats.model import Document, DocumentKind


class Unreadable(Exception):
    """These bytes are not a document in this format. Names what is wrong and where.

    Attributes:
        finding: the same, as data: rule `IN-…`, message, place, fix, actor.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[Finding]]:
        """Survive the way back from a child process."""
        return (Unreadable, (self.finding,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """How one sender's files are to be understood: a mapping or layout, parsed from TOML.

    Attributes:
        name: the file's name, for messages.
        format: which reader it is for: `csv`, `fixed_width`, `xlsx`, `idoc`, `pdf_text`…
        table: the rest of the file; the reader checks it and refuses unknown words.
    """

    name: str
    format: str
    table: Mapping[str, Any]


class Copy(StrEnum):
    """Why a rendition is not the original, which its pages say.

    COURTESY: the document itself goes another way. REPEAT: it goes again, to one who may have it.
    """

    COURTESY = "courtesy"
    REPEAT = "repeat"


class Confidence(StrEnum):
    """How sure a reader of pages is of one value."""

    PROVEN = "proven"  # it adds up with other amounts to the cent
    AGREED = "agreed"  # several places say the same
    READ = "read"  # it stands where it should, once
    GIVEN = "given"  # it stands on no page: the guide says so
    DOUBTFUL = "doubtful"  # a finding names it


class Mark(Struct, frozen=True, kw_only=True, gc=False):
    """Where a value stands on a picture of its page.

    Attributes:
        page: of the file, from 1.
        box: left, upper, right and lower edge in micrometres from the page's upper left corner, as
            it is displayed.
    """

    page: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document out of a file, with where each field came from.

    Attributes:
        document: as the sender wrote it; nothing added, nothing computed.
        sources: model path (`lines[0].net`) to place in the file (`E1EDP26.BETRG (segment 12)`);
            of the document itself, an empty path.
        unmapped: place to value: what the reader saw and did not take. Never dropped in silence.
        notices: warnings of the reader (a trimmed line, an unknown customer segment).
        marks: model path to where the value stands on a page, also where it could not be read.
        confidence: model path to how sure the reader of pages is of the value.
        pages: those of a PDF of several documents that are this one's, from 1; empty: all of them.
        reference: the sender's own id of this message, which an answer names: an IDoc number.
        envelope: what else an answer repeats of the message's envelope, by its own field names.
        root: of the XML that was read, for who judges the file itself, without the white space
            between its elements; None: it was no XML.
        xml: it was parsed from.
    """

    document: Document
    sources: Mapping[str, str] = field(default_factory=dict)
    unmapped: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Finding, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    confidence: Mapping[str, Confidence] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    reference: str = ""
    envelope: Mapping[str, str] = field(default_factory=dict)
    root: Any = field(default=None, compare=False, repr=False)
    xml: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One inbound format.

    Attributes:
        name: `ubl`, `cii`, `idoc`, `table`, `facturx`, `pdf_text`, `canonical`.
        words: what people call it.
        media_type: IANA name.
        claims: takes the first 4,096 bytes and the file's name; True if this reader knows them.
        read: takes all bytes and the sender's guides; one Reading a document; raises Unreadable.
    """

    name: str
    words: str
    media_type: str
    claims: Callable[[bytes, str], bool]
    read: Callable[[bytes, Sequence[Guide]], tuple[Reading, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfService:
    """Where the recipient of a letter can choose another road, as it is printed on it.

    Attributes:
        url: complete address, to be scanned.
        place: short address, to be typed.
        code: what is typed there.
    """

    url: str
    place: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a writer may use besides the document.

    Attributes:
        language: BCP 47 primary tag of the recipient.
        source_pdf: the ERP's own PDF of this document, where there is one.
        address_lines: the recipient's postal address as it is to be printed, at most six lines.
        created: the date that is written into file metadata; never the clock.
        texts: wording for letters by key, from the operator's texts folder.
        copy: why it is to be marked as a copy; None: it is the original.
        self_service: where its recipient can choose another road, if he may.
    """

    language: str = "en"
    source_pdf: bytes | None = None
    address_lines: tuple[str, ...] = ()
    created: date = date(2000, 1, 1)
    texts: Mapping[str, str] = field(default_factory=dict)
    copy: Copy | None = None
    self_service: SelfService | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One outbound format.

    Attributes:
        name: `ubl`, `xrechnung-ubl`, `peppol-bis-3`, `cii`, `facturx-en16931`, `letter-din5008`…
        media_type: IANA name.
        suffix: of the file name, with its dot.
        kinds: which documents it can carry.
        write: deterministic; the same document and material give the same bytes.
        rules: keys in `formats.rules.catalogue.RULESETS` that the document must obey first.
        dress: gives the document as this format states it (BT-23, BT-24), which is what is judged.
    """

    name: str
    media_type: str
    suffix: str
    kinds: frozenset[DocumentKind]
    write: Callable[[Document, Material], bytes]
    rules: tuple[str, ...] = ()
    dress: Callable[[Document], Document] = lambda document: document


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A document in the shape in which it leaves."""

    format: str
    media_type: str
    file_name: str
    data: bytes
