"""`route propose|approve|history`: changes of rules that two people agree on."""

from argparse import Namespace
from pathlib import Path

from hub.cli.output import Misused, answer, table
from hub.cli.traffic import house_of
from hub.four_eyes import RuleChange, approve, history, propose
from hub.wiring.building import rules_of


def change(options: Namespace) -> int:
    """Propose files, approve a proposal by its id, or list all of them."""
    with house_of(options) as house:
        if options.action == "history":
            changes = history(house.archive, house.config)
        elif options.action == "approve":
            if len(options.words) != 1:
                raise Misused("approve one proposal: facteur route approve ID --as NAME")
            changes = [approve(house.archive, house.config, options.words[0], options.who)]
        else:
            if not options.words:
                raise Misused("propose files: facteur route propose FILE… --as NAME")
            files = [(Path(name).name, Path(name).read_text("utf-8")) for name in options.words]
            rules_of(house.config, files)
            changes = [propose(house.archive, house.config, files, options.who)]
    answer(options, changes, _lines(changes))
    return 0


def _lines(changes: list[RuleChange]) -> list[str]:
    rows = [
        [
            one.id[:12],
            f"{one.proposed_at:%Y-%m-%d %H:%M}",
            one.proposed_by,
            one.approved_by or "(nobody yet)",
            ", ".join(name for name, _ in one.files),
        ]
        for one in changes
    ]
    return table(["id", "proposed", "by", "approved by", "files"], rows)
