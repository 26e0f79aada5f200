"""Checkpoints: the head of a log as a signed note, and its RFC 3161 stamp at the day's end.

Formats: C2SP signed-note, tlog-checkpoint and tlog-proof v1, all with Ed25519.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log.

    Attributes:
        origin: name of the log, the same in all its checkpoints.
        size: leaves in the log.
        root: RFC 6962 root over them.
    """

    origin: str
    size: int
    root: bytes


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a note signed under its origin's name."""
    return sign_note(_text(checkpoint), checkpoint.origin, key)


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return a text as a signed note (C2SP signed-note); it ends with a line end."""
    signature = _key_id(name, key.public_key()) + key.sign(text.encode())
    return f"{text}\n— {name} {_base64(signature)}\n"


def open_checkpoint(note: str, *keys: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint in a note; any of the keys may have signed it.

    Raises:
        ValueError: it is no checkpoint, or no key of its own log signed it.
    """
    try:
        text, signatures = note.removesuffix("\n").rsplit("\n\n", 1)
        origin, size, root = text.split("\n")
        checkpoint = Checkpoint(origin=origin, size=int(size), root=base64.b64decode(root))
        line = next(s for s in signatures.split("\n") if s.startswith(f"— {origin} "))
        signature = base64.b64decode(line.rsplit(" ", 1)[1], validate=True)
        key = next(each for each in keys if signature[:4] == _key_id(origin, each))
        key.verify(signature[4:], f"{text}\n".encode())
    except (ValueError, StopIteration, InvalidSignature) as error:
        raise ValueError("the checkpoint is malformed or not signed by the log's key") from error
    if not (note.startswith(f"{_text(checkpoint)}\n") and note.endswith("\n")):
        raise ValueError("the checkpoint is not in canonical form")
    return checkpoint


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """Return the public key as a line for verifiers (C2SP signed-note, Go's vkey)."""
    key_id = _key_id(origin, key).hex()
    return f"{origin}+{key_id}+{_base64(_ED25519 + key.public_bytes_raw())}\n"


def write_proof(position: int, path: Sequence[bytes], note: str) -> str:
    """Return an inclusion proof together with the checkpoint it leads to (C2SP tlog-proof v1)."""
    hashes = "".join(f"{_base64(sibling)}\n" for sibling in path)
    return f"c2sp.org/tlog-proof@v1\nindex {position}\n{hashes}\n{note}"


def _text(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\n"


def _key_id(origin: str, key: Ed25519PublicKey) -> bytes:
    named = origin.encode() + b"\n" + _ED25519 + key.public_bytes_raw()
    return hashlib.sha256(named).digest()[:4]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
