"""Signatures inside documents: which there are, by whom, when, and what openssl says of them.

What was found when a document was filed stands in its `signature.json`. What is signed as CMS (PDF,
.p7m, S/MIME) is checked again for having been changed since; whom to believe is for the reader to
say, and signed XML is not checked here. Standard library alone; openssl is asked where it is there.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.report import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archive.report import Report

_REPORT = "signature.json"
_BYTES_MAX = 256 << 20
_BEGINNING = 256
"""Bytes in which a CMS says what it signs."""
_TIMEOUT_SECONDS = 60
_RANGE = re.compile(rb"/ByteRange\s*\[\s*([0-9]+)\s+([0-9]+)\s+([0-9]+)\s+([0-9]+)\s*\]")
_PDF_TIME = re.compile(rb"/M\s*\(D(?::|\\072)([0-9]{14})")
_CMS_TIME = re.compile(
    rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05\x31.\x17\x0d([0-9]{12})Z", re.DOTALL
)
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_MAIL = ".eml"
_HEADERS_BYTES = 64 << 10
_SIGNED_MAIL = re.compile(rb"multipart/signed[^:]*application/(x-)?pkcs7-signature", re.IGNORECASE)
_TIME_STAMP = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"
_XADES = b"http://uri.etsi.org/01903"
_XML_TIME = re.compile(rb"SigningTime[^>]*>([^<]{1,64})<")
_XML_CERTIFICATE = re.compile(rb"X509Certificate[^>]*>([A-Za-z0-9+/=\s]{1,20000})<")


class Signatures:
    """Lists the signatures in files; a report takes the lines."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._openssl = shutil.which("openssl") or ""

    def look(self, file: str, path: Path) -> None:
        """Tell of the signatures in a file.

        Args:
            file: how it is named.
            path: where it lies.
        """
        with path.open("rb") as stream:
            head = stream.read(64)
        is_report = file.endswith(_REPORT)
        is_cms = head[:1] == b"0" and _SIGNED_DATA in head
        if path.stat().st_size > _BYTES_MAX or not (
            is_report
            or is_cms
            or file.endswith(_MAIL)
            or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
            or b"%PDF" in head
        ):
            return
        data = path.read_bytes()
        if is_report:
            told = _recorded(data)
        elif is_cms and _TIME_STAMP in data[:_BEGINNING]:  # they are judged with the closings
            return
        elif is_cms:
            said = _CMS_TIME.search(data)
            at = f", says it was signed at 20{said[1].decode()}" if said else ""
            told = iter([f"CMS{at}, {self._checked(data, None)}"])
        elif file.endswith(_MAIL):
            told = self._in_mail(data)
        elif b"%PDF" in head:
            told = self._in_pdf(data)
        else:
            told = self._in_xml(data) if _XADES in data else iter(())
        self._report.signatures += [f"{file}: {printable(line)}" for line in told]

    def _in_mail(self, data: bytes) -> Iterator[str]:
        headers = re.split(rb"\r?\n\r?\n", data[:_HEADERS_BYTES], maxsplit=1)[0]
        if _SIGNED_MAIL.search(headers):
            yield f"S/MIME, {self._checked(data, None, form='SMIME')}"

    def _in_pdf(self, data: bytes) -> Iterator[str]:
        for found in _RANGE.finditer(data):
            start, first, then, second = map(int, found.groups())
            signed = data[start : start + first] + data[then : then + second]
            hexed = data[start + first : then].strip(b"<> \r\n\t")
            around = data[max(0, found.start() - 500) : found.end() + 500] + data[then : then + 500]
            kind = "time stamp" if b"ETSI.RFC3161" in around else "PAdES or other PDF signature"
            said = _PDF_TIME.search(around)
            at = f", says it was signed at {said[1].decode()}" if said else ""
            after = ", more was added after it" if then + second < len(data) else ""
            try:
                cms = bytes.fromhex(hexed.decode("ascii"))
            except ValueError:
                cms = b""
            if kind == "time stamp":
                yield f"PDF, {kind}{after}; not checked here"
                continue
            yield f"PDF, {kind}{at}{after}, {self._checked(cms, signed)}"

    def _in_xml(self, data: bytes) -> Iterator[str]:
        said = _XML_TIME.search(data)
        at = f", says it was signed at {said[1].decode('utf-8', 'replace')}" if said else ""
        own = _XML_CERTIFICATE.search(data)
        who = ""
        with suppress(ValueError):
            who = self._subject(base64.b64decode(own[1]), "DER") if own else ""
        yield f"XAdES, by {who or 'whom it does not say'}{at}; signed XML is not checked here"

    def _checked(self, cms: bytes, content: bytes | None, *, form: str = "DER") -> str:
        """Say who signed and whether what is signed was changed; of detached CMS with content."""
        if not self._openssl:
            return "not checked: openssl is not here"
        with tempfile.TemporaryDirectory() as folder:
            names = ("cms", "content", "signer", "out")
            signature, signed, signer, out = (Path(folder, name) for name in names)
            signature.write_bytes(cms)
            line = ["cms", "-verify", "-noverify", "-inform", form, "-in", str(signature)]
            line += ["-out", str(out), "-signer", str(signer)]
            line += ["-binary"] if form == "DER" else []  # lines of mail end as in mail
            if content is not None:
                signed.write_bytes(content)
                line += ["-content", str(signed)]
            good = self._run(line) is not None
            who = self._subject(signer.read_bytes(), "PEM") if good and signer.is_file() else ""
        words = "openssl finds it unchanged" if good else "openssl does not verify it"
        return f"by {who}; {words}, its signer was not judged" if who else words

    def _subject(self, certificate: bytes, form: str) -> str:
        line = ["x509", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb", "-inform", form]
        return (self._run(line, certificate) or "").strip().removeprefix("subject=").strip()

    def _run(self, line: Sequence[str], data: bytes | None = None) -> str | None:
        """Return what openssl answers; None if it refuses."""
        with suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603
                [self._openssl, *line],
                input=data,
                stdin=subprocess.DEVNULL if data is None else None,
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_SECONDS,
            )
            return None if done.returncode else done.stdout.decode("utf-8", "replace")
        return None


def _recorded(data: bytes) -> Iterator[str]:
    """Yield what was found of a file's signatures when it was filed."""
    with suppress(ValueError, TypeError, AttributeError, KeyError):
        told = json.loads(data)
        for layer in told["layers"]:
            for each in layer["signatures"] if layer else ():
                yield f"when filed: {_as_filed(each)}; {told['verdict']}"
        if not any(told["layers"]):
            yield f"when filed: {told['verdict']}: {'; '.join(map(str, told['why']))}"


def _as_filed(each: Mapping[str, Any]) -> str:
    times = (("says it was signed at", "claimed_at"), ("proven at", "proven_at"))
    at = "".join(f", {words} {each[name]}" for words, name in times if each.get(name))
    return f"{each['form']} {each['level']} by {each['signer']}{at}"
