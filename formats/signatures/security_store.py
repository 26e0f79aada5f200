"""What a signature needs to be judged in later years: the document security store of a PDF.

ETSI EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3. Without /VRI, which that standard discourages.
"""

from collections.abc import Sequence

from cryptography import x509
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from formats.signatures.signer import Proof, Unsupported, Witness

CERTIFICATES_AT_MOST = 30


def proof_of(witness: Witness, certificates: Sequence[bytes], known: Sequence[bytes] = ()) -> Proof:
    """Return the certificates up to their roots, and for each but the roots that it is good.

    Args:
        witness: who can ask the certification authorities.
        certificates: DER; of the signature and of its time stamp.
        known: others, among which issuers may be; of these nothing is asked.

    Raises:
        Unsupported: nobody can be asked, or the chains never end.
    """
    waiting = list(dict.fromkeys(certificates))
    ocsp: list[bytes] = []
    crls: list[bytes] = []
    for number, certificate in enumerate(waiting):  # grows while it is walked
        if number == CERTIFICATES_AT_MOST:
            raise Unsupported(f"more than {CERTIFICATES_AT_MOST} certificates to be proven")
        if _needs_no_proof(certificate):
            continue
        proof = witness.prove(certificate, (*waiting, *known))
        if proof is None:
            raise Unsupported(
                "to be proven in later years it needs to be known which certificates are revoked"
            )
        ocsp += proof.ocsp
        crls += proof.crls
        waiting += [each for each in dict.fromkeys(proof.certificates) if each not in waiting]
    return Proof(
        ocsp=tuple(dict.fromkeys(ocsp)),
        crls=tuple(dict.fromkeys(crls)),
        certificates=tuple(waiting),
    )


def _needs_no_proof(certificate: bytes) -> bool:
    """Whether it is a root, or a responder's that its issuer exempts (RFC 6960, 4.2.2.2.1)."""
    loaded = x509.load_der_x509_certificate(certificate)
    if loaded.issuer == loaded.subject:
        return True
    try:
        loaded.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    return True


def put_store(pdf: IncrementalPdfFileWriter, proof: Proof) -> None:
    """Add /DSS to the catalogue, with what an older one holds."""
    old = pdf.root["/DSS"] if "/DSS" in pdf.root else {}  # noqa: SIM401 - get follows no reference
    store = DictionaryObject({NameObject("/Type"): NameObject("/DSS")})  # type: ignore[no-untyped-call]
    kinds = {"/Certs": proof.certificates, "/OCSPs": proof.ocsp, "/CRLs": proof.crls}
    for name, values in kinds.items():
        before = old[name] if name in old else ArrayObject()
        held = [before.raw_get(number) for number in range(len(before))]
        added = [pdf.add_object(StreamObject(stream_data=value)) for value in values]
        if held or added:
            store[NameObject(name)] = ArrayObject([*held, *added])
    pdf.root[NameObject("/DSS")] = pdf.add_object(store)
    pdf.update_root()  # type: ignore[no-untyped-call]
