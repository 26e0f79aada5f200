"""A difference between what was stated and what came, settled by a person who knows why."""

from collections.abc import Sequence

from archive.entry import Draft, Entry
from hub.pipeline.evidence import json_item
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.settling import settle
from hub.store import drops
from hub.store.database import Connection
from hub.store.drops import Drop, Verdict


class NotDiffering(Exception):
    """There is no such difference, it is settled already, or no reason was given."""


def settle_difference(house: House, submission: str, *, who: str, reason: str) -> str:
    """Say why what came of a file is right although another count or sum was stated of it.

    The alarm ends, for all files of one statement; another difference of the same files is a new
    alarm.

    Returns:
        in what they differ.

    Raises:
        NotDiffering: nothing is settled.
    """
    if not reason.strip():
        raise NotDiffering(f"{submission}: say why it is right")
    with house.database.transaction() as connection:
        together = _open(connection, submission)
    if not together:
        raise NotDiffering(
            f"{submission}: nothing differs from what was stated, or that is settled"
        )
    settle(house, "settle", [_outcome(house, submission, together, f"{who}: {reason.strip()}")])
    return together[0].verdict_text


def _open(connection: Connection, submission: str) -> Sequence[Drop]:
    """Return the drops of the first open difference of a file."""
    own = [d for d in drops.of_submission(connection, submission) if _differs(d)]
    if not own or not own[0].stated_group:
        return own[:1]
    first = own[0]
    group = drops.of_group(
        connection, tenant=first.tenant, sender=first.sender, group=first.stated_group
    )
    return [drop for drop in group if _differs(drop)]


def _differs(drop: Drop) -> bool:
    return drop.verdict is Verdict.DIFFERS and not drop.settled


def _outcome(house: House, submission: str, together: Sequence[Drop], said: str) -> Outcome:
    first = together[0]
    act = {
        "act": "settle",
        "said": said,
        "differs": first.verdict_text,
        "drops": [drop.id for drop in together],
    }

    def record(connection: Connection, _entry: Entry | None) -> None:
        ids = [drop.id for drop in together]
        if not drops.settle(connection, ids, first.verdict_text, said):
            raise NotDiffering(f"{submission}: it is settled already, or differs in something else")

    return Outcome(
        subject=f"{first.id}/settle",
        about=About(tenant=first.tenant, submission=submission),
        line=f"difference settled by {said} ({first.verdict_text})",
        evidence=Draft(
            key=f"{first.id}/settle/{house.new_id()}",
            tenant=first.tenant,
            subject=submission,
            kind="operator",
            step="settle",
            items=(json_item("act", act),),
        ),
        record=record,
    )
