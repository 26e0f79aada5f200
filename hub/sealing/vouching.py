"""Whether the certificates of time stamps were revoked: asked when they come, kept beside them."""

import time
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from archive.closing.token import NoStamp, Stamp, certificates_in
from formats.signatures.signer import NoProof, Proof, Prover, Revoked, Unsupported

KEPT_BYTES_MAX = 256_000
"""A larger CRL is looked into and not kept: it would lie beside every closing."""
ASKED_AGAIN_SECONDS = 600


class Vouching:
    """The `vouch` of an Authority; what was answered, or was not, holds for some minutes.

    So closings of many logs ask once, and wait once for who does not answer.
    """

    def __init__(self, prover: Prover, clock: Callable[[], float] = time.monotonic) -> None:
        self._prover = prover
        self._clock = clock
        self._known: dict[bytes, tuple[float, Proof]] = {}

    def __call__(self, stamp: Stamp) -> dict[str, bytes]:
        """Return the answers about a stamp's certificates, by their number and kind.

        Raises:
            NoStamp: one of them was revoked.
        """
        certificates = list(certificates_in(stamp))
        around = [_der(each) for each in certificates]
        answers = {}
        for number, each in enumerate(certificates, 1):
            if each.issuer != each.subject:
                for kind, data in _answers(self._proof(_der(each), around)):
                    answers[f"{number}.{kind}"] = data
        return answers

    def _proof(self, certificate: bytes, around: list[bytes]) -> Proof:
        at, proof = self._known.get(certificate, (-ASKED_AGAIN_SECONDS, Proof()))
        if self._clock() - at < ASKED_AGAIN_SECONDS:
            return proof
        try:
            proof = self._prover(certificate, around)
        except Revoked as fault:
            raise NoStamp(f"its time stamp is of no use: {fault}") from fault
        except (NoProof, Unsupported, ValueError):
            proof = Proof()
        self._known[certificate] = self._clock(), proof
        return proof


def _answers(proof: Proof) -> Iterator[tuple[str, bytes]]:
    told = (*(("ocsp", data) for data in proof.ocsp), *(("crl", data) for data in proof.crls))
    return ((kind, data) for kind, data in told if len(data) <= KEPT_BYTES_MAX)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
