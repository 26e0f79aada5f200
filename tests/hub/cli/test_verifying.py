"""What `facteur verify` says of signed files, good and spoilt, and with which code it ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.report import Kind
from hub.cli.verified import ADVICE
from hub.keys import TimeStampAuthority
from tests.formats.signatures.test_pades import PDFS
from tests.formats.signatures.test_verify import another_revision
from tests.formats.signatures.test_xades import INVOICE, NATIONAL
from tests.hub.cli.conftest import Facteur
from tests.servers.certification import Certification, certification

PDF = PDFS["stream of objects"]
FACTURAE = NATIONAL["Facturae"][0]
TRUST = ("--trust", "root.pem", "--offline")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    with certification(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def files(town: Certification) -> dict[str, bytes]:
    with httpx.Client(timeout=5) as http:
        signer = town.signer(http)
        stamper = TimeStampAuthority(url=f"{town.url}/tsa", http=http, draw_nonce=lambda: 2**63)
        made = {
            f"{level}.pdf": SIGNATURES[f"pades-{level}"](PDF, signer, town.now)
            for level in ("b-b", "b-t", "b-lt", "b-lta")
        }
        return made | {
            "ubl.xml": SIGNATURES["xades-b-t"](INVOICE, signer, town.now),
            "facturae.xml": SIGNATURES["xades-b-b"](FACTURAE, signer, town.now),
            "invoice.p7m": SIGNATURES["cades-b-t"](INVOICE, signer, town.now),
            "answer.tsr": stamper.response(PDF),
            "token.tst": stamper(sha256(PDF).digest()),
            "behind.pdf": made["b-b.pdf"] + b"\n%x\n",
            "appended.pdf": another_revision(made["b-b.pdf"]),
            "changed.pdf": made["b-b.pdf"].replace(b"%PDF-1.7", b"%PDF-1.6"),
            "plain.pdf": PDF,
            "empty.pdf": b"",
            "note.txt": b"hello",
            "root.pem": (town.folder / "root.pem").read_bytes(),
        }


@dataclass(frozen=True, kw_only=True)
class Case:
    code: int
    head: str
    words: list[str] = field(default_factory=list)


CASES = {
    "b-b.pdf": Case(
        code=0,
        head="GOOD",
        words=["GOOD, PAdES B-B", "no time stamp proves it", "nobody says whether CN=seal is"],
    ),
    "b-t.pdf": Case(code=0, head="GOOD", words=["GOOD, PAdES B-T", "the whole file"]),
    "b-lt.pdf": Case(
        code=0,
        head="GOOD",
        words=["GOOD, PAdES B-LT", "were added later: proofs and time stamps", "says OCSP of"],
    ),
    "b-lta.pdf": Case(
        code=0,
        head="GOOD",
        words=[
            "PAdES B-LTA",
            "before which another must be set",
            "over the document, by CN=stamps",
        ],
    ),
    "ubl.xml": Case(code=0, head="GOOD", words=["XAdES B-T", "the whole document"]),
    "facturae.xml": Case(code=0, head="GOOD", words=["XAdES B-B", "the whole document"]),
    "invoice.p7m": Case(code=0, head="GOOD", words=["CAdES B-T", "the file inside it"]),
    "behind.pdf": Case(code=0, head="GOOD", words=["4 were added later: nothing that counts"]),
    "appended.pdf": Case(
        code=1,
        head="BROKEN",
        words=["were added later: more than proofs and signatures", ADVICE[Kind.APPENDED]],
    ),
    "changed.pdf": Case(
        code=1, head="BROKEN", words=["what was signed has been changed", ADVICE[Kind.CHANGED]]
    ),
    "plain.pdf": Case(code=2, head="NOT SIGNED", words=["ask the sender for the signed file"]),
    "empty.pdf": Case(code=2, head="NOT JUDGED", words=["the file is empty"]),
    "note.txt": Case(code=2, head="NOT JUDGED", words=["it is neither PDF nor XML, neither CMS"]),
    "gone.pdf": Case(code=2, head="NOT JUDGED", words=["No such file or directory"]),
    "token.tst": Case(code=2, head="NOT JUDGED", words=["a time stamp alone", "--of FILE"]),
}


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_told_with_all_that_decides(name: str, facteur: Facteur, folder: Path) -> None:
    case, said = CASES[name], facteur("verify", name, *TRUST)
    assert folder.is_dir()
    assert (said.code, said.out.splitlines()[0]) == (case.code, f"{name}: {case.head}")
    flat = " ".join(said.out.split())
    assert [words for words in case.words if " ".join(words.split()) not in flat] == []


def test_without_roots_nothing_is_believed(facteur: Facteur, folder: Path) -> None:
    signed = [name for name, case in CASES.items() if case.head == "GOOD"]
    said = facteur("verify", *signed, "--offline")
    assert said.code == 1
    assert said.out.count("CN=seal is not trusted: no roots are set") == len(signed)
    assert "GOOD" not in said.out
    (folder / "facteur.toml").write_text('[tenant.one]\nname = "One"\ntrusted_roots = ["root.pem"]')
    assert facteur("verify", *signed, "--offline").code == 0
    (folder / "facteur.toml").write_text('[trust]\nroots = ["root.pem"]')
    assert facteur("verify", *signed, "--offline").code == 0
    assert "no [tenant.two]" in facteur("verify", *signed, "--tenant", "two").err


@pytest.mark.parametrize("name", ["answer.tsr", "token.tst"])
def test_a_time_stamp_is_judged_with_the_file_that_it_is_over(
    name: str, facteur: Facteur, folder: Path
) -> None:
    assert folder.is_dir()
    good = facteur("verify", name, "--of", "plain.pdf", *TRUST)
    assert (good.code, good.out.splitlines()[0]) == (0, f"{name}: GOOD")
    assert "stamped by   CN=stamps" in good.out
    other = facteur("verify", name, "--of", "b-b.pdf", *TRUST)
    assert (other.code, other.out.splitlines()[0]) == (1, f"{name}: BROKEN")
    assert "it is over something else than the file" in other.out


@pytest.mark.parametrize(
    ("name", "inside"),
    [("invoice.p7m", "plain invoice"), ("appended.pdf", "b-b.pdf"), ("changed.pdf", None)],
)
def test_what_was_signed_can_be_taken_out(
    name: str, inside: str | None, facteur: Facteur, folder: Path
) -> None:
    (folder / "plain invoice").write_bytes(INVOICE)
    said = facteur("verify", name, *TRUST, "--extract", "out")
    taken = (folder / "out").read_bytes() if (folder / "out").exists() else None
    assert taken == ((folder / inside).read_bytes() if inside else None)
    assert ("nothing: what is there is not what was signed" in said.out) == (inside is None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ubl.xml", "--extract", "out"), "ubl.xml: the signature is in the XML document"),
        (("a", "b", "--extract", "out"), "--of and --extract go with one file"),
        (("b-b.pdf", "--trust", "note.txt"), "note.txt: no certificate, neither PEM nor DER"),
        (("b-b.pdf", "--trust", "gone"), "gone: No such file or directory"),
        (("b-b.pdf", "--tenant", "one"), "there is no such file"),
    ],
)
def test_what_cannot_be_done_is_named(
    arguments: tuple[str, ...], words: str, facteur: Facteur, folder: Path
) -> None:
    assert folder.is_dir()
    said = facteur("verify", *arguments)
    assert (said.code, words in said.err) == (2, True), said.err


def test_authorities_are_asked_unless_that_is_forbidden(
    facteur: Facteur, folder: Path, town: Certification, files: dict[str, bytes]
) -> None:
    assert folder.is_dir()
    assert files
    before = len(town.asked)
    assert facteur("verify", "b-b.pdf", *TRUST).code == 0
    assert len(town.asked) == before
    online = facteur("verify", "b-b.pdf", "--trust", "root.pem", "--json")
    assert town.asked[before:] == ["/ocsp/issuing", "/crl/root"]
    (said,) = online.json
    assert (online.code, said["verdict"]) == (0, "good")
    (signature,) = said["report"]["signatures"]
    assert [each["source"] for each in signature["standings"]] == ["OCSP", "CRL"]
    town.revoke("seal")
    told = facteur("verify", "b-b.pdf", "--trust", "root.pem")
    assert (told.code, "NOT TRUSTED" in told.out) == (1, True)
    assert "CN=seal was revoked on" in told.out
    town.revoked.clear()
