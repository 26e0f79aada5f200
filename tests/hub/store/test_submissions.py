from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from formats.findings import Actor, Finding, Severity
from hub.store import submissions
from hub.store.database import Database
from hub.store.submissions import Submission, SubmissionState
from tests.hub.store.rows import SUBMISSION

FINDING = Finding(
    rule="BR-02",
    message="Rechnungsnummer fehlt: „“",
    severity=Severity.WARNING,
    term="BT-1",
    path="number",
    place="E1EDK01.BELNR (segment 2)",
    value="",
    fix="fill BELNR",
    actor=Actor.OPERATOR,
)
FULL = replace(
    SUBMISSION, idempotency_key="k", round=2, findings=(FINDING,), replaces="s0", id="s2"
)


@pytest.mark.parametrize("row", [SUBMISSION, FULL], ids=["plain", "full"])
def test_a_submission_comes_back_as_it_was(database: Database, row: Submission) -> None:
    with database.transaction() as connection:
        submissions.add(connection, row)
        assert submissions.get(connection, row.id) == row
        assert submissions.many(connection, [row.id, "s9"]) == {row.id: row}
        assert submissions.get(connection, "s9") is None


ONCE = {
    "same file": (replace(SUBMISSION, id="s9"), False),
    "of another sender": (replace(SUBMISSION, id="s9", sender="shop"), True),
    "of another tenant": (replace(SUBMISSION, id="s9", tenant="suedwind"), True),
    "same key": (replace(SUBMISSION, id="s9", sha256="b" * 64, idempotency_key="k"), False),
    "same key of another tenant": (
        replace(SUBMISSION, id="s9", tenant="suedwind", idempotency_key="k"),
        True,
    ),
    "no key": (replace(SUBMISSION, id="s9", sha256="b" * 64), True),
}


@pytest.mark.parametrize("case", ONCE)
def test_the_database_itself_takes_a_file_and_a_key_once(database: Database, case: str) -> None:
    second, taken = ONCE[case]
    with database.transaction() as connection:
        submissions.add(connection, replace(SUBMISSION, idempotency_key="k"))
        submissions.add(connection, replace(SUBMISSION, id="s2", sha256="d" * 64))
    try:
        with database.transaction() as connection:
            submissions.add(connection, second)
    except sa.exc.IntegrityError:
        assert not taken
    else:
        assert taken


def test_what_came_before_is_found_by_file_and_by_key(database: Database) -> None:
    keyed = replace(SUBMISSION, idempotency_key="k")
    with database.transaction() as connection:
        submissions.add(connection, keyed)
        for tenant, sender, sha256, found in (
            ("nordwind", "erp", "a" * 64, keyed),
            ("nordwind", "shop", "a" * 64, None),
            ("suedwind", "erp", "a" * 64, None),
            ("nordwind", "erp", "b" * 64, None),
        ):
            seen = submissions.same_file(connection, tenant=tenant, sender=sender, sha256=sha256)
            assert seen == found
        for tenant, key, found in (("nordwind", "k", keyed), ("suedwind", "k", None)):
            seen = submissions.same_key(connection, tenant=tenant, idempotency_key=key)
            assert seen == found


def test_lists_and_counts_are_by_tenant_and_state_newest_first(database: Database) -> None:
    rows = [
        replace(
            SUBMISSION,
            id=f"s{n}",
            sha256=f"{n}",
            tenant="nordwind" if n % 2 else "suedwind",
            received_at=SUBMISSION.received_at + timedelta(seconds=n),
        )
        for n in range(5)
    ]
    with database.transaction() as connection:
        for row in rows:
            submissions.add(connection, row)
        submissions.settle(
            connection, "s3", state=SubmissionState.PARKED, findings=[FINDING, FINDING]
        )

        def ids(tenant: str | None, state: str | None, limit: int = 9) -> list[str]:
            listed = submissions.listed(connection, tenant=tenant, state=state, limit=limit)
            return [row.id for row in listed]

        assert ids(None, None) == ["s4", "s3", "s2", "s1", "s0"]
        assert ids(None, None, 2) == ["s4", "s3"]
        assert ids("nordwind", "received") == ["s1"]
        assert submissions.counts(connection) == {"received": 4, "parked": 1}
        assert submissions.counts(connection, "nordwind") == {"received": 1, "parked": 1}


def test_a_new_round_begins_without_findings(database: Database) -> None:
    with database.transaction() as connection:
        submissions.add(connection, FULL)
        submissions.settle(connection, FULL.id, state=SubmissionState.PARKED, findings=[FINDING])
        assert not submissions.next_round(connection, FULL.id, FULL.round + 1)
        assert submissions.next_round(connection, FULL.id, FULL.round)
        assert submissions.get(connection, FULL.id) == replace(FULL, round=3, findings=())
