"""`explain --then`: a past decision made again, and whether it is the one that was made."""

from argparse import Namespace

import msgspec

from hub.cli.asking import decided
from hub.cli.output import answer
from hub.cli.traffic import house_of
from hub.pipeline.replay import Replay, replay
from routing_rules.decision import Decision
from routing_rules.explain import explain


def then(options: Namespace) -> int:
    """Print the decision as it comes out again; exit 1 if it is not the one that was made."""
    with house_of(options) as house:
        with house.database.transaction() as connection:
            row = decided(connection, options.subject)
        repeated = replay(house.archive, row)
    value = {
        "same": not repeated.differing,
        "differing": repeated.differing,
        "grounds": repeated.grounds,
        "made": repeated.made,
        "again": repeated.again,
    }
    answer(options, value, _lines(repeated))
    return 1 if repeated.differing else 0


def _lines(repeated: Replay) -> list[str]:
    day, sha = repeated.grounds.facts.today, repeated.grounds.rules
    head = f"Decided again as of {day}, by rules {sha[:12]} (facteur archive get {sha})"
    if not repeated.differing:
        return [f"{head}: the same.", "", *explain(repeated.again).splitlines()]
    rows = [
        f"  {name}: was {_said(repeated.made, name)}, is {_said(repeated.again, name)}"
        for name in repeated.differing
    ]
    return [f"{head}: NOT the same.", *rows, "", *explain(repeated.again).splitlines()]


def _said(decision: Decision, name: str) -> str:
    return msgspec.json.encode(getattr(decision, name)).decode()
