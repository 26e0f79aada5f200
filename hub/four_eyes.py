"""Changes of routing rules that two people agreed on, kept in the archive of every company."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from archive.archive import Archive
from archive.entry import Draft, Entry, Item, Query
from hub.config.config import Config
from hub.config.faults import Faulty

_SHORTEST = 8
_WITHOUT_SHIPPED = ("shipped = false", "shipped = false\n")
"""Stands among the files where the settings leave the shipped rules out: two agree on that, too.
No file of rules can say it, as such a file is refused."""


class Refused(Exception):
    """A proposal or approval cannot be taken; the message says why."""


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """One rule set that somebody proposed.

    Attributes:
        id: hex SHA-256 over the texts of the files in their order; names do not matter.
        files: names and texts.
        approved_by: empty until somebody else has.
    """

    id: str
    files: tuple[tuple[str, str], ...]
    proposed_by: str
    proposed_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None


class _Proposal(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    files: tuple[tuple[str, str], ...]


class _Approval(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    of: str


def id_of(files: Iterable[tuple[str, str]]) -> str:
    """Return the id of a set of rule files.

    >>> id_of([("a.toml", "x")]) == id_of([("b.toml", "x")])
    True
    """
    texts = [text for _, text in files]
    return hashlib.sha256(msgspec.json.encode(texts)).hexdigest()


def agreed_on(config: Config, files: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what two people agree on: files, and whether the shipped rules are left out."""
    return [*files, *([] if config.routing.shipped else [_WITHOUT_SHIPPED])]


def propose(
    archive: Archive, config: Config, files: Sequence[tuple[str, str]], by: str
) -> RuleChange:
    """Keep a set of rule files as a proposal; whoever proposed them before stays who did.

    Whether the shipped rules are left out is proposed with them, as the settings have it.

    Raises:
        Refused: nobody proposes it.
    """
    files, who = agreed_on(config, files), _person(by)
    id_, proposal = id_of(files), _Proposal(by=who, files=tuple(files))
    for known in history(archive, config):
        if known.id == id_:
            proposal = _Proposal(by=known.proposed_by, files=known.files)
    _keep(archive, config, id_, "propose", proposal)
    return found(archive, config, id_)


def approve(archive: Archive, config: Config, id_: str, by: str) -> RuleChange:
    """Keep that somebody else than the proposer approves; whoever did before stays who did.

    Companies that came since have it in their archive then, too.

    Raises:
        Refused: there is no such proposal, or its own proposer would approve it.
    """
    change, who = found(archive, config, id_), _person(by)
    if who.casefold() == change.proposed_by.casefold():
        raise Refused(f"{change.id[:12]}: {who} proposed it; somebody else must approve")
    proposal = _Proposal(by=change.proposed_by, files=change.files)
    _keep(archive, config, change.id, "propose", proposal)
    approval = _Approval(by=change.approved_by or who, of=change.id)
    _keep(archive, config, change.id, "approve", approval)
    return found(archive, config, change.id)


def history(archive: Archive, config: Config) -> list[RuleChange]:
    """Return all that was proposed, newest first."""
    changes: dict[str, RuleChange] = {}
    for tenant in config.tenants:
        for change in _changes(archive, tenant):
            changes.setdefault(change.id, change)
    return sorted(changes.values(), key=lambda change: change.proposed_at, reverse=True)


def _changes(archive: Archive, tenant: str) -> list[RuleChange]:
    proposals = archive.find(Query(tenant=tenant, kind="operator", step="propose", limit=1_000))
    keys = {entry.key: entry.key.replace("/propose", "/approve") for entry in proposals}
    approvals = archive.kept(tenant, keys.values())
    return [_change(archive, entry, approvals.get(keys[entry.key])) for entry in proposals]


def found(archive: Archive, config: Config, id_: str) -> RuleChange:
    """Return the proposal of an id, or of its beginning.

    Raises:
        Refused: there is none, or several begin so.
    """
    hits = [change for change in history(archive, config) if change.id.startswith(id_)]
    if len(id_) < _SHORTEST or len(hits) != 1:
        raise Refused(f"{id_}: no single proposal has this id; see facteur route history")
    return hits[0]


def require_approved(archive: Archive, config: Config, files: Sequence[tuple[str, str]]) -> None:
    """Let only rules pass that two people agreed on in every company's archive.

    To leave all of one's own out is a change, too, once some were approved; and so is to leave the
    shipped ones out, or to let them in again.

    Raises:
        Faulty: nobody has approved these.
    """
    wanted = agreed_on(config, files)
    if not files and (wanted or any(each.approved_by for each in history(archive, config))):
        raise Faulty(
            "routing.four_eyes: rules of your own were approved, or the shipped ones are left out, "
            "and there are none in routing.rules; to go on without, name a file there that is "
            "empty, and have it approved"
        )
    key = f"rules/{id_of(wanted)}/approve"
    lacking = [tenant for tenant in config.tenants if not archive.kept(tenant, [key])]
    if files and lacking:
        raise Faulty(
            f"routing.four_eyes: the rules in {', '.join(name for name, _ in wanted)} are not "
            f"approved ({', '.join(lacking)}); `facteur route propose FILE… --as NAME`, then "
            "somebody else `facteur route approve ID --as NAME`"
        )


def _keep(
    archive: Archive, config: Config, id_: str, step: str, value: _Proposal | _Approval
) -> None:
    data = msgspec.json.encode(value)
    item = Item(role=step, name=f"{step}.json", media_type="application/json", data=data)
    archive.append(
        [
            Draft(
                key=f"rules/{id_}/{step}",
                tenant=tenant,
                subject="rules",
                kind="operator",
                step=step,
                items=(item,),
            )
            for tenant in config.tenants
        ]
    )


def _change(archive: Archive, proposed: Entry, approved: Entry | None) -> RuleChange:
    proposal = msgspec.json.decode(archive.get(proposed.items[0].sha256), type=_Proposal)
    by = ""
    if approved:
        by = msgspec.json.decode(archive.get(approved.items[0].sha256), type=_Approval).by
    return RuleChange(
        id=id_of(proposal.files),
        files=proposal.files,
        proposed_by=proposal.by,
        proposed_at=proposed.at,
        approved_by=by,
        approved_at=approved.at if approved else None,
    )


def _person(name: str) -> str:
    known = " ".join(name.split())
    if not known:
        raise Refused("say who you are: --as NAME")
    return known
