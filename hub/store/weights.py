"""Weights: how much of memory takes who works on a file, a document or a delivery."""

from collections.abc import Sequence

import sqlalchemy as sa

from hub.store.database import Connection, is_among
from hub.store.deliveries import deliveries
from hub.store.documents import documents
from hub.store.submissions import submissions

_WEIGHTS = sa.union_all(
    sa.select(submissions.c.id, submissions.c.size_bytes).where(is_among(submissions.c.id)),
    sa.select(documents.c.id, documents.c.size_bytes).where(is_among(documents.c.id)),
    sa.select(deliveries.c.id, documents.c.size_bytes)
    .join(documents, documents.c.id == deliveries.c.document)
    .where(is_among(deliveries.c.id)),
)


def weights(connection: Connection, subjects: Sequence[str]) -> dict[str, int]:
    """Return the bytes of each subject; what is none of these lacks, a delivery has its document's.

    What is written out of a document is a multiple of it, by its format.
    """
    return {row[0]: row[1] for row in connection.execute(_WEIGHTS, {"among": subjects})}
