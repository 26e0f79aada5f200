"""Time-stamp authorities that answer at once, whose clock stands where a test puts it."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import tsp  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding

from archive.closing.evidence_record import Judge
from archive.closing.token import Authority, BadStamp, NoStamp, Stamp
from archive.closing.tree import Digest
from hub.simulators.time_stamp import make_authority


class Town:
    """Some authorities, all with one clock, each certificate good for so many days."""

    def __init__(self, folder: Path, now: datetime, *, days: int = 1200) -> None:
        self.now = now
        self.ahead = timedelta()
        self.silent: set[str] = set()
        self.revoked: set[str] = set()
        self.vouched: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.days = days
        self._roots = folder / "roots.pem"
        self.folder = folder

    def authority(self, name: str) -> Authority:
        """Return an authority with certificates of its own, trusted from now on."""
        made = make_authority(
            kind="ec", clock=lambda: self.now + self.ahead, days=self.days, name=name
        )
        with self._roots.open("ab") as file:
            file.write(made.issuer.public_bytes(Encoding.PEM))

        def respond(digest: Digest, hashed: bytes) -> bytes:
            if name in self.silent:
                raise NoStamp(f"{name} says nothing")
            self.asked.append(name)
            imprint = {"hash_algorithm": {"algorithm": digest.value}, "hashed_message": hashed}
            asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 7})
            return made.answer(asked.dump(), "")

        def vouch(stamp: Stamp) -> dict[str, bytes]:
            assert stamp.at == self.now + self.ahead
            if name in self.revoked:
                raise NoStamp(f"{name} was revoked")
            return self.vouched

        return Authority(name=name, respond=respond, vouch=vouch)

    def judge(self) -> Judge:
        """Return who lets openssl judge each time stamp as of an instant."""

        def judged(stamp: Stamp, at: datetime) -> None:
            token = self.folder / "token.der"
            token.write_bytes(stamp.token)
            command = ["openssl", "ts", "-verify", "-token_in", "-in", str(token)]
            command += ["-digest", stamp.imprint.hex(), "-CAfile", str(self._roots)]
            command += ["-attime", str(int(at.timestamp()))]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise BadStamp(f"at {at}: {done.stderr.strip().splitlines()[-1]}")

        return judged
