"""ALEAUD01 as SAP reads it: control record turned round, numbers, states, texts within widths."""

from msgspec.structs import replace

from formats.answers.aleaud import STATUS, fits, write_flat, write_xml
from formats.answers.notice import State
from formats.idoc.elements import read_elements
from formats.idoc.layout import LAYOUTS, positions
from formats.idoc.records import read_records
from tests.formats.answers.notices import COVER, DELIVERED, PARKED, UNREAD

_OWN = {
    "E1ADHDR": ["MESTYP:6", "MESCOD:3", "MESFCT:3", "MESTYP_LNG:30"],
    "E1STATE": [
        *("DOCNUM:16", "STATUS:2", "STACOD:8", "STATXT:70"),
        *("STAPA1:20", "STAPA2:20", "STAPA3:20", "STAPA4:20"),
        *("STATYP:1", "STAMQU:3", "STAMID:20", "STAMNO:3"),
        *("STAPA1_LNG:50", "STAPA2_LNG:50", "STAPA3_LNG:50", "STAPA4_LNG:50"),
    ],
    "E1PRTOB": ["DOCNUM:16", "LOGSYS:10", "OBJTYPE:10", "OBJKEY:70"],
}
STATE_OF_DELIVERED = {
    "DOCNUM": "0000000007100101",
    "STATUS": "53",
    "STATXT": "delivered by peppol",
    "STATYP": "S",
    "STAPA1_LNG": "delivered by peppol",
}
STATE_OF_PARKED = {
    "DOCNUM": "0000000007100102",
    "STATUS": "51",
    "STATXT": "parked: the buyer's country is missing",
    "STATYP": "E",
    "STAPA1_LNG": "parked: the buyer's country is missing BR-11",
    "STAPA2_LNG": "(BT-55) at E1EDKA1[RE].LAND1 (segment 9): the",
    "STAPA3_LNG": "buyer's country is missing. Fix: fill LAND1. Who:",
    "STAPA4_LNG": "erp BR-DEC-09: the sum has 3 decimals",
}
CONTROL = {
    "TABNAM": "EDI_DC40",
    "MANDT": "100",
    "DOCNUM": "0000000000003500",
    "DIRECT": "2",
    "IDOCTYP": "ALEAUD01",
    "MESTYP": "ALEAUD",
    "SNDPOR": "FACTEUR",
    "SNDPRT": "LS",
    "SNDPRN": "POSTOFFICE",
    "RCVPOR": "SAPERP",
    "RCVPRT": "LS",
    "RCVPRN": "ERPCLNT100",
    "CREDAT": "20261120",
    "CRETIM": "093100",
}


def segments(idoc: object) -> list[tuple[str, dict[str, str]]]:
    return [(each.type, each.fields) for each in idoc.segments]  # type: ignore[attr-defined]


EXPECTED = [
    ("E1ADHDR", {"MESTYP": "INVOIC", "MESTYP_LNG": "INVOIC"}),
    ("E1STATE", STATE_OF_DELIVERED),
    ("E1PRTOB", {"OBJTYPE": "FACTEUR", "OBJKEY": "sabc-1"}),
    ("E1STATE", STATE_OF_PARKED),
    ("E1PRTOB", {"OBJTYPE": "FACTEUR", "OBJKEY": "sabd-1"}),
]


def test_xml_says_of_each_idoc_what_became_of_it() -> None:
    (idoc,) = read_elements(write_xml([DELIVERED, PARKED], COVER))
    assert idoc.control.fields == CONTROL
    assert segments(idoc) == EXPECTED
    head = idoc.segments[0]
    assert [each.type for each in head.children] == ["E1STATE", "E1STATE"]
    assert [each.type for each in head.children[0].children] == ["E1PRTOB"]


def test_flat_records_have_saps_widths() -> None:
    data = write_flat([DELIVERED, PARKED], COVER)
    lines = data.decode().splitlines()
    assert [len(line) for line in lines] == [524, *[1063] * 5]
    assert [line[:30].strip() for line in lines[1:3]] == ["E2ADHDR001", "E2STATE002"]
    assert [(line[49:55], line[55:61], line[61:63]) for line in lines[1:]] == [
        ("000001", "000000", "01"),
        ("000002", "000001", "02"),
        ("000003", "000002", "03"),
        ("000004", "000001", "02"),
        ("000005", "000004", "03"),
    ]
    assert LAYOUTS["EDI_DC40"].cut(lines[0]) == CONTROL
    own = {kind: type(LAYOUTS["EDI_DC40"])(fields=positions(f)) for kind, f in _OWN.items()}
    (idoc,) = read_records(data.decode(), own)
    assert segments(idoc) == EXPECTED


def test_each_partner_gets_an_idoc_of_its_own() -> None:
    other = replace(PARKED, envelope={**PARKED.envelope, "SNDPRN": "ERPCLNT200"})
    idocs = list(read_elements(write_xml([DELIVERED, other, PARKED], COVER)))
    assert [idoc.control.fields["RCVPRN"] for idoc in idocs] == ["ERPCLNT100", "ERPCLNT200"]
    assert [idoc.control.fields["DOCNUM"] for idoc in idocs] == [f"{n:016}" for n in (3500, 3501)]
    assert [len(idoc.segments) for idoc in idocs] == [5, 3]


def test_only_what_came_as_idoc_fits() -> None:
    assert (fits(DELIVERED), fits(UNREAD)) == (True, False)


def test_every_state_has_a_status_of_inbound_idocs() -> None:
    assert set(STATUS) == set(State)
    assert set(STATUS.values()) <= {"50", "51", "53", "62", "68"}
