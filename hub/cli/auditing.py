"""The command `auditor`: give somebody a limited look into the archive, take it back, serve it."""

import secrets
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from hub.auditor.granting import grant, take_back
from hub.cli.output import Misused, Noted, answer, table
from hub.config.config import Config
from hub.config.loading import load
from hub.store import auditors
from hub.store.auditors import Access
from hub.wiring.archive import open_archive
from hub.wiring.clock import now
from hub.wiring.database import open_database

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_HEAD = ("access", "company", "issued from", "to", "until, UTC", "state", "purpose")


def auditor(options: Namespace) -> int:
    """Carry out one action on the accesses of auditors."""
    if options.action == "serve":
        from hub.cli.audited import serve  # noqa: PLC0415  (nothing is served by the others)

        return serve(options)
    actions = {"invite": _invite, "list": _list, "revoke": _revoke}
    return actions[options.action](options, load(options.config))


def _invite(options: Namespace, config: Config) -> int:
    access = _wished(options, config)
    secret = secrets.token_urlsafe(32).replace("_", "-")
    with closing(open_database(config)) as database, closing(open_archive(config)) as archive:
        code = grant(database, archive, access, secret)
    link = f"{config.auditor.public_url.rstrip('/')}/enter"
    value = {
        "access": access.id,
        "code": code,
        "link": link,
        "link_with_code": f"{link}#{code}",
        "tenant": access.tenant,
        "issued_from": access.issued_from,
        "issued_to": access.issued_to,
        "expires_at": access.expires_at,
    }
    answer(options, value, _told(access, link, code))
    return 0


def accesses(config: Config) -> str:
    """Say which accesses are open, and whether their codes could be read on the way.

    Raises:
        Noted: they could, or the address that auditors are given leads nowhere for them.
    """
    with closing(open_database(config)) as database, database.transaction() as connection:
        found = [each for each in auditors.listed(connection) if each.is_open(now())]
    if not found:
        return "no auditor has an access"
    last = max(each.expires_at for each in found)
    told = f"{len(found)} open, the last until {last:%Y-%m-%d %H:%M} UTC"
    url = urlsplit(config.auditor.public_url)
    if url.hostname in _HERE:
        raise Noted(f"{told}; auditor.public_url leads to this machine alone")
    if url.scheme != "https":
        raise Noted(f"{told}; auditor.public_url is not https: who listens reads their codes")
    return told


def _wished(options: Namespace, config: Config) -> Access:
    if options.company not in config.tenants:
        raise Misused(f"--company must be one of: {', '.join(config.tenants)}")
    for name in ("issued_from", "issued_to", "expires"):
        if getattr(options, name) is None:
            raise Misused("give --from and --to (issue dates) and --expires (last day of access)")
    return Access(
        id=secrets.token_hex(5),
        tenant=options.company,
        issued_from=options.issued_from,
        issued_to=options.issued_to,
        purpose=options.purpose,
        invited_by=options.who,
        made_at=now(),
        expires_at=_end_of(options.expires),
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _told(access: Access, link: str, code: str) -> list[str]:
    last = access.expires_at - timedelta(seconds=1)
    return [
        f"access {access.id}: {access.tenant}, issued {access.issued_from} to {access.issued_to}",
        f"open until {last:%Y-%m-%d %H:%M} UTC, for: {access.purpose}",
        f"link  {link}",
        f"code  {code}  (shown this once; give it by another way than the link)",
        f"both  {link}#{code}",
    ]


def _list(options: Namespace, config: Config) -> int:
    with closing(open_database(config)) as database, database.transaction() as connection:
        known = auditors.listed(connection, options.company)
    answer(options, known, table(_HEAD, [_row(each) for each in known]))
    return 0


def _row(access: Access) -> Sequence[str]:
    if access.revoked_at is not None:
        state = f"revoked {access.revoked_at:%Y-%m-%d %H:%M} by {access.revoked_by}"
    else:
        state = "open" if access.is_open(now()) else "expired"
    period = (str(access.issued_from), str(access.issued_to))
    until = f"{access.expires_at:%Y-%m-%d %H:%M}"
    return (access.id, access.tenant, *period, until, state, access.purpose)


def _revoke(options: Namespace, config: Config) -> int:
    if not options.access:
        raise Misused("give the id of an access, as `facteur auditor list` shows it")
    with closing(open_database(config)) as database, closing(open_archive(config)) as archive:
        take_back(database, archive, options.access, by=options.who, clock=now)
    answer(
        options, {"revoked": options.access}, [f"{options.access}: revoked; it opens nothing now"]
    )
    return 0
