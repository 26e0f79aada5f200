"""What makes a PDF/A-3 a Factur-X: the file, its place in the catalogue, the words in XMP."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from formats.codec import Unreadable
from formats.facturx.levels import LEVELS, Level, level_of
from formats.facturx.supplements import SUPPLEMENT
from formats.pdf.embedded import EmbeddedFile, embed, embedded_files
from formats.pdf.source import opened
from formats.pdf.xmp import add_descriptions, packet
from formats.xml.names import Element, tag
from formats.xml.parsing import parse

FILE_NAME = "factur-x.xml"
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PDFA_ID = "http://www.aiim.org/pdfa/ns/id/"
PDFA_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
PDFA_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PDFA_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "version of the Factur-X XML schema",
    "ConformanceLevel": "conformance level of the embedded Factur-X data",
}


def overlay(
    base: bytes,
    xml: bytes,
    *,
    level: Level,
    created: date,
    beside: Sequence[EmbeddedFile] = (),
) -> bytes:
    """Return the PDF/A-3 `base` with the invoice `xml` embedded; the same bytes every time.

    Args:
        base: PDF/A-3b by `formats.pdf.archival.to_pdfa3`, without embedded files.
        xml: the invoice in CII.
        level: the profile that its BT-24 names.
        created: date of the embedded files.
        beside: other files, by names of their own.
    """
    invoice = EmbeddedFile(
        name=FILE_NAME,
        data=xml,
        media_type="text/xml",
        description="Factur-X invoice",
        relationship=level.relationship,
    )
    with opened(base) as pdf:
        embed(pdf, invoice, *beside, created=created)
        add_descriptions(pdf, _descriptions(level).encode())
        return _saved(pdf)


def overlay_faults(data: bytes) -> list[str]:
    """Return what is wrong with a Factur-X that we wrote, as sentences; empty if nothing.

    Last of all it takes the overlay off again and asks the PDF/A validator about the rest.
    """
    from formats.pdf.archival import archival_faults  # noqa: PLC0415  # half a second

    try:
        with opened(data) as pdf:
            faults = [*_file_faults(pdf), *_xmp_faults(pdf), *_form_faults(data, pdf)]
            _take_off(pdf)
            rest = _saved(pdf)
    except Unreadable as fault:
        return [str(fault)]
    return faults + archival_faults(rest)


def _descriptions(level: Level) -> str:
    values = {
        "DocumentFileName": FILE_NAME,
        "DocumentType": "INVOICE",
        "Version": "1.0",
        "ConformanceLevel": level.name,
    }
    filled = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value in values.items())
    declared = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        for name, description in PROPERTIES.items()
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{FX}">{filled}</rdf:Description>\n'
        f'<rdf:Description rdf:about="" xmlns:pdfaExtension="{PDFA_EXTENSION}"'
        f' xmlns:pdfaSchema="{PDFA_SCHEMA}" xmlns:pdfaProperty="{PDFA_PROPERTY}">'
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{FX}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{declared}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n"
    )


def _saved(pdf: Pdf) -> bytes:
    written = BytesIO()
    pdf.save(
        written,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
    )
    return written.getvalue()


def _file_faults(pdf: Pdf) -> Iterator[str]:
    """Check the embedded file: ISO 19005-3, 6.8 and annex E; Factur-X, 6.2."""
    files = embedded_files(pdf)
    invoices = [file for file in files if file.relationship != SUPPLEMENT]
    if len(invoices) != 1:
        yield f"{len(invoices)} files are embedded, not one"
        return
    (file,) = invoices
    spec = pdf.Root.get(Name.AF, Array())[0] if file.associated else Dictionary()
    stream = spec.get(Name.EF, Dictionary()).get(Name.UF, Dictionary())
    given = stream.get(Name.Params, Dictionary())
    level = level_of(_specification(file.data))
    facts = {
        f"it is called {file.name}": file.name == FILE_NAME,
        "F and UF differ": str(spec.get(Name.F)) == str(spec.get(Name.UF)),
        "it is not in the catalogue's /AF": file.associated,
        "it is not in the name tree": file.listed,
        "it has no description": bool(file.description),
        f"it is of type {file.media_type}": file.media_type == "text/xml",
        "the stream is no EmbeddedFile": stream.get(Name.Type) == Name.EmbeddedFile,
        "its size is wrong": given.get(Name.Size) == len(file.data),
        "it has no date": Name.ModDate in given,
        "BT-24 names no profile": level is not None,
        f"its relationship is {file.relationship}": level is None
        or file.relationship == level.relationship,
    }
    yield from (f"the embedded invoice: {fault}" for fault, good in facts.items() if not good)


def _xmp_faults(pdf: Pdf) -> Iterator[str]:
    """Check the packet: one rdf:RDF, prefix fx, schema described, level as in BT-24."""
    text = packet(pdf)
    root = parse(text, what="XMP")
    declared = {_text(node) for node in root.iter(f"{{{PDFA_PROPERTY}}}name")}
    values = {name: _text(root.find(f".//{{{FX}}}{name}")) for name in PROPERTIES}
    invoices = [file for file in embedded_files(pdf) if file.relationship != SUPPLEMENT]
    level = level_of(_specification(invoices[0].data)) if invoices else None
    facts = {
        "rdf:RDF is not there once": len(list(root.iter(f"{{{RDF}}}RDF"))) == 1,
        "PDF/A part is not 3": _text(root.find(f".//{{{PDFA_ID}}}part")) == "3",
        "PDF/A conformance is not B": _text(root.find(f".//{{{PDFA_ID}}}conformance")) == "B",
        "the prefix is not fx": b"<fx:ConformanceLevel>" in text,
        "the extension schema is incomplete": declared == set(PROPERTIES),
        "the schema's namespace is wrong": FX
        in {_text(node) for node in root.iter(f"{{{PDFA_SCHEMA}}}namespaceURI")},
        "DocumentFileName is wrong": values["DocumentFileName"] == FILE_NAME,
        "DocumentType is wrong": values["DocumentType"] == "INVOICE",
        "Version is wrong": values["Version"] == "1.0",
        "ConformanceLevel is unknown": values["ConformanceLevel"] in {x.name for x in LEVELS},
        "ConformanceLevel is not that of BT-24": level is not None
        and values["ConformanceLevel"] == level.name,
    }
    yield from (f"XMP: {fault}" for fault, good in facts.items() if not good)


def _form_faults(data: bytes, pdf: Pdf) -> Iterator[str]:
    """Check the file as a whole: ISO 19005-3, 6.1."""
    metadata = pdf.Root.get(Name.Metadata, Dictionary())
    facts = {
        "it does not begin with %PDF-1.": data.startswith(b"%PDF-1."),
        "it does not end with %%EOF": data.rstrip(b"\r\n").endswith(b"%%EOF"),
        "it is encrypted": not pdf.is_encrypted,
        "it has no ID": Name.ID in pdf.trailer,
        "metadata is not XML": metadata.get(Name.Subtype) == Name.XML,
        "it has not one output intent": len(pdf.Root.get(Name.OutputIntents, Array())) == 1,
        "it has a form": Name.AcroForm not in pdf.Root,
        "it acts on opening": Name.OpenAction not in pdf.Root and Name.AA not in pdf.Root,
    }
    yield from (f"the PDF: {fault}" for fault, good in facts.items() if not good)


def _take_off(pdf: Pdf) -> None:
    """Remove what `overlay` added."""
    for holder, key in ((pdf.Root, Name.AF), (pdf.Root.get(Name.Names), Name.EmbeddedFiles)):
        if isinstance(holder, Dictionary) and key in holder:
            del holder[key]
    head, found, tail = packet(pdf).partition(b'<rdf:Description rdf:about="" xmlns:fx=')
    if found:
        rest = b"</rdf:RDF>" + tail.partition(b"</rdf:RDF>")[2]
        pdf.Root[Name.Metadata].write(head + rest)


def _specification(xml: bytes) -> str | None:
    path = "/".join(
        map(
            tag,
            (
                "rsm:ExchangedDocumentContext",
                "ram:GuidelineSpecifiedDocumentContextParameter",
                "ram:ID",
            ),
        )
    )
    return _text(parse(xml, what="a CII invoice").find(path))


def _text(element: Element | None) -> str | None:
    return None if element is None else (element.text or "").strip()
