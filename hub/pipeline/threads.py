"""Which earlier message a correction answers, so that mail programs show both together."""

from formats.model import Document, Invoice
from hub.pipeline.house import House
from hub.store import deliveries, documents
from hub.store.deliveries import Delivery


def thread_of(house: House, delivery: Delivery, document: Document) -> dict[str, str]:
    """Return the label `replies_to`: the peer's id of what carried the invoice corrected (BG-3).

    Only what went to the same customer by the same channel counts, and only if a peer took it; else
    there is no label.
    """
    if not isinstance(document, Invoice) or not document.preceding:
        return {}
    numbers = [one.number for one in document.preceding if one.number]
    with house.database.transaction() as connection:
        own = documents.get(connection, delivery.document)
        rows = [row for number in numbers for row in documents.numbered(connection, number)]
        same = [row.id for row in rows if own and _is_own(row.tenant, row.customer, own)]
        found = deliveries.of_documents(connection, same)
    ways = (way for name in same for way in reversed(found[name]))
    taken = (way.external_id for way in ways if way.channel == delivery.channel)
    return {"replies_to": earlier} if (earlier := next(filter(None, taken), None)) else {}


def _is_own(tenant: str, customer: str, own: documents.DocumentRow) -> bool:
    return (tenant, customer) == (own.tenant, own.customer)
