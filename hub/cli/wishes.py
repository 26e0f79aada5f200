"""The command `wishes`: who could take a better road, and accepting or declining it."""

from argparse import Namespace
from collections.abc import Sequence

from hub.cli.output import Misused, answer, table
from hub.cli.stated import said
from hub.cli.traffic import house_of
from hub.pipeline.house import House
from hub.wishes.answering import accept, decline
from hub.wishes.looking import REST, proposals
from hub.wishes.proposals import Proposal

_HEAD = ("customer", "name", "today", "proposed", "a year", "saves", "why")


def wishes(options: Namespace) -> int:
    """List what is proposed, or answer some or all of it."""
    with house_of(options) as house:
        tenants = sorted(house.config.tenants)
        if options.tenant not in (None, *tenants):
            raise Misused(f"--tenant must be one of: {', '.join(tenants)}")
        asked = [options.tenant] if options.tenant else tenants
        found = proposals(house, asked, keys=options.keys)
        if options.action == "proposals":
            answer(options, [_value(each) for each in found], _lines(found))
            return 0
        return _answered(options, house, found)


def _answered(options: Namespace, house: House, found: Sequence[Proposal]) -> int:
    if not options.keys and not options.all:
        raise Misused("name the customers, or --all that are proposed")
    who = said(options.who, "who you are: --as NAME")
    if options.action == "accept":
        done = accept(house, found, who=who)
        words = "nothing accepted"
        if not found:
            words += ": no better road is proposed for them now"
        elif done:
            words = f"{done} accepted: the address book is changed, and the change filed"
    else:
        done = decline(house, found, who=who, why=options.why)
        words = f"{done} declined; not proposed again for {REST.days} days"
    left = [each.key for each in found if each.lacks] if options.action == "accept" else []
    answer(
        options,
        {"done": done, "lacking": left},
        [words, *([f"not accepted, for want of consent: {', '.join(left)}"] if left else [])],
    )
    return 0 if done else 1


def saving(proposal: Proposal) -> str:
    """Return what a proposal would save a year, for people."""
    if proposal.saves is None:
        return "not known"
    amounts = ", ".join(f"{amount:.2f} {code}" for code, amount in proposal.saves.items())
    return f"{amounts}*" if proposal.unpriced else amounts


def _lines(found: Sequence[Proposal]) -> list[str]:
    if not found:
        return ["nothing is proposed: each goes the best road that is known for him"]
    rows = [(p.key, p.name, p.road, p.channel, str(p.documents), saving(p), _why(p)) for p in found]
    stars = ["* the other road's price is not known, and counted as nothing ([routing] tariff)"]
    return [*table(_HEAD, rows), *(stars if any(p.unpriced for p in found) else [])]


def _why(proposal: Proposal) -> str:
    lacks = (f"lacks {proposal.lacks}",) if proposal.lacks else ()
    return "; ".join((*proposal.why, *lacks))


def _value(proposal: Proposal) -> dict[str, object]:
    names = ("tenant", "key", "name", "road", "channel", "why", "documents", "unpriced", "lacks")
    saves = {code: f"{amount:.2f}" for code, amount in (proposal.saves or {}).items()}
    own = {name: getattr(proposal, name) for name in names}
    return own | {"saves": None if proposal.saves is None else saves}
