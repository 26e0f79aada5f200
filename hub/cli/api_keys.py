"""Commands on API keys: add, list, revoke. A key is shown once; only its digest is kept."""

import secrets
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing

from hub.cli.output import Misused, answer, table
from hub.config.config import Config
from hub.config.loading import load
from hub.store import access
from hub.store.access import KnownKey
from hub.store.database import Database
from hub.wiring.clock import now
from hub.wiring.database import open_database

_HEAD = ("key", "company", "sender", "scopes", "made", "state")


def keys(options: Namespace) -> int:
    """Carry out one action on the API keys."""
    config = load(options.config)
    actions = {"add": _add, "list": _list, "revoke": _revoke}
    with closing(open_database(config)) as database:
        return actions[options.action](options, config, database)


def make_key(
    database: Database, tenant: str, sender: str, scopes: Sequence[str] = access.SCOPES
) -> str:
    """Make an API key; it is shown this once."""
    with database.transaction() as connection:
        return access.add_key(
            connection,
            key_id=secrets.token_hex(4),
            secret=secrets.token_urlsafe(32).replace("_", "-"),
            tenant=tenant,
            sender=sender,
            scopes=scopes,
            now=now(),
        )


def _add(options: Namespace, config: Config, database: Database) -> int:
    sender = config.senders.get(options.sender)
    if sender is None:
        raise Misused(f"--sender must be one of: {', '.join(config.senders)}")
    scopes = [scope for scope in access.SCOPES if scope in (options.scope or access.SCOPES)]
    key = make_key(database, sender.tenant, options.sender, scopes)
    value = {"key": key, "tenant": sender.tenant, "sender": options.sender, "scopes": scopes}
    answer(options, value, [f"{key}  (shown this once; {', '.join(scopes)})"])
    return 0


def _list(options: Namespace, _config: Config, database: Database) -> int:
    with database.transaction() as connection:
        known = access.known_keys(connection)
    answer(options, known, table(_HEAD, [_row(key) for key in known]))
    return 0


def _row(key: KnownKey) -> tuple[str, ...]:
    state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "good"
    made = f"{key.made_at:%Y-%m-%d %H:%M}"
    return (key.id, key.tenant, key.sender, " ".join(key.scopes), made, state)


def _revoke(options: Namespace, _config: Config, database: Database) -> int:
    with database.transaction() as connection:
        revoked = options.key is not None and access.revoke_key(connection, options.key, now())
    if not revoked:
        raise Misused("give the id of a key that is good, as `keys list` shows it")
    answer(options, {"revoked": options.key}, [f"{options.key}: revoked; it opens nothing now"])
    return 0
