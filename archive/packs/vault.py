"""The vault: the keys of all that lies in packs, each of which can be destroyed for itself.

    <log>/vault/key              the log's own key, wrapped under the master key
    <log>/vault/000000000.keys   the keys of the members of that pack, wrapped under the log's

Both are text. A file of keys has the line `facteur vault 1` and then, in the order of the pack, one
line for each member: its name and its word, base64 of nonce (12), wrapped key (32) and SHA-256 of
the plain bytes (32), tag (16). The word of a member that was erased is written over with hyphens.
All wrapping is AES-256-GCM, bound to log, pack and member.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from archive.entry import ArchiveDamaged, ArchiveLocked
from archive.packs.cipher import Sealed
from archive.store import Disk

KEY_SIZE_BYTES = 32
ERASED = "-" * 124
_KEYS_OF_PACK, _KEY_OF_LOG = "facteur vault 1", "facteur vault key 1"
_KEY_FILE = re.compile(rf"{_KEY_OF_LOG}\n([0-9a-f]{{16}}) ([A-Za-z0-9+/]{{80}})\n")
_NONCE = 12
_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Masters:
    """The keys of the house: the first wraps, each may unwrap.

    Attributes:
        keys: 32 bytes each.
        encrypts: whether what comes new is encrypted; what is encrypted can be read anyway.
    """

    keys: tuple[bytes, ...] = field(repr=False, default=())
    encrypts: bool = True

    def wrap(self, key: bytes, log: str, nonce: bytes) -> str:
        """Return the key of a log as the text of its file."""
        named = master_id(self.keys[0])
        wrapped = AESGCM(self.keys[0]).encrypt(nonce, key, f"{log}\n{named}".encode())
        return f"{_KEY_OF_LOG}\n{named} {base64.b64encode(nonce + wrapped).decode()}\n"

    def unwrap(self, text: str, log: str) -> bytes:
        """Return the key of a log.

        Raises:
            ArchiveLocked: no master key here is the one that it is under.
            ArchiveDamaged: the text is not as it was written.
        """
        found = _KEY_FILE.fullmatch(text)
        if found is None:
            raise ArchiveDamaged(f"{log}/vault/key is not as it was written")
        named, word = found.groups()
        masters = [each for each in self.keys if master_id(each) == named]
        if not masters:
            raise ArchiveLocked(f"{log} is encrypted under master key {named}, which is not here")
        try:
            wrapped = base64.b64decode(word, validate=True)
            aad = f"{log}\n{named}".encode()
            return AESGCM(masters[0]).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], aad)
        except (ValueError, InvalidTag) as error:
            raise ArchiveDamaged(f"{log}/vault/key is not as it was written") from error


def master_id(key: bytes) -> str:
    """Name a master key without telling anything of it."""
    return hashlib.sha256(b"facteur master key\n" + key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Word:
    """What a vault says of one member of a pack.

    Attributes:
        member: its name in the pack.
        sealed: its key and the hash of its plain bytes, wrapped; or ERASED.
    """

    member: str
    sealed: str


class Vault:
    """The wrapped keys of all logs; its files lie beside their packs, always on the local disk."""

    def __init__(
        self, root: Path, disk: Disk, masters: Masters, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._root = root
        self._disk = disk
        self._masters = masters
        self._random_bytes = random_bytes
        self._ciphers: dict[str, AESGCM] = {}

    @property
    def encrypts(self) -> bool:
        """Whether what comes new is encrypted."""
        return self._masters.encrypts and bool(self._masters.keys)

    def keep(self, log: str, position: int, members: Sequence[Sealed]) -> None:
        """Make the keys of a pack durable.

        Raises:
            OSError: they may be kept or not.
        """
        cipher = self._cipher(log, make=True)
        lines = [_KEYS_OF_PACK]
        for member in members:
            nonce = self._random_bytes(_NONCE)
            secret = member.key + bytes.fromhex(member.sha256)
            wrapped = cipher.encrypt(nonce, secret, _bound(log, position, member.name))
            lines.append(f"{member.name} {base64.b64encode(nonce + wrapped).decode()}")
        self._disk.keep({self._path(log, position): ["\n".join([*lines, ""]).encode()]})

    def words(self, log: str, position: int) -> tuple[Word, ...] | None:
        """Return what is kept of the members of a pack, in order; None if it is not encrypted.

        Raises:
            ArchiveDamaged: the file is not as it was written.
        """
        text = self._read(log, position)
        if text is None:
            return None
        head, *lines = text.decode("latin-1").split("\n")
        if head != _KEYS_OF_PACK or lines.pop():
            raise ArchiveDamaged(f"{self._path(log, position)} is no list of keys")
        return tuple(Word(line[:_NAME], line[_NAME + 1 :]) for line in lines)

    def guards(self, log: str, position: int) -> bool:
        """Say whether a pack is encrypted."""
        return self._path(log, position).exists()

    def word(self, log: str, position: int, member: str) -> Word:
        """Return what is kept of one member of an encrypted pack.

        Raises:
            ArchiveDamaged: nothing is kept of it.
        """
        _, named, rest = (self._read(log, position) or b"").partition(
            f"\n{member} ".encode("latin-1")
        )
        if not named:
            raise ArchiveDamaged(f"{self._path(log, position)} has no key for {member}")
        return Word(member, rest[: len(ERASED)].decode("latin-1"))

    def _read(self, log: str, position: int) -> bytes | None:
        try:
            return self._path(log, position).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, log: str, position: int, word: Word) -> tuple[bytes, str] | None:
        """Return a member's key and the SHA-256 of its plain bytes; None if it was erased.

        Raises:
            ArchiveLocked: the master key is not here.
            ArchiveDamaged: the word is not as it was written.
        """
        if word.sealed == ERASED:
            return None
        cipher, bound = self._cipher(log), _bound(log, position, word.member)
        try:
            wrapped = base64.b64decode(word.sealed, validate=True)
            secret = cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound)
        except (ValueError, InvalidTag) as error:
            path = self._path(log, position)
            raise ArchiveDamaged(f"{path}: the key of {word.member} was changed") from error
        return secret[:KEY_SIZE_BYTES], secret[KEY_SIZE_BYTES:].hex()

    def destroy(self, log: str, position: int, members: Collection[str]) -> None:
        """Write over the words of members; those that are written over already stay so.

        Raises:
            OSError: they may be written over or not.
        """
        words = self.words(log, position) or ()
        start = len(_KEYS_OF_PACK) + 1
        spans = {
            start + number * (_NAME + len(ERASED) + 2) + _NAME + 1: ERASED.encode()
            for number, word in enumerate(words)
            if word.member in members and word.sealed != ERASED
        }
        if spans:
            self._disk.overwrite(self._path(log, position), spans)

    def remove(self, log: str, position: int) -> None:
        """Remove the keys of a pack that was never acknowledged."""
        self._disk.remove([self._path(log, position)])

    def rewrap(self, log: str) -> None:
        """Put the key of a log under the first master key; a log that has none stays without.

        Raises:
            ArchiveLocked: the master key that it is under is not here.
        """
        path = self._root / log / "vault" / "key"
        if path.exists():
            key = self._masters.unwrap(path.read_text("latin-1"), log)
            text = self._masters.wrap(key, log, self._random_bytes(_NONCE))
            self._disk.keep({path: [text.encode()]})

    def _cipher(self, log: str, *, make: bool = False) -> AESGCM:
        if not make and log in self._ciphers:
            return self._ciphers[log]
        path = self._root / log / "vault" / "key"
        if make and not path.exists():
            self._make_key(log, path)
        if log not in self._ciphers:
            text = path.read_text("latin-1") if path.exists() else ""
            self._ciphers[log] = AESGCM(self._masters.unwrap(text, log))
        return self._ciphers[log]

    def _make_key(self, log: str, path: Path) -> None:
        """Give a log a key of its own; one that has keys under another has lost that."""
        if any(path.parent.glob("*.keys")):
            raise ArchiveDamaged(f"{path} is missing")
        key, nonce = self._random_bytes(KEY_SIZE_BYTES), self._random_bytes(_NONCE)
        self._disk.keep({path: [self._masters.wrap(key, log, nonce).encode()]})
        self._ciphers.pop(log, None)

    def _path(self, log: str, position: int) -> Path:
        return self._root / log / "vault" / f"{position:09}.keys"


def _bound(log: str, position: int, member: str) -> bytes:
    """Return what a word is bound to: it opens nowhere else."""
    return f"{log}\n{position}\n{member}".encode()
