"""Law: a signed file with spoilt bytes gives what was signed, or is refused with a finding.

However its bytes come to harm, no other content than what was signed comes out of one whose
signature was judged.
"""

from base64 import encodebytes
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, Phase, given, settings

from formats.codec import Unreadable
from formats.findings import Finding
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.envelope import Envelope, opened
from formats.signatures.signer import KeySigner
from tests.formats.reading import SAMPLES
from tests.formats.signatures.conftest import chain
from tests.properties.examples import examples
from tests.properties.spoiling import SPLICES, Splice, spoilt

CONTENT = (SAMPLES / "fatturapa/parcella/in.xml").read_bytes()
KEY = ec.generate_private_key(ec.SECP256R1())
SIGNED = SIGNATURES["cades-b-b"](
    CONTENT, KeySigner(key=KEY, chain=chain(KEY)), datetime(2026, 3, 2, tzinfo=UTC)
)
FORMS: dict[str, Callable[[bytes], bytes]] = {"DER": bytes, "Base64": encodebytes}


@pytest.mark.parametrize("form", FORMS)
@given(splices=SPLICES)
@settings(
    max_examples=examples(15),
    deadline=10_000,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_it_is_what_was_signed_or_refused(form: str, splices: list[Splice]) -> None:
    data = spoilt(FORMS[form](SIGNED), splices)
    found = tried(data)
    if isinstance(found, Finding):
        assert found.message
        assert found.fix
    elif any(found.reports):
        assert found.content == CONTENT


def tried(data: bytes) -> Envelope | Finding:
    try:
        return opened(data)
    except Unreadable as refused:
        return refused.finding
