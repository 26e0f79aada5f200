"""Larger loads: what peers turn away for good among the rest, and thousands of all kinds."""

from collections.abc import Callable, Iterator
from itertools import islice

from bench.crash.papers import Door, Paper, Peer, csv, idoc, mixture, reminder, ubl, wrong

REFUSED_BY_PARTNER, REFUSED_BY_PRINTER = "N", "P"
"""First letters of the numbers that one of them turns away; see `misbehaviour`."""
_ROUND = 200


def every_fate(start: int, count: int) -> Iterator[Paper]:
    """Yield `count` invoices of all kinds, and beside each 20 some that meet a refusal."""
    yield from mixture(start, count)
    for serial in range(start + count, start + count + count // 20 * 10, 10):
        yield ubl(serial, "K-reject", "api", "partner")
        yield ubl(serial + 1, "K-strict-partner", "folder", "mail", letter=REFUSED_BY_PARTNER)
        yield ubl(serial + 2, "K-strict-network", "api", "partner")
        yield ubl(serial + 3, "K-strict-letter", "folder", "partner", letter=REFUSED_BY_PRINTER)
        yield reminder(serial + 4, "K-mail", "api", "mail")
        yield reminder(serial + 5, "K-partner", "folder", "partner")
        yield reminder(serial + 6, "K-letter", "api", "print house")


def thousands(start: int, count: int) -> Iterator[Paper]:
    """Yield files that hold `count` documents, a round of 200 after the other."""
    for first in range(start, start + count, _ROUND):
        yield from _whole(_round(first), start + count - first)


def _whole(papers: Iterator[Paper], most: int) -> Iterator[Paper]:
    """Yield those that fit in."""
    for paper in papers:
        if len(paper.documents) <= most:
            most -= len(paper.documents)
            yield paper


_LISTS: tuple[tuple[str, Peer, int, Door], ...] = (
    ("K-mail", "mail", 25, "folder"),
    ("K-partner", "partner", 25, "sftp"),
    ("101001", "access point", 20, "folder"),
    ("K-mail", "mail", 25, "sftp"),
    ("K-letter", "print house", 5, "api"),
    ("K-partner", "partner", 25, "folder"),
    ("K-mail", "mail", 25, "folder"),
    ("K-report", "mail", 5, "api"),
)
"""Customer, where it arrives, how many invoices are in the list, and its door."""
_ONE_BY_ONE: tuple[tuple[int, Callable[[int], Paper]], ...] = (
    (8, lambda serial: idoc(serial, "api")),
    (2, lambda serial: idoc(serial, "sftp")),
    (10, lambda serial: ubl(serial, "K-mail", "api", "mail")),
    (10, lambda serial: reminder(serial, "K-mail", "api", "mail")),
    (10, lambda serial: reminder(serial, "K-partner", "api", "partner")),
    (2, lambda serial: reminder(serial, "K-letter", "folder", "print house")),
    (1, lambda serial: ubl(serial, "K-refuse", "folder", "partner")),
    (1, lambda serial: ubl(serial, "K-bounce", "api", "mail", "partner")),
    (1, lambda serial: wrong(serial, "sftp")),
)
"""How many of each, and what makes one."""


def _round(start: int) -> Iterator[Paper]:
    serials = iter(range(start, start + _ROUND))
    for customer, peer, count, door in _LISTS:
        yield csv(list(islice(serials, count)), door, customer, peer)
    for count, made in _ONE_BY_ONE:
        yield from (made(serial) for serial in islice(serials, count))
