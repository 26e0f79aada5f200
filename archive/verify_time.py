"""RFC 3161 time stamps: what they are over, when, and what openssl says of their signature.

Standard library alone; openssl is asked where it is there, else its command lines are printed.
"""

from __future__ import annotations

import hashlib
import itertools
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.verify_der import OCTETS, OID, SEQUENCE, one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.report import Report

DIGESTS = {
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
        whole = one(data, SEQUENCE)
        is_bare = whole.inside()[0].tag == OID
        token = whole if is_bare else whole.inside()[1]
        signed = one(token.inside()[1].content, SEQUENCE)
        stated = signed.inside()[2].inside()[1]
        info = one(one(stated.content, OCTETS).content, SEQUENCE).inside()
        algorithm, hashed = info[2].inside()
        digest = DIGESTS[algorithm.inside()[0].content.hex()]
        return Stamp(digest, hashed.content, _instant(info[4].content), is_bare, token.raw)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError("is not a time stamp") from error


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
        self._trusted = b"\n".join(path.read_bytes() for path in authorities)
        self._report = report
        self._openssl = shutil.which("openssl") or ""
        self._heard: dict[tuple[bytes, datetime | None], str] = {}

    @property
    def can_ask(self) -> bool:
        """Whether openssl is here, and somebody is believed."""
        return bool(self._openssl and self._trusted)

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
        elif self.can_ask:
            self._judge_last(file, stamp)
        else:
            over = ["-data", str(data)] if data else ["-digest", root.hex()]
            line = ["openssl", "ts", "-verify", *over, "-in", str(path)]
            line += ["-token_in"] * stamp.is_bare
            self._report.seals.append(shlex.join([*line, "-CAfile", "AUTHORITY.pem"]))

    def check_chain(self, file: str, chain: Sequence[Stamp]) -> None:
        """Check time stamps of which each renews the one before: each as of the next one."""
        for stamp, following in itertools.pairwise(chain):
            if following.at < stamp.at:
                self._report.add(file, f"a time stamp of {stamp.at} is renewed by an earlier one")
            elif self.can_ask and (words := self._ask(stamp, following.at)):
                self._report.add(file, f"openssl does not accept it as of {following.at}: {words}")
        if self.can_ask:
            self._judge_last(file, chain[-1], is_told=False)

    def _judge_last(self, file: str, stamp: Stamp, *, is_told: bool = True) -> None:
        """Ask now, and, if its certificate has ended, as of the time that the stamp says."""
        words, since = self._ask(stamp, None), ""
        if "expired" in words and not self._ask(stamp, stamp.at):
            words, since = "", ", by a certificate that has ended since"
        if words:
            self._report.add(file, f"openssl does not accept it: {words}")
        elif is_told:
            said = f"{file}: stamped at {stamp.at:%Y-%m-%d %H:%M:%S} UTC{since}"
            self._report.stamped.append(said)

    def _ask(self, stamp: Stamp, at: datetime | None) -> str:
        """Return why openssl does not accept a stamp, as of now or another time; each once."""
        if (stamp.token, at) not in self._heard:
            with tempfile.TemporaryDirectory() as name:
                token, trusted = Path(name, "token"), Path(name, "trusted.pem")
                token.write_bytes(stamp.token)
                trusted.write_bytes(self._trusted)
                asked = ["ts", "-verify", "-digest", stamp.imprint.hex(), "-token_in"]
                asked += ["-in", str(token), "-CAfile", str(trusted)]
                asked += ["-attime", str(int(at.timestamp()))] if at else []
                self._heard[stamp.token, at] = _run([self._openssl, *asked])
        return self._heard[stamp.token, at]


def _run(command: Sequence[str]) -> str:
    """Return what a command says is wrong; nothing if it ended well."""
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, timeout=_TIMEOUT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if not done.returncode:
        return ""
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    told = [line for line in lines if ":error:" in line] or lines
    return told[-1].partition(":error:")[2] or told[-1] or "it does not say why"
