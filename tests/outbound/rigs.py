"""For each kind of channel: how to make one, parcels with a fate, and what the peer has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from outbound.catalogue import CHANNELS
from outbound.channel import (
    Channel,
    Destination,
    Enclosure,
    GatheringChannel,
    Parcel,
    Receipt,
)
from tests.servers.scripted_ipp import ScriptedPrinter
from tests.servers.simulators import Peer

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
SECRET = "correct-horse-battery"
UBL = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


def pdf(pages: int = 1, *, size: tuple[int, int] = (595, 842)) -> bytes:
    """Return a PDF of blank pages."""
    document = pikepdf.Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    buffer = BytesIO()
    document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def parcel(key: str, *enclosures: Enclosure, **changes: Any) -> Parcel:
    """Return a parcel that every channel can carry; its key is also its address."""
    made = Parcel(
        key=key,
        destination=Destination(
            name="Bäckerei Süßmund GmbH",
            email=f"{key}@kunde.example",
            endpoint=("0204", key),
            address_lines=("Bäckerei Süßmund GmbH", "Ofenweg 3", "12345 Musterstadt"),
            post_code="12345",
            country="DE",
        ),
        enclosures=enclosures
        or (Enclosure(name="Rechnung.pdf", media_type="application/pdf", data=pdf()),),
        subject=f"Rechnung {key}",
        text="Guten Tag,\n.\nanbei Ihre Rechnung.\n",
        labels={
            "number": key,
            "seller_name": "Nordlicht Handel GmbH",
            "seller_endpoint_scheme": "9930",
            "seller_endpoint": "DE000000000",
            "seller_country": "DE",
            "specification": BILLING,
        },
        created=NOON,
    )
    return replace(made, **changes)


def invoice(key: str) -> Parcel:
    """Return a parcel with a UBL invoice."""
    return parcel(key, Enclosure(name="invoice.xml", media_type="application/xml", data=UBL))


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A kind of channel with its peer.

    Attributes:
        settings: that reach the peer.
        unreachable: what to change in them so that nobody is there.
        parcel: makes a parcel of a key; `refuse-…` is refused by the peer, `doubt-…` taken without
            an answer.
        arrived: how often the peer has got the parcel of a key.
        repeats: how often it has it after two sends: email cannot do better than two.
        tells: whether `resolve` can tell.
    """

    kind: str
    settings: Mapping[str, Any]
    unreachable: Mapping[str, Any]
    parcel: Callable[[str], Parcel]
    arrived: Callable[[str], int]
    repeats: int = 1
    tells: bool = True
    secrets: tuple[str, ...] = (SECRET,)
    made: list[Channel] = field(default_factory=list)

    def channel(self, **changes: Any) -> Channel:
        """Make a channel; it is closed with the rig."""
        settings, channel = CHANNELS[self.kind]
        made = channel(settings(**{**self.settings, **changes}), clock=lambda: NOON)
        self.made.append(made)
        return made


def send(channel: Channel, parcel: Parcel) -> Receipt:
    """Send a parcel, as a job of its own where the channel wants jobs."""
    if isinstance(channel, GatheringChannel):
        return channel.send_job(f"job-{parcel.key}", [parcel])[parcel.key]
    return channel.send(parcel)


def resolve(channel: Channel, parcel: Parcel) -> Receipt | None:
    """Ask about a parcel, by its job where the channel wants jobs."""
    if isinstance(channel, GatheringChannel):
        receipts = channel.resolve_job(f"job-{parcel.key}", [parcel])
        return None if receipts is None else receipts[parcel.key]
    return channel.resolve(parcel)


def email_rig(peer: Peer, bounces: Path, dead_port: int) -> Rig:
    settings = {
        "host": "127.0.0.1",
        "port": peer.port,
        "tls": "none",
        "username": "facteur",
        "password": SECRET,
        "sender": "rechnung@nordlicht.example",
        "bounce_domain": "post.nordlicht.example",
        "bounce_secret": "key-of-the-tokens",
        "bounce_maildir": str(bounces),
        "reply_timeout_seconds": 5,
    }
    return Rig(
        kind="email",
        settings=settings,
        unreachable={"port": dead_port},
        parcel=parcel,
        arrived=lambda key: sum(
            f"{key}@kunde.example" in row["to"] for row in peer.log("accepted")
        ),
        repeats=2,
        tells=False,
        secrets=(SECRET, "key-of-the-tokens"),
    )


def _access(peer: Peer) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": peer.port,
        "username": "facteur",
        "password": SECRET,
        "host_key": (peer.folder / "host_key.fingerprint").read_text(),
        "keeps_files": True,
        "timeout_seconds": 5,
    }


def sftp_rig(peer: Peer, dead_port: int) -> Rig:
    return Rig(
        kind="sftp",
        settings=_access(peer),
        unreachable={"port": dead_port},
        parcel=parcel,
        arrived=lambda key: sum(row["path"] == f"{key}-{key}.pdf" for row in peer.log("arrived")),
    )


def print_rig(peer: Peer, dead_port: int) -> Rig:
    return Rig(
        kind="print",
        settings=_access(peer),
        unreachable={"port": dead_port},
        parcel=parcel,
        arrived=lambda key: sum(
            row["path"] == f"incoming/job-{key}.done" for row in peer.log("arrived")
        ),
    )


def ipp_rig(printer: ScriptedPrinter, dead_port: int) -> Rig:
    return Rig(
        kind="ipp",
        settings={
            "uri": f"ipp://127.0.0.1:{printer.port}/printers/office",
            "password": SECRET,
            "sides": "two-sided-long-edge",
            "keeps_jobs": True,
            "timeout_seconds": 5,
        },
        unreachable={"uri": f"ipp://127.0.0.1:{dead_port}/printers/office"},
        parcel=parcel,
        arrived=lambda key: sum(job.name == key for job in printer.jobs),
    )


def peppol_rig(peer: Peer, dead_port: int) -> Rig:
    return Rig(
        kind="peppol",
        settings={
            "base_url": f"http://127.0.0.1:{peer.port}",
            "token": SECRET,
            "timeout_seconds": 1,
        },
        unreachable={"base_url": f"http://127.0.0.1:{dead_port}"},
        parcel=invoice,
        arrived=lambda key: sum(row["receiver"] == f"0204:{key}" for row in peer.log("submitted")),
    )
