"""Law: whatever is done to a signed file, its verification gives a report or says why not."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.report import Report
from formats.signatures.signer import KeySigner
from formats.signatures.trust import Trust
from formats.signatures.verify import Unverifiable, verify
from tests.formats.signatures.conftest import chain
from tests.formats.signatures.test_pades import NOON, PDFS
from tests.formats.signatures.test_xades import INVOICE
from tests.properties.examples import examples

KEY = ec.generate_private_key(ec.SECP256R1())
SIGNER = KeySigner(key=KEY, chain=chain(KEY))
SIGNED = {
    "pdf": SIGNATURES["pades-b-b"](PDFS["table of objects"], SIGNER, NOON),
    "xml": SIGNATURES["xades-b-b"](INVOICE, SIGNER, NOON),
    "cms": SIGNATURES["cades-b-b"](INVOICE, SIGNER, NOON),
}
TRUST = Trust(trusted=SIGNER.chain)


@pytest.mark.parametrize("kind", SIGNED)
def test_what_is_whole_is_good(kind: str) -> None:
    assert verify(SIGNED[kind], TRUST, at=datetime(2026, 11, 22, 12, tzinfo=UTC)).good


@pytest.mark.parametrize("kind", SIGNED)
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_spoilt_files_give_a_report_or_a_reason(kind: str, data: st.DataObject) -> None:
    signed = SIGNED[kind]
    at = data.draw(st.integers(0, len(signed) - 1))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=8))
    spoilt = signed[:at] + put + signed[at + cut :]
    with suppress(Unverifiable):
        assert isinstance(verify(spoilt, TRUST, at=NOON), Report)
