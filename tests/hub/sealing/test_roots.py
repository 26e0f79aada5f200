"""Trusted roots are read from files and folders, PEM and DER; all that is wrong is named."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.sealing.roots import odd_roots, roots_of
from hub.sealing.seals import seals_of
from tests.hub.houses import START

SETTINGS = """
[trust]
roots = ["common"]
[tenant.one]
name = "One AG"
seal_key = "one.p12"
trusted_roots = ["own.pem", "common/b.der"]
[tenant.two]
name = "Two AG"
seal_key = "two.p12"
"""


def root(name: str) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=subject)
    return (
        builder.public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=100))
        .sign(key, SHA256())
    )


A, B, C = map(root, "ABC")
DER = {"A": A.public_bytes(Encoding.DER), "B": B.public_bytes(Encoding.DER)} | {
    "C": C.public_bytes(Encoding.DER)
}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "facteur.toml").write_text(SETTINGS)
    (tmp_path / "common").mkdir()
    (tmp_path / "common/README").write_text("where they are from")
    (tmp_path / "common/a.PEM").write_bytes(A.public_bytes(Encoding.PEM))
    (tmp_path / "common/b.der").write_bytes(DER["B"])
    both = b"a note\n" + A.public_bytes(Encoding.PEM) + C.public_bytes(Encoding.PEM)
    (tmp_path / "own.pem").write_bytes(both)
    return load(tmp_path / "facteur.toml")


@pytest.mark.parametrize(("tenant", "names"), [(None, "AB"), ("one", "ABC"), ("two", "AB")])
def test_a_company_trusts_whom_the_hub_trusts_and_its_own(
    config: Config, tenant: str | None, names: str
) -> None:
    assert roots_of(config, tenant) == tuple(DER[name] for name in names)
    if tenant:
        assert seals_of(config)[tenant].trusted == tuple(DER[name] for name in names)


def test_nobody_is_trusted_unless_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "facteur.toml").write_text('[tenant.one]\nname = "One AG"\n')
    config = load(tmp_path / "facteur.toml")
    assert (roots_of(config), roots_of(config, "one")) == ((), ())


def test_all_faults_are_named_with_their_setting(config: Config, tmp_path: Path) -> None:
    for file in (tmp_path / "common").iterdir():
        file.unlink()
    (tmp_path / "own.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    )
    with pytest.raises(Faulty) as told:
        roots_of(config, "one")
    empty = "no certificate in it; put .pem, .crt, .cer or .der files there"
    assert str(told.value).splitlines() == [
        f"trust.roots: {tmp_path}/common: {empty}",
        f"tenant.one.trusted_roots: {tmp_path}/own.pem: no certificate, neither PEM nor DER",
        f"tenant.one.trusted_roots: {tmp_path}/common/b.der: No such file or directory",
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 20), []),
        (date(2026, 11, 19), ["CN=A is not valid before 2026-11-20"]),
        (date(2027, 3, 1), ["CN=A ended on 2027-02-28: it proves only what was stamped before"]),
    ],
)
def test_a_root_that_is_not_valid_today_is_odd(day: date, said: list[str]) -> None:
    assert list(odd_roots([DER["A"]], day)) == said
