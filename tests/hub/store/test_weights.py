from dataclasses import replace

from hub.store import deliveries, documents, submissions
from hub.store.database import Database
from hub.store.documents import DocumentState
from hub.store.weights import weights
from tests.hub.store.rows import DELIVERY, DOCUMENT, SUBMISSION


def test_a_delivery_weighs_what_its_document_does_and_what_is_read_again_as_its_file(
    database: Database,
) -> None:
    asked = [SUBMISSION.id, DOCUMENT.id, DELIVERY.id, "other"]
    with database.transaction() as connection:
        submissions.add(connection, SUBMISSION)
        documents.add(connection, replace(DOCUMENT, size_bytes=7, state=DocumentState.PARKED))
        deliveries.add(connection, DELIVERY)
        file = {SUBMISSION.id: SUBMISSION.size_bytes}
        assert weights(connection, asked) == file | {DOCUMENT.id: 7, DELIVERY.id: 7}
        assert documents.next_round(connection, DOCUMENT.id, DOCUMENT.round)
        assert weights(connection, asked[:2]) == file | {DOCUMENT.id: SUBMISSION.size_bytes}
