"""The plans that are drawn: what they order is known to the simulators, and a seed repeats them."""

import random
from importlib import import_module

from bench.crash.misbehaviour import plans
from hub.simulators.process import Faults


def test_a_seed_gives_its_plans_again_and_simulators_know_every_word() -> None:
    first, again, other = (
        plans(random.Random(seed), each=2, among=9, slowing=True)  # noqa: S311  (replayable)
        for seed in (1, 1, 2)
    )
    assert first == again != other
    for name, entries in first.items():
        known = import_module(f"hub.simulators.{name}").FAULTS
        Faults([dict(entry) for entry in entries], known)
        assert {entry["do"] for entry in entries} >= {"cut", "defer", "late"}


def test_who_does_not_slow_asks_for_no_pace() -> None:
    drawn = plans(random.Random(1), each=2, among=9, slowing=False)  # noqa: S311  (replayable)
    asked = {(entry["do"], entry["at"]) for entries in drawn.values() for entry in entries}
    assert not asked & {("busy", "rcpt"), ("defer", "rcpt"), ("defer", "rate"), ("defer", "ehlo")}
