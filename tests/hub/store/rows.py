"""A submission, a document and a delivery as rows, and variations on them."""

from datetime import UTC, datetime

from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission
from routing_rules.decision import Road

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SUBMISSION = Submission(
    id="s1",
    tenant="nordwind",
    sender="erp",
    door="api",
    name="a.xml",
    sha256="a" * 64,
    size_bytes=5 << 30,
    priority=10,
    received_at=NOW,
)
DOCUMENT = DocumentRow(
    id="s1-1",
    submission="s1",
    position=0,
    tenant="nordwind",
    sender="erp",
    kind="invoice",
    number="R-1",
    issue_date="2026-11-20",
    currency="EUR",
    total="119.00",
    customer="K1",
    customer_name="Müller & Söhne",
    format="ubl",
    content_sha256="c" * 64,
    priority=10,
    received_at=NOW,
)
DELIVERY = Delivery(
    id="s1-1-d0",
    document="s1-1",
    tenant="nordwind",
    roads=(Road(channel="post", format="ubl"), Road(channel="second", format="cii")),
    channel="post",
    format="ubl",
    changed_at=NOW,
)
