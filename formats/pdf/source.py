"""Opening a PDF that somebody else wrote."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import pikepdf
from pikepdf import Name, Pdf
from pikepdf.settings import set_qpdf_limits

from formats.codec import Unreadable
from formats.findings import Actor, Finding

MEDIA_TYPE = "application/pdf"
HEADER_WITHIN_BYTES = 1024  # ISO 32000-1, annex H.3, note 13
SIZE_AT_MOST_BYTES = 128 << 20
PAGES_AT_MOST = 5_000
FLATE_AT_MOST_BYTES = 64 << 20
IMAGE_AT_MOST_BYTES = 256 << 20
WARNINGS_AT_MOST = 50
_TOO_MUCH = "memory limit exceeded"
"""What the library says of a part beyond the limits that it was given."""
SOURCE_NAME = re.compile(r"^stream <[^>]*>:? ?")

for library in ("pikepdf", "fontTools"):  # their remarks on odd files go to handlers, not to stderr
    logging.getLogger(library).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is known about a PDF before anything is done with it.

    Attributes:
        encrypted: it is, and opens without a password.
        signed: it holds a digital signature, which any change would break.
    """

    page_count: int
    encrypted: bool
    signed: bool


def claims_pdf(head: bytes) -> bool:
    """Return whether `head` is the beginning of a PDF.

    >>> claims_pdf(b"%PDF-1.7"), claims_pdf(b"<Invoice/>")
    (True, False)
    """
    return b"%PDF-" in head[:HEADER_WITHIN_BYTES]


def overview(data: bytes) -> Overview:
    """Return page count, encryption and signature of a PDF.

    Raises:
        Unreadable: it is broken, needs a password or is out of bounds.
    """
    with opened(data) as pdf:
        return Overview(
            page_count=len(pdf.pages), encrypted=pdf.is_encrypted, signed=is_signed(pdf)
        )


def is_signed(pdf: Pdf) -> bool:
    """Return whether the form says that signatures exist (ISO 32000-1, table 219)."""
    form = pdf.Root.get(Name.AcroForm)
    return isinstance(form, pikepdf.Dictionary) and bool(form.get_int(Name.SigFlags, 0) & 1)


@contextmanager
def opened(data: bytes) -> Iterator[Pdf]:
    """Open `data` within bounds; whatever the library throws inside is an Unreadable.

    Time and memory of the whole process are the caller's to limit: run it in a child process.

    Raises:
        Unreadable: rule IN-PDF-SIZE, IN-PDF-PASSWORD, IN-PDF-PAGES or IN-PDF-BROKEN.
    """
    _limits()
    if len(data) > SIZE_AT_MOST_BYTES:
        raise unreadable("SIZE", f"the PDF has {len(data)} bytes", "split or shrink it")
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            _judge_length(len(pdf.pages))
            yield pdf
    except Unreadable:
        raise
    except pikepdf.PasswordError as fault:
        raise unreadable(
            "PASSWORD", "the PDF needs a password to be opened", "send it without a password"
        ) from fault
    except Exception as fault:  # the library meets hostile bytes: any of its errors means them
        if _TOO_MUCH in str(fault):
            raise unreadable(
                "SIZE",
                f"a part of the PDF unpacks to more than {FLATE_AT_MOST_BYTES >> 20} MB",
                "shrink its pictures and attachments, or send them apart",
            ) from fault
        raise unreadable("BROKEN", f"the PDF cannot be read: {_first(fault)}") from fault


def unreadable(
    rule: str, message: str, fix: str = "send the file again", *, actor: Actor = Actor.ERP
) -> Unreadable:
    """Return the failure `IN-PDF-<rule>`."""
    return Unreadable(Finding(rule=f"IN-PDF-{rule}", message=message, fix=fix, actor=actor))


def _judge_length(pages: int) -> None:
    if pages > PAGES_AT_MOST:
        raise unreadable("PAGES", f"the PDF has {pages} pages", f"split it at {PAGES_AT_MOST}")


@cache
def _limits() -> None:
    set_qpdf_limits(
        flate_max_memory=FLATE_AT_MOST_BYTES,
        png_max_memory=FLATE_AT_MOST_BYTES,
        run_length_max_memory=FLATE_AT_MOST_BYTES,
        tiff_max_memory=FLATE_AT_MOST_BYTES,
        dct_max_memory=IMAGE_AT_MOST_BYTES,
        doc_max_warnings=WARNINGS_AT_MOST,
    )


def _first(fault: Exception) -> str:
    lines = str(fault).splitlines() or [""]
    reason = SOURCE_NAME.sub("", lines[0])[:160]
    return f"{type(fault).__name__}: {reason}"
