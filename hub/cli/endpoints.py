"""The command `endpoints`: to whom parcels go, how each stands, and stopping or trying one."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from getpass import getuser

from hub.cli.output import Misused, answer, table
from hub.cli.stated import said
from hub.config.config import Config
from hub.config.loading import load
from hub.endpoints.by_hand import Act, Hand, pause, resume
from hub.endpoints.outlet import Outlet
from hub.endpoints.standing import Standing, standings
from hub.pipeline.lanes import outlets
from hub.store.database import Database
from hub.wiring.archive import open_archive
from hub.wiring.building import channels_of
from hub.wiring.clock import new_id, now
from hub.wiring.database import open_database

_HEAD = ("endpoint", "state", "since, UTC", "until, UTC", "wait", "first came", "last words")
_WORDS_SHOWN = 80
_ACTS = {"pause": pause, "resume": resume}


def endpoints(options: Namespace) -> int:
    """List endpoints, pause one or let it be tried again; 1 if one is not well."""
    config = load(options.config)
    if options.action != "list" and not options.name:
        raise Misused(f"endpoints {options.action}: name one, as `facteur endpoints` lists them")
    with _outlets(config) as known, closing(open_database(config)) as database:
        if options.action != "list":
            _act(config, database, known, options)
        with database.transaction() as connection:
            found = standings(connection, known, now())
    answer(options, found, table(_HEAD, [_row(each) for each in found]))
    return 0 if all(each.is_well for each in found) else 1


def _act(config: Config, database: Database, known: list[Outlet], options: Namespace) -> None:
    act = Act(
        id=new_id(),
        at=now(),
        name=options.name,
        who=options.who or getuser(),
        why=said(options.why, f"why: facteur endpoints {options.action} NAME --why TEXT"),
    )
    with closing(open_archive(config)) as archive:
        hand = Hand(database=database, archive=archive, outlets=known, tenants=config.tenants)
        _ACTS[options.action](hand, act)


@contextmanager
def _outlets(config: Config) -> Iterator[list[Outlet]]:
    channels = channels_of(config, config.channels)
    try:
        yield outlets(config, channels)
    finally:
        for channel in channels.values():
            channel.close()


def _row(each: Standing) -> tuple[str, ...]:
    instants = (each.since, each.until)
    return (
        each.name,
        each.state,
        *map(_said, instants),
        str(each.waiting),
        _said(each.waiting_since),
        each.words[:_WORDS_SHOWN],
    )


def _said(instant: datetime | None) -> str:
    return f"{instant:%m-%d %H:%M}" if instant else ""
