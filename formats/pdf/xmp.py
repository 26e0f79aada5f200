"""The XMP packet of a PDF/A that we made: ISO 16684-1, ISO 19005-3, 6.6.2."""

import re
from datetime import date

from pikepdf import Name, Pdf, PdfError, Stream

END_OF_RDF = b"</rdf:RDF>"
METADATA_DATE = re.compile(rb"(<xmp:MetadataDate>)[^<]*(</xmp:MetadataDate>)")


def packet(pdf: Pdf) -> bytes:
    """Return the XMP packet as written, or nothing where there is none to be read."""
    metadata = pdf.Root.get(Name.Metadata)
    try:
        return metadata.read_bytes() if isinstance(metadata, Stream) else b""
    except PdfError:
        return b""


def date_metadata(pdf: Pdf, created: date) -> None:
    """Replace the clock's time, which the library wrote, by the given date."""
    stamp = rb"\g<1>%bT00:00:00+00:00\g<2>" % created.isoformat().encode()
    _write(pdf, METADATA_DATE.sub(stamp, packet(pdf)))


def add_descriptions(pdf: Pdf, descriptions: bytes) -> None:
    """Put rdf:Description elements into the packet's one rdf:RDF."""
    text = packet(pdf)
    assert text.count(END_OF_RDF) == 1, "PDF/A was prepared first"
    _write(pdf, text.replace(END_OF_RDF, descriptions + END_OF_RDF))


def _write(pdf: Pdf, text: bytes) -> None:
    metadata = Stream(pdf, text)
    metadata[Name.Type] = Name.Metadata
    metadata[Name.Subtype] = Name.XML
    pdf.Root[Name.Metadata] = metadata
