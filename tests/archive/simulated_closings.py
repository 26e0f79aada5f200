"""Closings and renewals in the simulator: by authorities that a seed decides, to the byte."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from archive.archive import Archive
from archive.closing.closing import Closer, Outcome
from archive.closing.renewal import Renewer
from archive.closing.token import Authority, NoStamp
from archive.closing.tree import Digest
from archive.entry import Entry
from tests.archive.filing import KEY

SILENT = "is silent"
_YEAR = timedelta(days=365)
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])


@functools.cache
def _certificate(years: int) -> bytes:
    """Return a certificate (DER) that is the same in every run."""
    made = x509.CertificateBuilder(_NAME, _NAME, KEY.public_key(), years + 1)
    made = made.not_valid_before(_BEGIN).not_valid_after(_BEGIN + years * _YEAR)
    return made.sign(KEY, None).public_bytes(Encoding.DER)


def stamp(digest: Digest, hashed: bytes, at: datetime, years: int) -> bytes:
    """Return a time stamp that says all that one says, but that nobody signed."""
    imprint = {"hash_algorithm": {"algorithm": digest.value}, "hashed_message": hashed}
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "2.25.3161",
            "message_imprint": imprint,
            "serial_number": 1,
            "gen_time": at.replace(microsecond=0),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": info},
            "certificates": [cms.CertificateChoices.load(_certificate(years))],
            "signer_infos": [],
        }
    )
    token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    granted = {"status": {"status": "granted"}, "time_stamp_token": token}
    return bytes(tsp.TimeStampResp(granted).dump())


@dataclass(kw_only=True)
class Clerk:
    """Who closes, renews and rehashes, and remembers what was acknowledged.

    Attributes:
        filed: acknowledged entries of closings and renewals, by their keys.
        silent: how often an authority says nothing.
    """

    chance: Random
    clock: Callable[[], datetime]
    tell: Callable[[str], None]
    filed: dict[tuple[str, str], Entry] = field(default_factory=dict)
    silent: float = 0.2
    _years: int = 10

    def close(self, archive: Archive) -> None:
        """Close what is to be closed; only a silent authority may hinder it."""
        closer = Closer(
            archive=archive, authorities=[*self._authorities("first", "other")], clock=self.clock
        )
        self._took(closer.close_all())

    def renew(self, archive: Archive) -> None:
        """Set new time stamps over those of a log, or begin anew with another digest."""
        log = self.chance.choice([*archive.logs(), ""])
        if not log:
            return
        self._years += 1
        new = [*self._authorities("new")]
        renewer = Renewer(archive=archive, authorities=new, clock=self.clock)
        try:
            if self.chance.random() < 0.3:
                entries = renewer.rehash(log, Digest.SHA512)
            else:
                entries = renewer.renew(log, within=100 * _YEAR)
        except NoStamp as fault:
            self._took(Outcome(filed=(), open={log: str(fault)}))
        else:
            self._took(Outcome(filed=tuple(entries), open={}))

    def _took(self, outcome: Outcome) -> None:
        for entry in outcome.filed:
            first = self.filed.setdefault((entry.tenant, entry.key), entry)
            assert first == entry, f"{entry.key} was filed twice"
        for log, why in outcome.open.items():
            assert SILENT in why, f"{log} is open: {why}"
        self.tell(f"  {len(outcome.filed)} closed, {len(outcome.open)} open")

    def _authorities(self, *names: str) -> Iterator[Authority]:
        for name in names:
            yield Authority(name=name, respond=functools.partial(self._respond, name, self._years))

    def _respond(self, name: str, years: int, digest: Digest, hashed: bytes) -> bytes:
        if self.chance.random() < self.silent:
            raise NoStamp(f"{name} {SILENT}")
        return stamp(digest, hashed, self.clock(), years)
