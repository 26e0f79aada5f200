"""A key in a token signs like one in a file, and leaves it never. The token is SoftHSM2's."""

import importlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import PrivateKey
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from hub.keys import KeyFault
from hub.pipeline.sign import seal as sealed
from hub.sealing.seal import Seal
from hub.sealing.seals import ends_on, opened
from hub.sealing.tokens import TokenAway, TokenSigner, _handle, open_token
from tests.formats.signatures.conftest import chain
from tests.formats.signatures.test_pades import NOON, PDFS
from tests.formats.signatures.test_xades import INVOICE

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "4711"
KEYS: dict[str, PrivateKey] = {
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "rsa": rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An initialized token; `folder` has its PIN in a file."""

    folder: Path

    def uri(self, key: str, label: str = "Facteur%20test") -> str:
        return f"pkcs11:token={label};object={key}?module-path={LIBRARY}"

    def seal(self, key: str) -> Seal:
        return Seal(key=Path(self.uri(key)), password_file=self.folder / "pin")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    pkcs11 = pytest.importorskip("pkcs11")
    if shutil.which("softhsm2-util") is None or not LIBRARY.exists():
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "pin").write_text(PIN + "\n")
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")  # read when the library is loaded
    for label in ("Facteur test", "Other"):
        run("--init-token", "--free", "--label", label, "--so-pin", "0815", "--pin", PIN)
    for number, (name, key) in enumerate(KEYS.items(), 1):
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(key.private_bytes(*form))
        identified = ("--label", name, "--id", f"0{number}", "--pin", PIN)
        run("--import", str(folder / "key.pem"), "--token", "Facteur test", *identified)
    put_certificates(pkcs11)
    yield Token(folder=folder)
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def run(*options: str) -> None:
    subprocess.run(["softhsm2-util", *options], check=True, capture_output=True)


def put_certificates(pkcs11: Any) -> None:
    attribute = pkcs11.Attribute
    module = pkcs11.lib(str(LIBRARY))
    with module.get_token(token_label="Facteur test").open(user_pin=PIN, rw=True) as session:
        for number, (name, key) in enumerate(KEYS.items(), 1):
            session.create_object(
                {
                    attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    attribute.CERTIFICATE_TYPE: importlib.import_module(
                        "pkcs11.constants"
                    ).CertificateType.X_509,
                    attribute.TOKEN: True,
                    attribute.LABEL: name,
                    attribute.ID: bytes([number]),
                    attribute.SUBJECT: b"",
                    attribute.VALUE: chain(key)[0],
                }
            )


@pytest.mark.parametrize("name", ["pades-b-b", "xades-b-b"])
@pytest.mark.parametrize("key", KEYS)
def test_a_token_signs_what_a_key_in_a_file_would(token: Token, key: str, name: str) -> None:
    signer = opened(token.seal(key))
    assert isinstance(signer, TokenSigner)
    data = {"pades": PDFS["stream of objects"], "xades": INVOICE}[name[:5]]
    signed = SIGNATURES[name](data, signer, NOON)
    report = verify(signed, Trust(trusted=signer.chain), at=NOON)
    assert report.good
    assert sealed(data, name, token.seal(key), NOON).data
    assert ends_on(token.seal(key)).year == 2035


def test_key_may_be_named_by_its_id(token: Token) -> None:
    by_id = token.uri("ec").replace("object=ec", "id=%02")
    assert open_token(by_id, PIN).chain == opened(token.seal("rsa")).chain


WRONG: dict[str, tuple[Callable[[Token], object], str]] = {
    "PIN": (lambda t: open_token(t.uri("ec", "Other"), "0000"), "PinIncorrect"),
    "token": (lambda t: open_token(t.uri("ec", "None"), PIN), "NoSuchToken"),
    "key": (lambda t: open_token(t.uri("other"), PIN), "NoSuchKey"),
    "library": (lambda _: open_token("pkcs11:token=a;object=b?module-path=/no.so", PIN), "no.so"),
    "no library": (lambda _: open_token("pkcs11:token=a;object=b", PIN), "module-path is missing"),
    "no object": (
        lambda t: open_token(t.uri("ec").replace(";object=ec", ""), PIN),
        "object is missing",
    ),
    "PIN file": (lambda t: opened(Seal(key=Path(t.uri("ec")), password_file=Path("/no"))), "/no"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_and_never_the_pin(token: Token, case: str) -> None:
    attempt, words = WRONG[case]
    with pytest.raises(KeyFault, match=words) as caught:
        attempt(token)
    assert PIN not in str(caught.value)


def test_a_token_that_was_pulled_is_away_and_then_opened_anew(token: Token) -> None:
    signer = opened(token.seal("ec"))
    assert isinstance(signer, TokenSigner)
    _handle(token.uri("ec"), PIN).session.close()
    with pytest.raises(TokenAway, match="the token did not sign"):
        signer.sign(b"data")
    assert signer.sign(b"data")
    assert PIN not in repr(signer)
