"""Notices as SAP's audit IDoc ALEAUD01, flat or XML: transaction WE02 then shows the truth.

SAP turns the status that we name into one of its outbound IDoc: 53 becomes 41 (document created),
51 and 68 become 40 (not created), all others 39 (in the target system).

Source:
    SAP, "Segments of Audit IDoc ALEAUD01": one E1ADHDR a message type, E1STATE with the number of
    the sender's IDoc, a status of inbound IDocs and a text, at most 500 confirmations an IDoc.
    Widths from SAP's segment definitions of release 4.0 and later.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from formats.answers.notice import Cover, Form, Notice, State
from formats.findings import sentence
from formats.idoc.layout import LAYOUTS, positions
from formats.idoc.segments import ENVELOPE
from formats.xml.writing import Scribe

STATUS: Final[Mapping[State, str]] = {
    State.ACCEPTED: "50",
    State.SENDING: "62",
    State.HANDED_OVER: "62",
    State.IN_DOUBT: "62",
    State.DELIVERED: "53",
    State.PARKED: "51",
    State.DUPLICATE: "68",
    State.SUPERSEDED: "68",
    State.CANCELLED: "68",
}
"""Added; passed to the application; posted; not posted; error without further processing."""

KINDS: Final[Mapping[State, str]] = {
    State.PARKED: "E",
    State.IN_DOUBT: "W",
    State.DUPLICATE: "W",
    State.SUPERSEDED: "W",
    State.CANCELLED: "W",
}
"""STATYP: error or warning; of all others success."""

_SWAPPED: Final = ("POR", "PRT", "PFC", "PRN")
_MOST: Final = 500
_TEXT_CHARACTERS: Final = 70
_PARAMETERS: Final = ("STAPA1_LNG", "STAPA2_LNG", "STAPA3_LNG", "STAPA4_LNG")
_PARAMETER_CHARACTERS: Final = 50
_CONTROL: Final = "EDI_DC40"
_RECORD: Final = positions(
    ["SEGNAM:30", "MANDT:3", "DOCNUM:16", "SEGNUM:6", "PSGNUM:6", "HLEVEL:2", "SDATA:1000"]
)
_STATE: Final = (
    *("DOCNUM:16", "STATUS:2", "STACOD:8", f"STATXT:{_TEXT_CHARACTERS}"),
    *("STAPA1:20", "STAPA2:20", "STAPA3:20", "STAPA4:20"),
    *("STATYP:1", "STAMQU:3", "STAMID:20", "STAMNO:3"),
    *(f"{name}:{_PARAMETER_CHARACTERS}" for name in _PARAMETERS),
)
_SEGMENTS: Final = {
    "E1ADHDR": ("E2ADHDR001", positions(["MESTYP:6", "MESCOD:3", "MESFCT:3", "MESTYP_LNG:30"])),
    "E1STATE": ("E2STATE002", positions(list(_STATE))),
    "E1PRTOB": ("E2PRTOB", positions(["DOCNUM:16", "LOGSYS:10", "OBJTYPE:10", "OBJKEY:70"])),
}
"""Segment type to its definition in flat files and where its fields stand."""

Fields = Mapping[str, str]
Segment = tuple[str, int, Fields]
"""Type, level and fields."""


def fits(notice: Notice) -> bool:
    """Whether SAP knows what is spoken of: by the number of its IDoc."""
    return notice.envelope.get("DOCNUM", "").isdecimal()


def write_xml(notices: Sequence[Notice], cover: Cover) -> bytes:
    """Return an XML file, an IDOC for each partner that has sent some of these documents."""
    page = Scribe()
    page.open("ALEAUD01")
    for control, segments in _idocs(notices, cover):
        page.open("IDOC", ' BEGIN="1"')
        _element(page, (_CONTROL, 0, control))
        page.close(_CONTROL)
        open_segments: list[str] = []
        for segment in segments:
            while len(open_segments) >= segment[1]:
                page.close(open_segments.pop())
            _element(page, segment)
            open_segments.append(segment[0])
        while open_segments:
            page.close(open_segments.pop())
        page.close("IDOC")
    page.close("ALEAUD01")
    return page.finish()


def _element(page: Scribe, segment: Segment) -> None:
    page.open(segment[0], ' SEGMENT="1"')
    for name, text in segment[2].items():
        if text:
            page.leaf(name, text)


def write_flat(notices: Sequence[Notice], cover: Cover) -> bytes:
    """Return records as SAP's file port reads them, in UTF-8, a line each."""
    lines: list[str] = []
    for control, segments in _idocs(notices, cover):
        lines.append(_laid_out(control, LAYOUTS[_CONTROL].fields))
        parents = [0]
        for number, (kind, level, fields) in enumerate(segments, start=1):
            definition, places = _SEGMENTS[kind]
            del parents[level:]
            head = {
                "SEGNAM": definition,
                "MANDT": control["MANDT"],
                "DOCNUM": control["DOCNUM"],
                "SEGNUM": f"{number:06}",
                "PSGNUM": f"{parents[-1]:06}",
                "HLEVEL": f"{level:02}",
                "SDATA": _laid_out(fields, places),
            }
            parents.append(number)
            lines.append(_laid_out(head, _RECORD))
    return "".join(f"{line}\r\n" for line in lines).encode()


def _laid_out(fields: Fields, places: Sequence[tuple[str, int, int]]) -> str:
    return "".join(
        fields.get(name, "")[: end - start].ljust(end - start) for name, start, end in places
    )


def _idocs(notices: Sequence[Notice], cover: Cover) -> Iterator[tuple[Fields, list[Segment]]]:
    """Yield control record and segments of each IDoc, one for each partner and message type."""
    ordered = sorted(notices, key=_partner)
    for place, (_, own) in enumerate(groupby(ordered, key=_partner)):
        told = list(own)
        yield _control(told[0].envelope, cover, place), list(_segments(told))


def _partner(notice: Notice) -> tuple[str, ...]:
    return tuple(notice.envelope.get(name, "") for name in ENVELOPE if name != "DOCNUM")


def _control(asked: Fields, cover: Cover, place: int) -> Fields:
    """Return the control record: whoever was asked now speaks, and the other way round."""
    parties = {
        f"{ours}{part}": asked.get(f"{theirs}{part}", "")
        for ours, theirs in (("SND", "RCV"), ("RCV", "SND"))
        for part in _SWAPPED
    }
    return {
        "TABNAM": _CONTROL,
        "MANDT": asked.get("MANDT", ""),
        "DOCNUM": f"{cover.serial * _MOST + place:016}",
        "DIRECT": "2",
        "IDOCTYP": "ALEAUD01",
        "MESTYP": "ALEAUD",
        **parties,
        "CREDAT": cover.made_at.strftime("%Y%m%d"),
        "CRETIM": cover.made_at.strftime("%H%M%S"),
    }


def _segments(notices: Sequence[Notice]) -> Iterator[Segment]:
    asked = notices[0].envelope
    message = asked.get("MESTYP", "")
    yield (
        "E1ADHDR",
        1,
        {
            "MESTYP": message if len(message) <= 6 else "",
            "MESCOD": asked.get("MESCOD", ""),
            "MESFCT": asked.get("MESFCT", ""),
            "MESTYP_LNG": message,
        },
    )
    for notice in notices:
        yield "E1STATE", 2, _state(notice)
        yield "E1PRTOB", 3, {"OBJTYPE": "FACTEUR", "OBJKEY": notice.document}


def _state(notice: Notice) -> Fields:
    said = " ".join((notice.words, *map(sentence, notice.findings))).split()
    pieces = textwrap.wrap(" ".join(said), _PARAMETER_CHARACTERS)
    return {
        "DOCNUM": notice.envelope["DOCNUM"].zfill(16),
        "STATUS": STATUS[notice.state],
        "STATXT": textwrap.shorten(notice.words, _TEXT_CHARACTERS, placeholder=" …"),
        "STATYP": KINDS.get(notice.state, "S"),
        **dict(zip(_PARAMETERS, pieces, strict=False)),
    }


_form = partial(Form, most=_MOST, fits=fits)

FORMS: Final = (
    _form(
        name="aleaud01",
        words="SAP ALEAUD01",
        suffix=".txt",
        media_type="text/plain",
        write=write_flat,
    ),
    _form(
        name="aleaud01-xml",
        words="SAP ALEAUD01 as XML",
        suffix=".xml",
        media_type="application/xml",
        write=write_xml,
    ),
)
