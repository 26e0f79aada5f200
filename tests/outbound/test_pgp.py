"""OpenPGP: what we encrypt, GnuPG decrypts, and says who signed it."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from outbound import pgp
from outbound.sftp import Settings
from tests.outbound.rigs import Rig, parcel, pdf
from tests.outbound.test_sftp_names import PINNED
from tests.servers.simulators import Peer

PASSWORD = "blue-window"


@dataclass(frozen=True, kw_only=True)
class Gpg:
    """A key ring of its own with the partner's key, and ours with a password."""

    home: Path

    def run(self, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = ["gpg", "--homedir", str(self.home), "--batch", "--pinentry-mode", "loopback"]
        return subprocess.run([*command, *words], input=given, capture_output=True, check=False)

    def make(self, name: str, password: str) -> None:
        made = self.run(
            "--passphrase", password, "--quick-gen-key", name, "rsa3072", "sign,encrypt"
        )
        assert made.returncode == 0, made.stderr

    def public(self, name: str, folder: Path) -> str:
        file = folder / "partner.asc"
        file.write_bytes(self.run("--armor", "--export", name).stdout)
        return str(file)

    def secret(self, name: str, password: str) -> str:
        return self.run(
            "--armor", "--passphrase", password, "--export-secret-keys", name
        ).stdout.decode()


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    if shutil.which("gpg") is None:
        pytest.skip("GnuPG is not installed (Debian package gnupg)")
    with TemporaryDirectory(prefix="gpg-") as name:
        made = Gpg(home=Path(name))
        made.home.chmod(0o700)
        made.make("edi@partner.example", "")
        made.make("post@nordlicht.example", PASSWORD)
        yield made
        subprocess.run(["gpgconf", "--homedir", name, "--kill", "all"], check=False)


@pytest.mark.scenario
def test_gnupg_decrypts_it_and_knows_our_signature(
    gpg: Gpg, sftp_rig: Rig, partner: Peer, tmp_path: Path
) -> None:
    channel = sftp_rig.channel(
        pgp_key_file=gpg.public("edi@partner.example", tmp_path),
        pgp_signing_key=gpg.secret("post@nordlicht.example", PASSWORD),
        pgp_password=PASSWORD,
        marker=".ok",
        marker_text="{sha256} {name}",
    )
    made = parcel("sealed")
    assert channel.resolve(made) is None
    receipt = channel.send(made)
    again = channel.send(made)
    file = partner.folder / "files" / receipt.external_id
    read = gpg.run("--status-fd", "2", "--passphrase", "", "--decrypt", given=file.read_bytes())
    assert read.stdout == pdf()
    assert b"GOODSIG" in read.stderr
    assert b"post@nordlicht.example" in read.stderr
    assert file.name == "sealed-sealed.pdf.pgp"
    assert [row["path"] for row in partner.log("arrived") if "sealed" in row["path"]] == [
        file.name,
        f"{file.name}.ok",
    ]
    assert again.external_id == receipt.external_id
    resolved = channel.resolve(made)
    assert resolved is not None
    digest = next(r["sha256"] for r in partner.log("arrived") if r["path"] == file.name)
    assert (file.parent / f"{file.name}.ok").read_text() == f"{digest} {file.name}"
    assert digest.encode() in resolved.evidence[0].data
    assert PASSWORD.encode() not in resolved.evidence[0].data


def test_without_a_key_of_ours_it_is_encrypted_and_not_signed(gpg: Gpg, tmp_path: Path) -> None:
    seal = pgp.sealer(
        to_file=gpg.public("edi@partner.example", tmp_path), signing_key=None, password=None
    )
    first, second = seal(b"secret"), seal(b"secret")
    assert b"secret" not in first + second
    read = gpg.run("--status-fd", "2", "--passphrase", "", "--decrypt", given=first)
    assert (read.stdout, b"GOODSIG" in read.stderr) == (b"secret", False)


def test_a_key_that_cannot_be_used_is_named(gpg: Gpg, tmp_path: Path) -> None:
    good = gpg.public("edi@partner.example", tmp_path)
    ours = gpg.secret("post@nordlicht.example", PASSWORD)
    bad = tmp_path / "bad.asc"
    bad.write_text("hello")
    cases: dict[str, dict[str, Any]] = {
        "missing.asc: No such file": {"pgp_key_file": str(tmp_path / "missing.asc")},
        "bad.asc: no OpenPGP key": {"pgp_key_file": str(bad)},
        "pgp_signing_key_file: no secret": {"pgp_key_file": good, "pgp_signing_key": "hello"},
        "or sign": {"pgp_key_file": good, "pgp_signing_key": ours, "pgp_password": "wrong"},
    }
    for words, keys in cases.items():
        with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
            Settings(host="h", username="u", host_key=PINNED, **keys)
        assert words in str(caught.value)
        assert PASSWORD not in str(caught.value)
