"""Commands on what need not be kept any longer: propose, show, approve."""

from argparse import Namespace

from archive.law.disposal import Disposal, disposal_of, disposals_of
from hub.cli.output import Misused, answer, table
from hub.cli.stated import tenant_of
from hub.cli.traffic import house_of
from hub.lawful.disposal import approve, propose

_USAGE = "facteur archive disposal propose|show [ID]|approve ID --as NAME"


def disposal(options: Namespace) -> int:
    """Propose what may go, show proposals, or approve one as somebody else."""
    act, *names = options.words or ["show"]
    with house_of(options) as house:
        tenant = tenant_of(options, house.config.tenants)
        if act == "propose" and not names:
            found = [propose(house, tenant, by=options.who, limit=options.limit)]
        elif act == "approve" and len(names) == 1:
            found = [approve(house, tenant, names[0], by=options.who)]
        elif act == "show" and len(names) == 1:
            found = [disposal_of(house.archive, tenant, names[0])]
        elif act == "show" and not names:
            found = disposals_of(house.archive, tenant)
        else:
            raise Misused(_USAGE)
    whole = len(found) == 1
    answer(options, found, _lines(found) + (_details(found[0]) if whole else []))
    return 1 if act == "approve" and (found[0].refused or found[0].left) else 0


def _lines(found: list[Disposal]) -> list[str]:
    rows = [
        [
            one.id,
            f"{one.proposed.at:%Y-%m-%d}",
            one.proposed.by,
            one.approved.by if one.approved else "(nobody yet)",
            f"{len(one.listed)} listed, {len(one.erased)} erased, {len(one.refused)} refused",
        ]
        for one in found
    ]
    head = ["id", "proposed", "by", "approved by", "what"]
    return table(head, rows) if rows else ["nothing was proposed"]


def _details(one: Disposal) -> list[str]:
    rows = [
        [
            each.subject,
            each.until.isoformat(),
            f"{each.rule or 'elsewhere'}: {each.source}",
            str(each.entries),
            _state(one, each.subject),
        ]
        for each in one.listed
    ]
    return ["", *table(["what", "kept until", "by", "entries", "state"], rows)]


def _state(one: Disposal, subject: str) -> str:
    if why := one.refused.get(subject):
        return f"refused: {why}"
    if subject in one.erased:
        return "erased"
    if one.approved:
        return "accepted, not erased: approve again; what was filed unencrypted cannot be erased"
    return "proposed"
