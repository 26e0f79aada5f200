"""Peppol: what an access point says, and what it means for the parcel."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from outbound.channel import Deferred, DeliveryError, DeliveryState, Enclosure, InDoubt, Refused
from outbound.peppol import document_type, instance_id
from tests.outbound.rigs import BILLING, UBL, Rig, invoice
from tests.servers.simulators import Peer

HANDED_OVER, DELIVERED, REJECTED = (
    DeliveryState.HANDED_OVER,
    DeliveryState.DELIVERED,
    DeliveryState.REJECTED,
)
FATES: dict[str, tuple[object, object, int]] = {
    "error": ((Deferred, True, None), None, 0),
    "error-after": (DELIVERED, DELIVERED, 1),
    "busy": ((Deferred, True, 7), None, 0),
    "throttle": ((Deferred, False, 3), None, 0),
    "hang": (InDoubt, DELIVERED, 1),
    "drop": (InDoubt, DELIVERED, 1),
    "half": (InDoubt, DELIVERED, 1),
    "unread": (InDoubt, None, 0),
    "refuse": (Refused, None, 0),
    "retry": (HANDED_OVER, DELIVERED, 1),
    "give-up": (Refused, Refused, 1),
    "wrong-digest": (Refused, Refused, 1),
    "reject": (HANDED_OVER, Refused, 1),
    "unconfirmed": (HANDED_OVER, DELIVERED, 1),
    "silent": (HANDED_OVER, HANDED_OVER, 1),
}
"""Key to what sending gives, what asking gives afterwards, and how often it arrived."""


def outcome(error: DeliveryError) -> object:
    if isinstance(error, Deferred):
        return Deferred, error.endpoint_down, error.retry_after_seconds
    return type(error)


@pytest.mark.parametrize("key", FATES)
def test_answer_has_its_meaning(peppol_rig: Rig, key: str) -> None:
    sent, asked, arrived = FATES[key]
    channel = peppol_rig.channel(timeout_seconds=0.5)
    got: list[object] = []
    for act in channel.send, channel.resolve:
        try:
            receipt = act(invoice(key))
            got.append(receipt.state if receipt else None)
        except DeliveryError as error:
            got.append(outcome(error))
    assert got == [sent, asked]
    assert peppol_rig.arrived(key) == arrived


IDS = {
    "senderID": "iso6523-actorid-upis::9930:DE000000000",
    "receiverID": "iso6523-actorid-upis::0204:ids",
    "docTypeID": "busdox-docid-qns::urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice"
    f"##{BILLING}::2.1",
    "processID": "cenbii-procid-ubl::urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "c1CountryCode": "DE",
    "custom1": "ids",
}


def test_ids_reach_the_access_point_whole(peppol_rig: Rig, access_point: Peer) -> None:
    receipt = peppol_rig.channel().send(invoice("ids"))
    assert receipt.external_id == instance_id("ids")
    folder = access_point.folder
    assert (folder / "documents" / f"{receipt.external_id}.xml").read_bytes() == UBL
    row = json.loads((folder / "transactions" / f"{receipt.external_id}.json").read_text())
    assert {name: row[name] for name in IDS} == IDS


def test_ends_come_back_as_events_until_acknowledged(peppol_rig: Rig) -> None:
    channel = peppol_rig.channel()
    for key in "accepted", "reject", "unconfirmed", "silent":
        try:
            channel.send(invoice(key))
        except Refused:
            assert key == "reject"
    events = {event.parcel_key: event for event in channel.events()}
    assert (events["reject"].state, events["reject"].strong) == (REJECTED, True)
    assert (events["unconfirmed"].state, events["unconfirmed"].strong) == (DELIVERED, False)
    assert events["accepted"].state is DELIVERED
    assert "silent" not in events
    channel.acknowledge(events["accepted"])
    channel.acknowledge(events["accepted"])
    assert "accepted" not in [event.parcel_key for event in channel.events()]
    assert "accepted" in [event.parcel_key for event in peppol_rig.channel().events()]


def test_wrong_token_is_the_endpoints_fault(peppol_rig: Rig) -> None:
    channel = peppol_rig.channel(token="wrong")
    for act in (lambda: channel.send(invoice("token")), channel.events):
        with pytest.raises(Deferred, match="token") as caught:
            act()
        assert caught.value.endpoint_down


MISSING: dict[str, tuple[dict[str, Any], str]] = {
    "no recipient": ({"destination": replace(invoice("x").destination, endpoint=None)}, "BT-49"),
    "no sender": ({"labels": {"seller_country": "DE", "specification": BILLING}}, "BT-34"),
    "no country": (
        {"labels": {"seller_endpoint_scheme": "9930", "seller_endpoint": "DE1"}},
        "BT-40",
    ),
    "no document": ({"enclosures": ()}, "no document"),
    "no specification": (
        {"labels": dict(invoice("x").labels) | {"specification": ""}},
        "BT-24",
    ),
    "not XML": (
        {"enclosures": (Enclosure(name="a.pdf", media_type="application/pdf", data=b"%PDF-1.7"),)},
        "not XML",
    ),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_named(peppol_rig: Rig, what: str) -> None:
    changes, words = MISSING[what]
    with pytest.raises(Refused, match=words):
        peppol_rig.channel().send(replace(invoice("missing"), **changes))


CII = b'<x:CrossIndustryInvoice xmlns:x="urn:un:unece:uncefact:data:standard:%s"><br'
TYPES = {
    b'<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2">': (
        f"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2::CreditNote##{BILLING}::2.1"
    ),
    CII % b"CrossIndustryInvoice:100": (
        "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100::CrossIndustryInvoice"
        f"##{BILLING}::D16B"
    ),
    b"<Invoice/>": None,
    b"": None,
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>': None,
}


@pytest.mark.parametrize("document", TYPES)
def test_document_type_is_read_off_the_root(document: bytes) -> None:
    wanted = TYPES[document]
    if wanted is None:
        with pytest.raises(Refused):
            document_type(document, BILLING)
    else:
        assert document_type(document, BILLING) == wanted


class _Proxy(BaseHTTPRequestHandler):
    """Something in between that answers everything with a friendly page."""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if self.raw_requestline and self.parse_request():
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<html>Welcome</html>")
        self.close_connection = True


@contextmanager
def proxy() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Proxy) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_friendly_page_is_no_receipt(peppol_rig: Rig) -> None:
    with proxy() as port:
        channel = peppol_rig.channel(base_url=f"http://127.0.0.1:{port}")
        with pytest.raises(Deferred):
            channel.send(invoice("page"))
        with pytest.raises(Deferred):
            channel.resolve(invoice("page"))
        with pytest.raises(Deferred):
            channel.events()
