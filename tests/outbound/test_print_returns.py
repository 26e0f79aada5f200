"""A print partner's lines: what each status means, and what is not understood."""

import json

import jsonschema  # type: ignore[import-untyped]
import pytest

from outbound.channel import DeliveryState
from outbound.print_mail.pieces import NewAddress, PieceState
from outbound.print_returns import SCHEMA, Reports, progress, read_returns, source_file

STATUSES = {
    "received": (DeliveryState.HANDED_OVER, True),
    "printed": (DeliveryState.ACCEPTED_BY_NETWORK, True),
    "posted": (DeliveryState.DELIVERED, True),
    "rejected": (DeliveryState.REJECTED, True),
    "spoiled": (DeliveryState.HANDED_OVER, True),
    "returned": (DeliveryState.REJECTED, True),
    "eaten by the dog": (DeliveryState.HANDED_OVER, False),
    "": (DeliveryState.HANDED_OVER, False),
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("delimiter", [";", ","])
def test_status_has_its_meaning(status: str, delimiter: str) -> None:
    lines = ("job,piece,status,reason,at", f"j1,k1,{status},a reason,2026-11-05T08:00:00Z")
    data = "\r\n".join(lines).replace(",", delimiter).encode()
    [event] = read_returns("j1-a.csv", data)
    assert (event.state, event.strong) == STATUSES[status]
    assert (event.parcel_key, event.external_id) == ("k1", "j1")
    assert "a reason" in event.reason
    assert b"piece: k1\n" in event.evidence[0].data
    assert source_file(event)[0] == "j1-a.csv"


def test_a_line_about_a_shared_envelope_is_about_each_letter_in_it() -> None:
    data = b"job;piece;status;reason;at\nj;a.0+b.1;posted;;\nj;c.0;posted;;\n"
    events = list(read_returns("r.csv", data))
    assert [event.parcel_key for event in events] == ["a.0", "b.1", "c.0"]
    assert len({event.source for event in events}) == 3
    assert {source_file(event) for event in events} == {source_file(events[0])}


ODD = {
    b"": [(None, False)],
    b"job;piece;status;reason;at\n": [(None, False)],
    b"\0\0\0": [(None, False)],
    b"\xef\xbb\xbfjob;piece;status;reason;at\nj;k;posted;;": [("k", True)],
    b"piece;status\nk;posted": [("k", True)],
    b"job;piece;status;reason;at\nj;;posted;;": [(None, False)],
    b"job;piece;status;reason;at\nj;k\n": [("k", False)],
    b"job;piece;status;reason;at\nj;k;posted;;;;;too;many": [("k", True)],
    b"something else\nentirely": [(None, False)],
    b"job;piece;status;reason;at\nj;k\xff;posted;;": [("k\ufffd", True)],
}


@pytest.mark.parametrize("data", ODD)
def test_odd_file_is_read_as_far_as_it_goes(data: bytes) -> None:
    assert [(e.parcel_key, e.strong) for e in read_returns("r.csv", data)] == ODD[data]


def test_another_file_of_the_same_name_is_another_source() -> None:
    head = b"piece;status\n"
    first, second = (
        next(read_returns("r.csv", head + line)) for line in (b"a;posted", b"b;posted")
    )
    assert first.source != second.source


JSON = {
    '{"job": "j", "lines": [{"piece": "k", "status": "posted"}]}': [("j", "k", True)],
    '[{"job": "j", "piece": "k", "status": "posted", "count": 3}, 7]': [
        ("j", "k", True),
        (None, None, False),
    ],
    "{": [(None, None, False)],
    "[": [(None, None, False)],
    "[" * 100_000: [(None, None, False)],
    '{"lines": 7}': [(None, None, False)],
    "[]": [(None, None, False)],
}


@pytest.mark.parametrize("text", JSON, ids=lambda text: text[:20])
def test_json_is_read_as_far_as_it_goes(text: str) -> None:
    found = read_returns("r.JSON", text.encode())
    assert [(e.external_id, e.parcel_key, e.strong) for e in found] == JSON[text]


def test_a_partner_has_his_own_words() -> None:
    own = Reports(
        columns={"piece": "SendungsNr", "status": "Zustand", "new_street": "Neu"},
        words={"zurück": "returned"},
    )
    rows = [{"SendungsNr": "k", "Zustand": "zurück", "Neu": "Gasse 1", "new_city": "Köln"}]
    [event] = read_returns("r.json", json.dumps(rows).encode(), own)
    assert (event.parcel_key, event.state) == ("k", DeliveryState.REJECTED)
    assert event.line is not None
    assert event.line.address == NewAddress(street="Gasse 1", post_code="", city="Köln")
    for wrong in ({"columns": {"stuck": "a"}}, {"words": {"a": "eaten"}}):
        with pytest.raises(ValueError, match="not '"):
            Reports(**wrong)


def test_reports_of_one_look_are_told_by_their_times() -> None:
    data = b"piece;status;at\na;posted;2026-11-05T10:00:00Z\nb;posted;\nc;received;\n"
    data += b"d;spoiled;2026-11-05T09:00:00+00:00\ne;printed;2026-11-05 09:30\n"
    found = sorted(read_returns("r.csv", data), key=progress)
    assert [event.parcel_key for event in found] == ["c", "b", "d", "e", "a"]


def test_the_schema_has_the_words_that_are_read() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    line = schema["$defs"]["line"]["properties"]
    given = [dict.fromkeys(line, "x") | {"status": status} for status in line["status"]["enum"]]
    found = list(read_returns("r.json", json.dumps({"lines": given}).encode()))
    assert all(event.strong for event in found)
    assert {event.line.state for event in found if event.line} == set(PieceState) - {"sent"}
    for column in line:
        Reports(columns={column: "own"})
