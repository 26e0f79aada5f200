"""What people say to proposals: an accepted one changes the address book, a declined one rests.

Both are filed in the archive before they count. Nothing is changed on its own, and nothing that has
changed meanwhile is accepted: each is judged again first.
"""

from collections.abc import Collection, Iterable, Sequence

from archive.entry import Draft
from hub.pipeline.evidence import json_item
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients
from hub.store import wish_changes
from hub.store.wish_changes import Declined
from hub.wishes.looking import proposals
from hub.wishes.proposals import Proposal


def chosen(found: Iterable[Proposal], ids: Collection[str]) -> list[Proposal]:
    """Return the proposals that are meant, as far as they still stand."""
    return [each for each in found if each.id in ids]


def accept(house: House, meant: Sequence[Proposal], *, who: str) -> int:
    """Write proposals into the address book; returns how many were.

    Left out is what lacks something, and what is no longer proposed.
    """
    done = 0
    for tenant in dict.fromkeys(each.tenant for each in meant):
        ids = {each.id for each in meant if each.tenant == tenant}
        keys = [each.key for each in meant if each.tenant == tenant]
        again = chosen(proposals(house, [tenant], keys=keys), ids)
        change = Change(
            id=house.new_id(),
            at=house.clock(),
            tenant=tenant,
            who=f"{who}, proposal accepted",
            entries=[each.entry for each in again if not each.lacks],
            is_chosen=True,
        )
        done += change_recipients(house.database, house.archive, change).count
    return done


def decline(house: House, meant: Sequence[Proposal], *, who: str, why: str = "") -> int:
    """Let proposals rest; returns how many."""
    for tenant in dict.fromkeys(each.tenant for each in meant):
        roads = [(each.key, each.channel) for each in meant if each.tenant == tenant]
        let_rest(house, tenant, roads, who=who, why=why)
    return len(meant)


def let_rest(
    house: House, tenant: str, roads: Sequence[tuple[str, str]], *, who: str, why: str
) -> None:
    """Propose roads, each of a customer and a channel, to nobody for a while."""
    act, at, why = house.new_id(), house.clock(), why.replace("\0", "")
    said = [{"customer": key, "channel": channel, "why": why} for key, channel in roads]
    draft = Draft(
        key=f"{act}/road-declined",
        tenant=tenant,
        subject=act,
        kind="operator",
        step="road-declined",
        fields={"who": who, "count": str(len(roads))},
        items=(json_item("declined", said),),
    )
    with house.database.transaction() as connection:
        (entry,) = house.archive.append([draft])
        for key, channel in roads:
            one = Declined(
                tenant=tenant,
                recipient=key,
                channel=channel,
                at=at,
                who=who,
                why=why,
                entry=entry.id,
            )
            wish_changes.decline(connection, one)
