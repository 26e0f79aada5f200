"""A print partner's lines: what each status means, and what is not understood."""

import pytest

from outbound.channel import DeliveryState
from outbound.print_returns import read_returns, source_file

STATUSES = {
    "received": (DeliveryState.HANDED_OVER, True),
    "printed": (DeliveryState.ACCEPTED_BY_NETWORK, True),
    "posted": (DeliveryState.DELIVERED, True),
    "rejected": (DeliveryState.REJECTED, True),
    "spoiled": (DeliveryState.REJECTED, True),
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
    b"": [],
    b"job;piece;status;reason;at\n": [],
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
