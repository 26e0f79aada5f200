"""RFC 3161 time stamps: what they are over, when, and what openssl says of their signature.

Standard library alone; openssl is asked where it is there, else its command lines are printed.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.report import Report

_SEQUENCE, _OCTETS, _OID = 0x30, 0x04, 0x06
_DIGESTS = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Stamp:
    """What a time stamp says.

    Attributes:
        is_bare: whether it is the token alone, without the response around it.
        token: the TimeStampToken alone (DER).
    """

    digest: str
    imprint: bytes
    at: datetime
    is_bare: bool
    token: bytes

    def is_over(self, data: bytes) -> bool:
        """Say whether it is over these bytes."""
        return hashlib.new(self.digest, data).digest() == self.imprint


def read_stamp(data: bytes) -> Stamp:
    """Return what a TimeStampResp or a TimeStampToken says (RFC 3161 sections 2.4.2, 3.2).

    Raises:
        ValueError: it is neither.
    """
    try:
        parts = list(_parts(_one(data, _SEQUENCE)))
        is_bare = parts[0][0] == _OID
        signed = parts if is_bare else list(_parts(parts[1][1]))
        content = list(_parts(_one(signed[1][1], _SEQUENCE)))[2][1]
        info = _one(_one(list(_parts(content))[1][1], _OCTETS), _SEQUENCE)
        _, _, (_, imprint), _, (_, at), *_ = _parts(info)
        (_, algorithm), (_, hashed) = _parts(imprint)
        digest = _DIGESTS[next(_parts(algorithm))[1].hex()]
        token = data if is_bare else data[len(data) - _size_at_end(parts[1][1]) :]
        return Stamp(digest, hashed, _instant(at), is_bare, token)
    except (ValueError, IndexError, KeyError, StopIteration) as error:
        raise ValueError("is not a time stamp") from error


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of one DER value after the other (X.690 section 8.1)."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            width = size & 0x7F
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            raise ValueError("ends too early")
        yield tag, data[at : at + size]
        at += size


def _size_at_end(content: bytes) -> int:
    """Return the size of a DER value with its head, by its content."""
    size = len(content)
    return size + 2 + (0 if size < 0x80 else (size.bit_length() + 7) // 8)


def _one(data: bytes, tag: int) -> bytes:
    ((found, content),) = _parts(data)
    if found != tag:
        raise ValueError("has another tag")
    return content


def _instant(at: bytes) -> datetime:
    """Read a GeneralizedTime, whose fraction of a second does not matter here."""
    text = at.decode("ascii").removesuffix("Z").partition(".")[0]
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class Stamps:
    """Checks time stamps against those whose certificates are believed.

    Args:
        authorities: PEM files of roots that are believed.
        report: takes faults, what was stamped when, and the command lines that are left to do.
    """

    def __init__(self, authorities: Sequence[Path], report: Report) -> None:
        self._authorities = list(authorities)
        self._report = report
        self._openssl = shutil.which("openssl")

    def check(self, file: str, path: Path, *, data: Path | None = None, root: bytes = b"") -> None:
        """Check one stamp, over the bytes of a file or over a hash.

        Args:
            file: how a fault names it.
            path: of the stamp.
            data: what it is over; or
            root: the hash that it is over.
        """
        try:
            stamp = read_stamp(path.read_bytes())
        except ValueError as error:
            self._report.add(file, str(error))
            return
        is_own = stamp.is_over(data.read_bytes()) if data else stamp.imprint == root
        if not is_own:
            self._report.add(file, "stamps something else")
            return
        over = ["-data", str(data)] if data else ["-digest", root.hex()]
        asked = ["ts", "-verify", *over, "-in", str(path), *["-token_in"][: stamp.is_bare]]
        if self._openssl and self._authorities:
            self._ask(file, [self._openssl, *asked], stamp.at)
        else:
            line = shlex.join(["openssl", *asked, "-CAfile", "AUTHORITY.pem"])
            self._report.seals.append(line)

    def _ask(self, file: str, asked: list[str], at: datetime) -> None:
        """Ask openssl now, and, as certificates end, as of the time that the stamp says."""
        with tempfile.NamedTemporaryFile(suffix=".pem") as trusted:
            trusted.write(b"\n".join(path.read_bytes() for path in self._authorities))
            trusted.flush()
            asked += ["-CAfile", trusted.name]
            now, words = _run(asked)
            then, _ = (now, "") if now else _run([*asked, "-attime", str(int(at.timestamp()))])
        said = f"{file}: stamped at {at:%Y-%m-%d %H:%M:%S} UTC"
        if now:
            self._report.stamped.append(said)
        elif then and "expired" in words:
            self._report.stamped.append(f"{said}, by a certificate that has ended since")
        else:
            self._report.add(file, f"openssl does not accept it: {words}")


def _run(command: Sequence[str]) -> tuple[bool, str]:
    """Return whether a command ended well, and the last line of what it said otherwise."""
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, timeout=_TIMEOUT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    told = [line for line in lines if "error:" in line] or lines
    return done.returncode == 0, told[-1]
