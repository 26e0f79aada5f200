import base64
import hashlib
import shlex
import subprocess
from datetime import date
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import evidence
from archive.entry import ArchiveUnavailable
from archive.seal import Checkpoint, open_checkpoint, sign_checkpoint, verifier_key, write_proof
from archive.verify import check, main
from hub.keys import TimeStampAuthority
from tests.archive.filing import KEY, draft, opened
from tests.servers.simulators import simulator

HEAD = Checkpoint(origin="post.example/acme/2026", size=7, root=bytes(range(32)))
NOTE = sign_checkpoint(HEAD, KEY)
VKEY = verifier_key(HEAD.origin, KEY.public_key())
NAME, PUBLIC = evidence.read_key(VKEY.strip())
KEYS = {NAME: [PUBLIC]}


def test_a_checkpoint_reads_back_for_us_and_for_others() -> None:
    assert open_checkpoint(NOTE, KEY.public_key()) == HEAD
    read = evidence.open_checkpoint(NOTE, KEYS)
    assert (read.origin, read.size, read.root) == (HEAD.origin, HEAD.size, HEAD.root)


def test_openssl_verifies_the_note(tmp_path: Path) -> None:
    text, signature = tmp_path / "text", tmp_path / "signature"
    text.write_text(NOTE.split("\n\n")[0] + "\n")
    signature.write_bytes(base64.b64decode(NOTE.split(" ")[-1])[4:])
    public = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + evidence_key()).decode()
    pem = tmp_path / "key.pem"
    pem.write_text(f"-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n")
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(pem), "-rawin"]
    command += ["-in", str(text), "-sigfile", str(signature)]
    assert (
        "Verified Successfully"
        in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )


def evidence_key() -> bytes:
    return PUBLIC


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        "\n\n",
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("acme", "evil"),
        NOTE.replace("— ", "- "),
        NOTE.removesuffix("\n"),
        NOTE[:-4] + "=\n",
        NOTE.replace("\n\n", "\nextension\n\n"),
        NOTE.rsplit("—", 1)[0],
        sign_checkpoint(HEAD, Ed25519PrivateKey.from_private_bytes(bytes(32))),
    ],
)
def test_what_is_not_our_checkpoint(spoiled: str) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        open_checkpoint(spoiled, KEY.public_key())
    with pytest.raises(ValueError, match=r"checkpoint|note|key|signature"):
        evidence.open_checkpoint(spoiled, KEYS)


def test_others_may_sign_beside_us() -> None:
    witness = "— witness.example AAAAAAAA\n"
    assert evidence.open_checkpoint(NOTE + witness, KEYS).size == HEAD.size
    assert open_checkpoint(NOTE + witness, KEY.public_key()) == HEAD


def test_a_proof_reads_back() -> None:
    path = [bytes([n]) * 32 for n in range(3)]
    text = write_proof(5, path, NOTE)
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 5\nAAAA")
    assert evidence.open_proof(text) == (5, path, NOTE)
    assert evidence.open_proof(write_proof(0, [], NOTE)) == (0, [], NOTE)


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.glob("*/*/seals/*"))


def test_a_day_is_closed_once_and_stamped_when_it_can_be(tmp_path: Path) -> None:
    def stamp(data: bytes) -> bytes:
        return b"stamp of " + data

    def no_authority(_: bytes) -> bytes:
        raise TimeoutError

    first, second = date(2026, 11, 21), date(2026, 11, 22)
    with opened(tmp_path) as archive:
        archive.append([draft(1), draft(1, tenant="other")])
        with pytest.raises(TimeoutError):
            archive.close_day(first, no_authority)
        assert archive.append([draft(2)])[0].position == 1
        assert len(archive.close_day(first, stamp)) == 2
        assert archive.close_day(first, stamp) == ()
        assert [p.name for p in archive.close_day(second, stamp)] == ["2026-11-22.tsr"]
    assert names(tmp_path) == [
        "acme/2026/seals/2026-11-21.checkpoint",
        "acme/2026/seals/2026-11-21.tsr",
        "acme/2026/seals/2026-11-22.checkpoint",
        "acme/2026/seals/2026-11-22.tsr",
        "other/2026/seals/2026-11-21.checkpoint",
        "other/2026/seals/2026-11-21.tsr",
    ]
    seal = tmp_path / "acme/2026/seals/2026-11-21"
    sealed = seal.with_suffix(".checkpoint").read_bytes()
    assert (
        evidence.open_checkpoint(sealed.decode(), {"post.example/archive/acme/2026": [PUBLIC]}).size
        == 1
    )
    assert seal.with_suffix(".tsr").read_bytes() == stamp(sealed)


def test_a_day_is_not_closed_on_a_broken_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
        (tmp_path / "acme/2026/seals").write_text("in the way")
        with pytest.raises(ArchiveUnavailable):
            archive.close_day(date(2026, 11, 21), lambda data: data)
        with pytest.raises(ArchiveUnavailable):
            archive.append([draft(2)])
        assert len(archive.entries()) == 1


@pytest.mark.parametrize("form", ["response", "token"])
def test_the_line_that_verify_prints_is_the_line_that_openssl_accepts(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root, day = tmp_path / "root", date(2026, 11, 21)
    with simulator("time_stamp", tmp_path) as peer, httpx.Client() as http, opened(root) as archive:
        url = f"http://127.0.0.1:{peer.port}/"
        authority = TimeStampAuthority(url=url, http=http, draw_nonce=lambda: 7)
        archive.append([draft(1)])
        archive.close_day(
            day,
            authority.response
            if form == "response"
            else lambda data: authority(hashlib.sha256(data).digest()),
        )
    assert main([str(root)]) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if x.startswith("openssl ts")]
    assert ("-token_in" in line) == (form == "token")
    command = shlex.split(line.replace("AUTHORITY.pem", str(tmp_path / "ca.pem")))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK"), done.stderr
    (root / f"acme/2026/seals/{day}.checkpoint").write_text(NOTE, "utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
    assert f"seals/{day}.tsr: stamps something else" in str(check(root).faults[-1])
