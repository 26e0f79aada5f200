"""Another key signs the logs from now on: the key before says so, and an entry tells of it.

keys/acme-2026.vkey          the first key of a log, as it was
keys/acme-2026.1.rotation    a note signed by it, which brings the second; and so on
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.entry import Draft, Entry, Item


def rotate(archive: Archive, former: Ed25519PrivateKey) -> list[Entry]:
    """Let the archive's key take the place of `former` in all logs; done again, it goes on.

    The archive is opened with the new key, and with `former` among those before it.

    Raises:
        ArchiveUnavailable, ArchiveDamaged: a log cannot be written, or was changed from outside.
    """
    statements = {log: archive.succeed(log, former) for log in archive.logs()}
    drafts = [_draft(archive, log, text) for log, text in statements.items() if text]
    return list(archive.append(drafts))


def _draft(archive: Archive, log: str, statement: str) -> Draft:
    data, subject = statement.encode(), f"key:{log}"
    name = archive.verifier_key(log).split("+")[-2]
    item = Item(role="rotation", name=f"{name}.rotation", media_type="text/plain", data=data)
    return Draft(
        key=f"{subject}:{name}",
        tenant=log.partition("/")[0],
        subject=subject,
        kind="key",
        step="rotate",
        items=(item,),
    )
