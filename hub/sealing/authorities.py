"""The authorities that stamp the archive's closings: by settings, each with its own roots."""

import secrets
from collections.abc import Iterator

import httpx
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from archive.closing.token import Authority, NoStamp, Stamp
from archive.closing.tree import Digest
from hub.config.config import Config
from hub.keys import NoTimeStamp, TimeStampAuthority
from hub.sealing.revocation import Revocation
from hub.sealing.roots import read_roots, roots_of
from hub.sealing.vouching import Vouching

_TIMEOUT_SECONDS = 10


def authorities_of(config: Config) -> list[Authority]:
    """Return the authorities of `[archive.authorities]`; without any, the one of time_stamp_url.

    Raises:
        Faulty: the roots of one cannot be read.
    """
    http = httpx.Client(timeout=_TIMEOUT_SECONDS)
    return [_authority(name, asked) for name, asked in _asked(config, http)]


def stamp_roots(config: Config) -> bytes:
    """Return the certificates (PEM) by which the archive's time stamps are judged.

    Raises:
        Faulty: some cannot be read.
    """
    named = config.archive.authorities.values()
    own = [root for each in named for path in each.roots for root in read_roots(config.path(path))]
    roots = dict.fromkeys((*own, *roots_of(config)))
    made = (load_der_x509_certificate(root).public_bytes(Encoding.PEM) for root in roots)
    return b"".join(made)


def _asked(config: Config, http: httpx.Client) -> Iterator[tuple[str, TimeStampAuthority]]:
    common = roots_of(config)
    named = config.archive.authorities
    for name, settings in named.items():
        own = tuple(root for path in settings.roots for root in read_roots(config.path(path)))
        yield (
            name,
            TimeStampAuthority(
                url=settings.url,
                http=http,
                draw_nonce=_nonce,
                trusted=own or common,
                policy=settings.policy,
            ),
        )
    if config.archive.time_stamp_url and not named:
        url = config.archive.time_stamp_url
        asked = TimeStampAuthority(url=url, http=http, draw_nonce=_nonce, trusted=common)
        yield "authority", asked


def _nonce() -> int:
    return secrets.randbits(64)


def _authority(name: str, asked: TimeStampAuthority) -> Authority:
    def respond(digest: Digest, hashed: bytes) -> bytes:
        try:
            return asked.respond(hashed, digest.value)
        except NoTimeStamp as fault:
            raise NoStamp(f"authority {name}: {fault}") from fault

    known = Vouching(Revocation(http=asked.http, known=asked.trusted))

    def vouch(stamp: Stamp) -> dict[str, bytes]:
        try:
            return known(stamp)
        except NoStamp as fault:
            raise NoStamp(f"authority {name}: {fault}") from fault

    return Authority(name=name, respond=respond, vouch=vouch)
