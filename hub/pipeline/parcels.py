"""A delivery as a parcel: the bytes that were filed, where they go, and what the envelope says."""

from datetime import datetime

import msgspec

from formats import canonical
from formats.catalogue import WRITERS
from formats.letter.postal import address_lines
from formats.model import Document, Invoice
from formats.signatures.catalogue import P7M
from hub.config.companies import Tenant
from hub.mail_texts.message import Link, mail_text
from hub.pipeline.house import House
from hub.pipeline.invitations import invite
from hub.pipeline.links import stays_behind
from hub.pipeline.threads import thread_of
from hub.store import links
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from outbound.channel import Destination, Enclosure, GatheringChannel, Parcel
from routing_rules.recipient import Recipient


def parcel_for(house: House, delivery: Delivery, row: DocumentRow) -> Parcel:
    """Return the parcel of a delivery; the same delivery on the same road always gives the same.

    A link or an invitation that it carries is written down before this returns.
    """
    document = canonical.decode(house.archive.get(row.enriched_sha256))
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    tenant = house.config.tenants[row.tenant]
    language = recipient.language or tenant.language
    file = Enclosure(
        name=delivery.file_name,
        media_type=_media_type(delivery),
        data=house.archive.get(delivery.rendition_sha256),
    )
    seller = (document.seller.name or "") if document.seller else ""
    link = _link(house, delivery, row, file, recipient=recipient, seller=seller, language=language)
    made_at = _made_at(delivery, row)
    invitation = invite(
        house, delivery, row, recipient=recipient, language=language, made_at=made_at
    )
    subject, text, html = mail_text(
        document, language=language, copy=delivery.is_copy, link=link, invitation=invitation
    )
    return Parcel(
        key=delivery.parcel_key,
        destination=_destination(recipient, language, home=home_of(house, delivery, tenant)),
        enclosures=() if link else (file,),
        subject=subject,
        text=text,
        html=html,
        labels=_labels(row, document, delivery) | thread_of(house, delivery, document),
        created=made_at,
    )


def home_of(house: House, delivery: Delivery, tenant: Tenant) -> str:
    """Return the country that an address on a delivery's road need not name: where it is posted."""
    return posted_in(house.channels.get(delivery.channel)) or tenant.country


def posted_in(channel: object) -> str:
    """Return where a print partner posts; empty of any other channel."""
    stationery = channel.stationery if isinstance(channel, GatheringChannel) else None
    return stationery.posted_in if stationery else ""


def _made_at(delivery: Delivery, row: DocumentRow) -> datetime:
    return delivery.rendered_at or row.received_at


def _link(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    file: Enclosure,
    *,
    recipient: Recipient,
    seller: str,
    language: str,
) -> Link | None:
    """Write down a link to the file, if that stays behind; None if it goes along."""
    channel = house.channels[delivery.channel]
    if house.links is None or not stays_behind(channel, recipient, [file]):
        return None
    made = house.links.link(
        delivery,
        row,
        file,
        recipient=recipient,
        seller=seller,
        language=language,
        made_at=_made_at(delivery, row),
    )
    with house.database.transaction() as connection:
        links.put(connection, made)
    return Link(url=house.links.address(delivery.parcel_key), until=made.expires_at.date())


def _media_type(delivery: Delivery) -> str:
    """Return that of the format, unless a signature has the file inside."""
    wrapped = delivery.file_name.endswith(".p7m")
    return P7M if wrapped else WRITERS[delivery.format].media_type


def _destination(recipient: Recipient, language: str, *, home: str) -> Destination:
    endpoint = recipient.endpoint
    return Destination(
        name=" ".join(recipient.name.split()),
        email=recipient.email,
        endpoint=(endpoint.scheme, endpoint.value) if endpoint and endpoint.scheme else None,
        address_lines=address_lines(recipient.name, recipient.address, home=home),
        post_code=recipient.address.post_code if recipient.address else None,
        country=recipient.country or (recipient.address.country if recipient.address else None),
        folder=recipient.folder,
        language=language,
        smime_certificate=recipient.smime_certificate,
    )


def _labels(row: DocumentRow, document: Document, delivery: Delivery) -> dict[str, str]:
    seller = document.seller
    address = seller.electronic_address if seller else None
    labels = {
        "number": row.number,
        "kind": row.kind,
        "issue_date": row.issue_date,
        "tenant": row.tenant,
        "document_id": row.id,
        "syntax": delivery.format,
        "copy": "copy" if delivery.is_copy else "original",
        "repeats": delivery.repeats,
        "seller_name": (seller.name or "") if seller else "",
        "seller_country": (seller.address.country or "") if seller and seller.address else "",
        "seller_endpoint_scheme": (address.scheme or "") if address else "",
        "seller_endpoint": address.value if address else "",
    }
    if isinstance(document, Invoice):
        labels["specification"] = document.specification or ""
        labels["process"] = document.business_process or ""
    return labels
