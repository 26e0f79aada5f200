"""Time stamps asked for, checked against what was asked, and told of in reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.closing.token import Authority, BadStamp, NoStamp, Stamp, read_stamp
from archive.closing.tree import Digest
from archive.manifest import instant

REVOCATION = "revocation"
"""With what the names begin of files that tell whether certificates were revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A time stamp as it came.

    Attributes:
        data: RFC 3161 response.
        seconds_off: by how much the authority's clock is ahead of ours; None: nobody looked, it
            came before this process began.
        revocation: what was said then of its certificates, by the names of the files to be kept.
    """

    authority: str
    data: bytes
    stamp: Stamp
    seconds_off: int | None
    revocation: Mapping[str, bytes]

    def told(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {
            "authority": self.authority,
            "at": instant(self.stamp.at),
            "policy": self.stamp.policy,
            "seconds_off": self.seconds_off,
            "holds_until": instant(self.stamp.holds_until),
        }


def stamps_in(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a report tells of its time stamps, of each authority once."""
    evidence = report["evidence"]
    return report["stamps"] or ([evidence] if evidence else [])


def ask(
    authority: Authority, digest: Digest, hashed: bytes, clock: Callable[[], datetime]
) -> Answer:
    """Ask an authority for a time stamp over a hash.

    Raises:
        NoStamp: it gave none, one over something else, or one by a certificate that was revoked.
    """
    data = authority.respond(digest, hashed)
    try:
        stamp = read_stamp(data)
    except BadStamp as fault:
        raise NoStamp(f"{authority.name}: its answer {fault}") from fault
    if (stamp.digest, stamp.imprint) != (digest, hashed):
        raise NoStamp(f"{authority.name}: its answer is over something else")
    off = round((stamp.at - clock()).total_seconds())
    told = {f"{REVOCATION}.{authority.name}.{e}": d for e, d in authority.vouch(stamp).items()}
    return Answer(
        authority=authority.name, data=data, stamp=stamp, seconds_off=off, revocation=told
    )


def kept_answer(name: str, data: bytes, stamp: Stamp) -> Answer:
    """Return an answer that came before this process began."""
    return Answer(authority=name, data=data, stamp=stamp, seconds_off=None, revocation={})
