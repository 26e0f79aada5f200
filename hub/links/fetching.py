"""What is done with a link: its file is given out and that is noted, or it is withdrawn."""

import hmac
from typing import Final

import msgspec

from archive.entry import Draft
from hub.pipeline.confirm import take
from hub.pipeline.evidence import about_delivery, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.links import answer_hash
from hub.pipeline.settling import settle
from hub.pipeline.tokens import hash_of
from hub.store import deliveries, documents, links
from hub.store.links import Link
from outbound.channel import DeliveryState, Enclosure, Event

OPENED: Final = "link-"
"""How the source of a report begins that says that a document was fetched by its link."""
_KNOWING: Final = {
    "": "by whoever has the link",
    "post_code": "by one who has the link and knows the post code",
    "customer": "by one who has the link and knows the customer number",
}


def link_of(house: House, token: str) -> Link | None:
    """Return the link of a token, open or not."""
    with house.database.transaction() as connection:
        return links.get(connection, hash_of(token))


def answers(link: Link, token: str, answer: str) -> bool:
    """Whether what the link asks, if anything, is answered right."""
    return not link.asks or hmac.compare_digest(answer_hash(token, answer), link.answer_sha256)


def fetched(house: House, link: Link) -> bytes:
    """Return the file, byte for byte as it is kept, once it is noted that it was fetched.

    The first time is evidence that the document was opened, and is filed; the others are counted.

    Raises:
        ArchiveError: it cannot be read, or nothing can be filed now.
    """
    data = house.archive.get(link.file_sha256)
    take(house, link.channel, _opened(house, link))
    with house.database.transaction() as connection:
        links.note_fetched(connection, link.token_sha256, now=house.clock())
    return data


def withdraw(house: House, delivery: str, *, who: str) -> int:
    """Close the links of a delivery, in somebody's name; returns how many were open."""
    with house.database.transaction() as connection:
        found = deliveries.get(connection, delivery)
        row = documents.get(connection, found.document) if found else None
        of_it = links.of_deliveries(connection, [delivery]).get(delivery, [])
        closed = links.revoke(connection, delivery, now=house.clock())
    if found is None or row is None or not closed:
        return 0
    said = "the link to the document is withdrawn"
    draft = Draft(
        key=f"{delivery}/link-withdrawn/{len(of_it)}",
        tenant=found.tenant,
        subject=delivery,
        document=found.document,
        kind="operator",
        step="link",
        items=(json_item("act", {"who": who, "said": said}),),
    )
    about = about_delivery(found, row)
    line = f"{said} by {who}"
    settle(
        house, "link", [Outcome(subject=f"{delivery}/link", about=about, line=line, evidence=draft)]
    )
    return closed


def _opened(house: House, link: Link) -> Event:
    facts = {
        "fetched_at": house.clock(),
        "file": link.file_name,
        "file_sha256": link.file_sha256,
        "asked": link.asks,
    }
    proof = Enclosure(
        name="opened.json", media_type="application/json", data=msgspec.json.encode(facts)
    )
    return Event(
        parcel_key=link.parcel_key,
        external_id=None,
        state=DeliveryState.DELIVERED,
        reason=f"opened: the document was fetched {_KNOWING[link.asks]}",
        evidence=(proof,),
        source=f"{OPENED}{link.token_sha256[:32]}",
    )
