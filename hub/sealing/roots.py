"""Who is trusted: the certificates above seals, time stamps and what others sign."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.config.config import Config
from hub.config.faults import Faulty

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
"""Of the files in a folder that count; a note of where they are from may lie beside them."""


def roots_of(config: Config, tenant: str | None = None) -> tuple[bytes, ...]:
    """Return whom the hub trusts, or one of its companies; DER, each once, none where none is set.

    Raises:
        Faulty: a file cannot be read or holds no certificate; all of them are named.
    """
    found, faults = [], []
    for setting, name in _settings(config, tenant):
        try:
            found += read_roots(config.path(name))
        except Faulty as fault:
            faults.append(f"{setting}: {fault}")
    if faults:
        raise Faulty("\n".join(faults))
    return tuple(dict.fromkeys(found))


def all_roots(config: Config) -> list[bytes]:
    """Return whom the hub or any of its companies trusts, each once.

    Raises:
        Faulty: as above.
    """
    tenants = (None, *config.tenants)
    return list(dict.fromkeys(root for tenant in tenants for root in roots_of(config, tenant)))


def read_roots(path: Path) -> list[bytes]:
    """Return the certificates (DER) in a file, PEM or DER, or in the files of a folder.

    Raises:
        Faulty: one cannot be read or holds no certificate, or the folder has none.
    """
    files = sorted(each for each in path.iterdir() if _counts(each)) if path.is_dir() else [path]
    if not files:
        raise Faulty(f"{path}: no certificate in it; put .pem, .crt, .cer or .der files there")
    return [root for file in files for root in _read(file)]


def odd_roots(roots: Sequence[bytes], today: date) -> Iterator[str]:
    """Say of which certificates nothing follows any more, or not yet."""
    for each in map(x509.load_der_x509_certificate, roots):
        first, last = each.not_valid_before_utc.date(), each.not_valid_after_utc.date()
        name = each.subject.rfc4514_string()
        if last < today:
            yield f"{name} ended on {last}: it proves only what was stamped before"
        elif today < first:
            yield f"{name} is not valid before {first}"


def _settings(config: Config, tenant: str | None) -> Iterator[tuple[str, str]]:
    """Yield the settings that count, with each file or folder that they name."""
    for name in config.trust.roots:
        yield "trust.roots", name
    if tenant is not None:
        for name in config.tenants[tenant].trusted_roots:
            yield f"tenant.{tenant}.trusted_roots", name


def _counts(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file()


def _read(file: Path) -> list[bytes]:
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise Faulty(f"{file}: {fault.strerror}") from fault
    try:
        if b"-----BEGIN" not in data:
            return [x509.load_der_x509_certificate(data).public_bytes(Encoding.DER)]
        return [each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(data)]
    except ValueError as fault:
        raise Faulty(f"{file}: no certificate, neither PEM nor DER") from fault
