"""Commands of the operator: init, login, address-book."""

from argparse import Namespace
from contextlib import closing

from formats.notation import decode
from hub.cli import starting
from hub.cli.output import Misused, answer
from hub.config.loading import load
from hub.enrichment.address_book import read_csv
from hub.pipeline.master_data import Change, change_recipients
from hub.wiring.archive import open_archive
from hub.wiring.clock import new_id, now
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
    data = options.file.read_bytes()
    try:
        text = decode(data, "cp1252")
    except UnicodeDecodeError as error:
        raise Misused(f"{options.file}: not text: {error}") from error
    change = Change(
        id=new_id(),
        at=now(),
        tenant=options.tenant,
        who="command line",
        entries=read_csv(text),
        source=data,
    )
    with closing(open_database(config)) as database, closing(open_archive(config)) as archive:
        changed = change_recipients(database, archive, change)
    count = len(change.entries)
    lines = [f"{count} recipients, {changed.count} of them new or changed"]
    if changed.kept:
        words = "their recipients chose road and address themselves, or a proposal was accepted"
        lines.append(f"as they were for {', '.join(changed.kept)}: {words}")
        lines.append("the console's address book changes those by hand")
    said = {"recipients": count, "changed": changed.count, "kept_as_chosen": changed.kept}
    answer(options, said, lines)
    return 0
