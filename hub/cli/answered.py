"""The command `answers`: what senders were told, what they did not take, and telling it again."""

from argparse import Namespace
from collections import defaultdict
from contextlib import closing

import msgspec

from formats.answers.notice import Notice
from hub.answers.receivers import receivers_of
from hub.cli.output import Misused, answer, table
from hub.config.loading import load
from hub.store import notices
from hub.store.database import Connection
from hub.store.notices import Kept, NoticeState
from hub.wiring.clock import now
from hub.wiring.database import open_database

_SHOWN = 50


def answers(options: Namespace) -> int:
    """Print how many notices each receiver has had, list them, or tell one again."""
    config = load(options.config)
    known = receivers_of(config)
    with closing(open_database(config)) as database, database.transaction() as connection:
        if options.again:
            return _again(options, connection)
        counted = notices.counts(connection)
        found = notices.listed(
            connection, receiver=options.receiver, state=options.state, limit=_SHOWN
        )
    each: dict[str, dict[str, int]] = defaultdict(dict, {key: {} for key in known})
    for (receiver, state), count in counted.items():
        each[receiver][state] = count
    failed = sum(count.get(NoticeState.FAILED, 0) for count in each.values())
    lines = [*_counted(each), "", *_listed(found)] if found else _counted(each)
    answer(options, {"receivers": each, "notices": found}, lines)
    return 1 if failed else 0


def _counted(each: dict[str, dict[str, int]]) -> list[str]:
    if not each:
        return ["nobody is told anything: the settings have no [answer.…]"]
    head = ("receiver", *NoticeState)
    rows = [
        (key, *(str(counts.get(state, 0)) for state in NoticeState))
        for key, counts in sorted(each.items())
    ]
    return table(head, rows)


def _listed(found: list[Kept]) -> list[str]:
    head = ("notice", "due", "document", "said", "state", "why")
    rows: list[tuple[str, ...]] = []
    for kept in found:
        notice = msgspec.json.decode(kept.content, type=Notice)
        name = notice.number or notice.file
        rows.append(
            (kept.id, f"{kept.due_at:%m-%d %H:%M}", name, notice.state, kept.state, kept.reason)
        )
    return table(head, rows)


def _again(options: Namespace, connection: Connection) -> int:
    """Put notices back to what is due; each keeps its id, by which its receiver may know it."""
    found = notices.of_ids(connection, options.again)
    missing = sorted(set(options.again) - {kept.id for kept in found})
    if missing:
        raise Misused(f"no notice {', '.join(missing)}; `facteur answers` lists them")
    notices.change(
        connection,
        [kept.id for kept in found],
        state=NoticeState.WAITING,
        file="",
        attempts=0,
        due_at=now(),
    )
    answer(options, found, [f"{kept.id} is told again to {kept.receiver}" for kept in found])
    return 0
