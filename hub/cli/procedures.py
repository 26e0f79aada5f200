"""The command `archive procedure`: the procedure documentation, filed where it has changed."""

import sys
from argparse import Namespace
from importlib import import_module

from hub.cli.output import answer
from hub.cli.stated import tenant_of
from hub.cli.traffic import house_of
from hub.procedure.filing import file_if_changed, page_of, versions_of
from hub.procedure.writing import LANGUAGES


def procedure(options: Namespace) -> int:
    """File a version if something has changed, and write it as HTML or PDF."""
    with house_of(options) as house:
        tenant = tenant_of(options, house.config.tenants)
        fresh = file_if_changed(house, tenant)
        version = versions_of(house.archive, tenant)[-1]
        own = options.language or house.config.tenants[tenant].language
        page = page_of(house, tenant, own if own in LANGUAGES else "en")
    if options.output is None:
        sys.stdout.write(page)
        return 0
    if options.output.suffix == ".pdf":  # WeasyPrint takes a second to load
        options.output.write_bytes(import_module("formats.letter.typeset").printed(page))
    else:
        options.output.write_text(page, encoding="utf-8")
    state = "filed now" if fresh else "as filed before"
    answer(options, version, [f"{options.output}: version {version.number}, {state}"])
    return 0
