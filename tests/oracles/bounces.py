"""What is read right, missed and taken for something else in the corpus of real bounces.

Beside it what flufl.bounce alone finds. Run `python -m tests.oracles.bounces`; `-v` names each
message that is not read right.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from email import message_from_bytes

from flufl.bounce import all_failures

from outbound.mail_reports.reading import read_report
from outbound.mail_reports.report import Kind, Reason
from tests.outbound.mail_reports.corpus import (
    AUTO_REPLY,
    BOUNCE,
    COMPLAINT,
    DELIVERED,
    PERSON,
    RECEIPT,
    Sample,
    samples,
)

TYPES = {
    Kind.HARD: BOUNCE,
    Kind.SOFT: BOUNCE,
    Kind.DELAYED: BOUNCE,
    Kind.RELAYED: DELIVERED,
    Kind.DELIVERED: DELIVERED,
    Kind.COMPLAINT: COMPLAINT,
    Kind.AUTO_REPLY: AUTO_REPLY,
    Kind.READ_RECEIPT: RECEIPT,
    Kind.CHALLENGE: AUTO_REPLY,
    Kind.UNKNOWN: PERSON,
}
"""A kind as the corpus has it, which knows delays as bounces and relays as deliveries."""

REASONS = {
    "contenterror": Reason.CONTENT,
    "exceedlimit": Reason.SIZE,
    "expired": Reason.NETWORK,
    "hasmoved": Reason.MOVED,
    "hostunknown": Reason.DOMAIN,
    "mailboxfull": Reason.FULL,
    "mailererror": Reason.SYSTEM,
    "mesgtoobig": Reason.SIZE,
    "networkerror": Reason.NETWORK,
    "notaccept": Reason.DOMAIN,
    "notcompliantrfc": Reason.CONTENT,
    "suspend": Reason.DISABLED,
    "syntaxerror": Reason.SYSTEM,
    "systemerror": Reason.SYSTEM,
    "systemfull": Reason.SYSTEM,
    "toomanyconn": Reason.SYSTEM,
    "userunknown": Reason.ADDRESS,
    "virusdetected": Reason.CONTENT,
}
"""The corpus's word for a reason as one of ours; all its others are policies."""

Score = dict[str, Counter[str]]


def ours(data: bytes) -> str:
    """Return what we take a message for."""
    return TYPES[read_report(data).kind]


def library(data: bytes) -> str:
    """Return what flufl.bounce takes it for."""
    delayed, failed = all_failures(message_from_bytes(data))
    return BOUNCE if delayed or failed else PERSON


def score(every: Iterable[Sample], judge: Callable[[bytes], str]) -> Score:
    """Count by type what is right, missed (left for a person) and wrong."""
    counts: Score = {}
    for sample in every:
        found = judge(sample.data)
        verdict = "right" if found == sample.wanted else "missed" if found == PERSON else "wrong"
        counts.setdefault(sample.wanted, Counter())[verdict] += 1
    return counts


def dead_addresses(every: Iterable[Sample]) -> Counter[str]:
    """Count whether an address is called dead where the tables do so."""
    counts: Counter[str] = Counter()
    for sample in every:
        if sample.dead is not None:
            said = read_report(sample.data).kind is Kind.HARD
            counts["right" if said == sample.dead else "too strict" if said else "too mild"] += 1
    return counts


def say(*words: object) -> None:
    """Write one line."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def reasons(every: Iterable[Sample]) -> Counter[str]:
    """Count whether the reason is that of the tables, is none, or is another."""
    counts: Counter[str] = Counter()
    for sample in every:
        if sample.dead is not None:
            said = read_report(sample.data).reason
            wanted = {REASONS.get(reason, Reason.POLICY) for reason in sample.reasons}
            counts["right" if said in wanted else "other" if said else "none"] += 1
    return counts


def main() -> None:
    """Write the tables."""
    every = list(samples())
    for title, some in (
        ("by the tables of its tests", [s for s in every if s.by_tables]),
        ("by its names alone (EXPECTED.csv is empty)", [s for s in every if not s.by_tables]),
    ):
        say(f"\n{len(some)} messages, expected {title}")
        say(f"{'':18}{'right':>7}{'missed':>8}{'wrong':>7}   flufl.bounce alone")
        alone = score(some, library)
        for wanted, counts in sorted(score(some, ours).items()):
            other = alone[wanted]
            say(
                f"{wanted:18}{counts['right']:7}{counts['missed']:8}{counts['wrong']:7}"
                f"{other['right']:10}{other['missed']:8}{other['wrong']:7}"
            )
    say("\nis the address dead?", dict(dead_addresses(every)))
    say("why was it not taken?", dict(reasons(every)))
    if "-v" in sys.argv:
        for sample in every:
            if ours(sample.data) != sample.wanted:
                say(f"{sample.name}: {sample.wanted}, taken for {ours(sample.data)}")


if __name__ == "__main__":
    main()
