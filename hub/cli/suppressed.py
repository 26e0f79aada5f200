"""The command `suppressed`: addresses that get nothing more, and letting one get mail again."""

from argparse import Namespace
from contextlib import closing

from hub.cli.output import Misused, answer, table
from hub.cli.stated import said, tenant_of
from hub.config.loading import load
from hub.pipeline.suppressing import Lifting, NotSuppressed, lift
from hub.store import suppressions
from hub.store.suppressions import Suppression
from hub.wiring.archive import open_archive
from hub.wiring.clock import new_id, now
from hub.wiring.database import open_database


def suppressed(options: Namespace) -> int:
    """List what is suppressed, or lift one."""
    return _lift(options) if options.action == "lift" else _list(options)


def _list(options: Namespace) -> int:
    with (
        closing(open_database(load(options.config))) as database,
        database.transaction() as connection,
    ):
        found = suppressions.listed(connection, options.tenant, words=options.address or "")
    answer(options, found, _lines(found))
    return 0


def _lines(found: list[Suppression]) -> list[str]:
    if not found:
        return ["no address is suppressed"]
    rows = [
        (one.tenant, one.address, f"{one.since:%Y-%m-%d}", one.verdict, one.delivery, one.reason)
        for one in found
    ]
    return table(("company", "address", "since", "because", "delivery", "said"), rows)


def _lift(options: Namespace) -> int:
    config = load(options.config)
    lifting = Lifting(
        id=new_id(),
        at=now(),
        tenant=tenant_of(options, config.tenants),
        address=said(options.address, "which address: facteur suppressed lift ADDRESS"),
        who=said(options.who, "who you are: --as NAME"),
        why=said(options.why, "why it may get mail again: --why TEXT"),
    )
    with closing(open_database(config)) as database, closing(open_archive(config)) as archive:
        try:
            found = lift(database, archive, lifting)
        except NotSuppressed as error:
            raise Misused(f"{error}; `facteur suppressed list` lists them") from error
    words = f"{found.address} gets mail again; what is parked for it leaves when it is resubmitted"
    answer(options, found, [words])
    return 0
