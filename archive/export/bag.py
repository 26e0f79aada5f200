"""A BagIt bag (RFC 8493) as it is written: a folder or a ZIP file, with lists of all files."""

import hashlib
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from archive.content import PIECE_SIZE_BYTES

DIGESTS = ("sha256", "sha512")
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_PACKABLE = frozenset({".csv", ".html", ".json", ".py", ".txt", ".xml"})
_READ_BY_ALL = 0o100644 << 16


class Sink(Protocol):
    """Where files go."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file whole."""

    def close(self) -> None:
        """Write what is left to be written."""


class Folder:
    """Files in a folder that is made."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True)
        self._path = path

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, and the folders above it."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)

    def close(self) -> None:
        """There is nothing left to be done."""


class Zip:
    """Files in a ZIP file, all below one folder; text is packed, other files are stored.

    Args:
        stream: need not be seekable.
        top: name of the folder.
        at: what files are dated, seconds since the epoch.
    """

    def __init__(self, stream: IO[bytes], top: str, at: float) -> None:
        self._zip = zipfile.ZipFile(stream, "w")
        self._top = top
        self._date = max(time.gmtime(at)[:6], (1980, 1, 1, 0, 0, 0))

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a member."""
        info = zipfile.ZipInfo(f"{self._top}/{name}", self._date)
        is_packable = Path(name).suffix in _PACKABLE
        info.compress_type = zipfile.ZIP_DEFLATED if is_packable else zipfile.ZIP_STORED
        info.external_attr = _READ_BY_ALL
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)

    def close(self) -> None:
        """Write the directory, once."""
        self._zip.close()


class Bag:
    """Takes files, and lists them; what lies below `data/` is the payload, the rest are tags.

    The lists grow on disk: a year may have more files than fit into memory.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._lists = {
            (part, digest): tempfile.TemporaryFile()  # noqa: SIM115 # closed by finish
            for part in ("", "tag")
            for digest in DIGESTS
        }
        self._payload = [0, 0]
        self.size_bytes = 0

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file."""
        hashes = [hashlib.new(digest) for digest in DIGESTS]
        before = self.size_bytes

        def measured() -> Iterator[bytes]:
            for piece in pieces:
                for hashed in hashes:
                    hashed.update(piece)
                self.size_bytes += len(piece)
                yield piece

        self._sink.write(name, measured())
        is_payload = name.startswith("data/")
        for digest, hashed in zip(DIGESTS, hashes, strict=True):
            line = f"{hashed.hexdigest()}  {name}\n".encode()
            self._lists["" if is_payload else "tag", digest].write(line)
        if is_payload:
            self._payload[0] += self.size_bytes - before
            self._payload[1] += 1

    def finish(self, info: Iterable[tuple[str, str]]) -> str:
        """Write what BagIt asks for; return the SHA-256 of the list of tags, which seals all."""
        oxum = ("Payload-Oxum", "{}.{}".format(*self._payload))
        lines = "".join(f"{label}: {value}\n" for label, value in (*info, oxum))
        self.add("bagit.txt", [_DECLARATION])
        self.add("bag-info.txt", [lines.encode()])
        for digest in DIGESTS:
            self.add(f"manifest-{digest}.txt", pieces_of(self._lists["", digest]))
        sealed = hashlib.sha256(b"".join(pieces_of(self._lists["tag", "sha256"]))).hexdigest()
        for digest in DIGESTS:
            self._sink.write(f"tagmanifest-{digest}.txt", pieces_of(self._lists["tag", digest]))
        self._sink.close()
        return sealed

    def close(self) -> None:
        """Let go of the lists."""
        for file in self._lists.values():
            file.close()


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file from its beginning, a piece at a time."""
    file.seek(0)
    while piece := file.read(PIECE_SIZE_BYTES):
        yield piece
