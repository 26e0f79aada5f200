"""Commands of the operator: init, login, address-book."""

from argparse import Namespace
from contextlib import closing

from formats.notation import decode
from hub.cli import starting
from hub.cli.output import Misused, answer
from hub.config import load
from hub.enrichment.address_book import read_csv
from hub.store import recipients
from hub.wiring.clock import now
from hub.wiring.database import open_database

_LINK_HOURS = 24


def init(options: Namespace) -> int:
    """Write a commented settings file, keys, a first API key and a link into the console."""
    made = starting.write(options.config, options.tenant, options.name, options.sender)
    answer(options, made, made.lines())
    return 0


def login(options: Namespace) -> int:
    """Print a one-time link into the console."""
    config = load(options.config)
    if options.tenant not in {*config.tenants, "*"}:
        raise Misused(f"no [tenant.{options.tenant}] in the settings")
    with closing(open_database(config)) as database:
        link = starting.login_link(config, database, options.tenant)
    answer(options, {"link": link}, [f"{link}  (once, within {_LINK_HOURS} hours)"])
    return 0


def address_book(options: Namespace) -> int:
    """Take an address book from CSV."""
    config = load(options.config)
    if options.tenant not in config.tenants:
        raise Misused(f"no [tenant.{options.tenant}] in the settings")
    try:
        text = decode(options.file.read_bytes(), "cp1252")
    except UnicodeDecodeError as error:
        raise Misused(f"{options.file}: not text: {error}") from error
    entries = read_csv(text)
    with closing(open_database(config)) as database, database.transaction() as connection:
        recipients.put(connection, options.tenant, entries, now=now())
    answer(options, {"recipients": len(entries)}, [f"{len(entries)} recipients"])
    return 0
