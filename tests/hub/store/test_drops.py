from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hub.store import drops
from hub.store.database import Database
from hub.store.drops import Drop, Fate, Verdict

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PLAIN = Drop(
    id="1",
    at=AT,
    tenant="acme",
    sender="erp",
    door="sftp",
    name="a.xml",
    sha256="00",
    fate=Fate.TAKEN,
    submission="s1",
)
STATED = replace(
    PLAIN,
    id="2",
    at=AT + timedelta(hours=1),
    tenant="other",
    submission="s2",
    parent="s1",
    stated_group="run",
    stated_files=2,
    stated_count=12,
    stated_sums={"EUR": Decimal("-0.10"), "JPY": Decimal(5)},
)


def test_drops_are_found_by_what_they_belong_to(database: Database) -> None:
    with database.transaction() as connection:
        drops.add(connection, [])
        drops.add(connection, [STATED, PLAIN])
        assert drops.of_submission(connection, "s1") == [PLAIN]
        assert drops.of_parent(connection, "s1") == [STATED]
        assert drops.of_group(connection, tenant="other", sender="erp", group="run") == [STATED]
        assert drops.of_group(connection, tenant="acme", sender="erp", group="run") == []
        last = STATED.at
        assert drops.between(connection, start=AT, end=last) == [PLAIN]
        after = last + timedelta(seconds=1)
        assert drops.between(connection, start=AT, end=after) == [PLAIN, STATED]
        assert drops.between(connection, start=AT, end=after, tenant="other") == [STATED]


def test_what_differs_is_found_by_company(database: Database) -> None:
    with database.transaction() as connection:
        drops.add(connection, [PLAIN, STATED])
        assert drops.differing(connection, since=AT) == []
        drops.judge(connection, ["2"], Verdict.DIFFERS, "11 documents, stated are 12")
        told = replace(STATED, verdict=Verdict.DIFFERS, verdict_text="11 documents, stated are 12")
        assert drops.differing(connection, since=AT) == [told]
        assert drops.differing(connection, since=AT + timedelta(hours=2)) == []
        assert drops.differing(connection, since=AT, tenant="acme") == []
        assert [drop.states for drop in (PLAIN, STATED)] == [False, True]
