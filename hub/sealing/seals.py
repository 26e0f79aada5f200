"""The seals of the house: where each company's key lies, how it is opened, when it ends."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import httpx

from formats.signatures.signer import KeySigner
from hub.config.config import Config
from hub.keys import KeyFault, TimeStampAuthority, expires_on, load_seal
from hub.sealing.revocation import Revocation
from hub.sealing.roots import roots_of
from hub.sealing.seal import Seal
from hub.sealing.tokens import SCHEME, TokenSigner, open_token

WARNED_BEFORE = timedelta(days=60)
"""Long enough to order a card and have somebody identified."""
RENEWED_BEFORE = timedelta(days=90)
"""An archive time stamp is renewed that long before it ends: a month before anybody is warned."""
_TIMEOUT_SECONDS = 10


def seals_of(config: Config) -> dict[str, Seal]:
    """Return where each company's seal lies; those without one are left out.

    Raises:
        Faulty: the trusted roots of one cannot be read.
    """
    return {
        key: Seal(
            key=Path(tenant.seal_key)
            if tenant.seal_key.startswith(SCHEME)
            else config.path(tenant.seal_key),
            password_file=config.path(tenant.seal_password_file)
            if tenant.seal_password_file
            else None,
            time_stamp_url=tenant.time_stamp_url,
            trusted=roots_of(config, key),
        )
        for key, tenant in config.tenants.items()
        if tenant.seal_key
    }


def opened(seal: Seal) -> KeySigner | TokenSigner:
    """Return the signer, who knows neither clock nor authorities.

    Raises:
        KeyFault: it cannot be opened.
    """
    if str(seal.key).startswith(SCHEME):
        return open_token(str(seal.key), _pin(seal))
    return load_seal(seal.key, password_file=seal.password_file)


def own_seal(seals: Mapping[str, Seal], tenant: str) -> KeySigner | TokenSigner:
    """Return a company's signer.

    Raises:
        KeyFault: it cannot be opened; the setting is named.
    """
    seal = seals[tenant]
    try:
        return opened(seal)
    except KeyFault as fault:
        by_password = str(fault).startswith(f"{seal.password_file}: ")
        setting = "seal_password_file" if by_password else "seal_key"
        raise KeyFault(f"tenant.{tenant}.{setting}: {fault}") from fault


def _pin(seal: Seal) -> str | None:
    if seal.password_file is None:
        return None
    try:
        return seal.password_file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as fault:
        raise KeyFault(f"{seal.password_file}: cannot be read: {fault.strerror}") from fault


@cache
def signer_of(seal: Seal) -> KeySigner | TokenSigner:
    """Return the signer, who can ask for the time and about revoked certificates."""
    http = httpx.Client(timeout=_TIMEOUT_SECONDS)
    signer = opened(seal)
    prover = Revocation(http=http, known=(*signer.chain, *seal.trusted))
    return replace(signer, stamper=_authority(seal, http), prover=prover)


def _authority(seal: Seal, http: httpx.Client) -> TimeStampAuthority | None:
    if not seal.time_stamp_url:
        return None
    return TimeStampAuthority(
        url=seal.time_stamp_url,
        http=http,
        draw_nonce=lambda: secrets.randbits(64),
        trusted=seal.trusted,
    )


def ends_on(seal: Seal) -> date:
    """Return the last day of a seal's certificates.

    Raises:
        KeyFault: it cannot be opened.
    """
    return expires_on(opened(seal).chain)


def ending(seals: Mapping[str, Seal], today: date) -> dict[str, date]:
    """Return the seals that end soon or have ended: tenant to last day."""
    found = {tenant: _last_day(seal) or today for tenant, seal in seals.items()}
    return {tenant: last for tenant, last in found.items() if last < today + WARNED_BEFORE}


@cache
def _last_day(seal: Seal) -> date | None:
    try:
        return ends_on(seal)
    except KeyFault:  # it was taken away while the hub runs: as good as ended
        return None
