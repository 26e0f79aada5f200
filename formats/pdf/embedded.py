"""Files embedded in a PDF: ISO 32000-1, 7.11.4; associated files: ISO 19005-3, annex E."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import md5

from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, Stream, String

from formats.pdf.source import opened, unreadable

FILES_AT_MOST = 100
BYTES_AT_MOST = 128 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFile:
    """One file in a PDF.

    Attributes:
        relationship: `Data`, `Alternative`, `Source`…; None if the PDF does not say.
        associated: the catalogue lists it in /AF, as PDF/A-3 wants.
        listed: the name tree /EmbeddedFiles lists it, so that readers show it.
    """

    name: str
    data: bytes
    media_type: str | None = None
    description: str | None = None
    relationship: str | None = None
    associated: bool = True
    listed: bool = True


def attachments(data: bytes) -> tuple[EmbeddedFile, ...]:
    """Return the files embedded in a PDF, in the order of its name tree, then of /AF.

    Raises:
        Unreadable: the PDF is broken, needs a password, or holds more than is bearable.
    """
    with opened(data) as pdf:
        return embedded_files(pdf)


def embedded_files(pdf: Pdf) -> tuple[EmbeddedFile, ...]:
    """Return the files embedded in an open PDF.

    Raises:
        Unreadable: there are too many, or together they are too large.
    """
    listed = tuple(_listed(pdf))
    associated = tuple(_associated(pdf))
    files: list[EmbeddedFile] = []
    size_bytes = 0
    for spec in _distinct((*listed, *associated)):
        stream = _stream(spec)
        if stream is None:
            continue
        data = stream.read_bytes()
        size_bytes += len(data)
        if len(files) == FILES_AT_MOST or size_bytes > BYTES_AT_MOST:
            raise unreadable("ATTACHMENTS", "the PDF holds too many or too large files")
        files.append(
            EmbeddedFile(
                name=_text(spec.get(Name.UF)) or _text(spec.get(Name.F)) or "",
                data=data,
                media_type=_name(stream.get(Name.Subtype)),
                description=_text(spec.get(Name.Desc)),
                relationship=_name(spec.get(Name.AFRelationship)),
                associated=_among(spec, associated),
                listed=_among(spec, listed),
            )
        )
    return tuple(files)


def embed(pdf: Pdf, *files: EmbeddedFile, created: date) -> None:
    """Make `files` the only embedded ones, listed and associated in this order, dated `created`.

    Their names must differ.
    """
    specs = {file.name: _specification(pdf, file, created) for file in files}
    if Name.Names not in pdf.Root:
        pdf.Root[Name.Names] = Dictionary()
    listed = [part for name in sorted(specs) for part in (String(name), specs[name])]
    pdf.Root[Name.Names][Name.EmbeddedFiles] = Dictionary(Names=Array(listed))
    pdf.Root[Name.AF] = Array(list(specs.values()))


def _specification(pdf: Pdf, file: EmbeddedFile, created: date) -> Object:
    stream = Stream(pdf, file.data)
    stream[Name.Type] = Name.EmbeddedFile
    stream[Name.Subtype] = Name(f"/{file.media_type or 'application/octet-stream'}")
    stream[Name.Params] = Dictionary(
        Size=len(file.data),
        ModDate=String(f"D:{created:%Y%m%d}000000Z"),
        CheckSum=String(md5(file.data, usedforsecurity=False).digest()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(file.name),
            UF=String(file.name),
            Desc=String(file.description or file.name),
            AFRelationship=Name(f"/{file.relationship or 'Unspecified'}"),
            EF=Dictionary(F=stream, UF=stream),
        )
    )


def _listed(pdf: Pdf) -> Iterator[Dictionary]:
    names = pdf.Root.get(Name.Names)
    tree = names.get(Name.EmbeddedFiles) if isinstance(names, Dictionary) else None
    if isinstance(tree, Dictionary):
        for number, spec in enumerate(NameTree(tree).values()):
            if number > FILES_AT_MOST:
                return
            if isinstance(spec, Dictionary):
                yield spec


def _associated(pdf: Pdf) -> Iterator[Dictionary]:
    files = pdf.Root.get(Name.AF)
    entries: list[object] = list(files) if isinstance(files, Array) else [files]
    for spec in entries[: FILES_AT_MOST + 1]:
        if isinstance(spec, Dictionary):
            yield spec


def _distinct(specs: tuple[Dictionary, ...]) -> Iterator[Dictionary]:
    for number, spec in enumerate(specs):
        if not _among(spec, specs[:number]):
            yield spec


def _among(spec: Object, others: tuple[Dictionary, ...]) -> bool:
    return any(spec.is_same_object_as(other) for other in others)


def _stream(spec: Dictionary) -> Stream | None:
    files = spec.get(Name.EF)
    if not isinstance(files, Dictionary):
        return None
    for key in (Name.UF, Name.F):
        stream = files.get(key)
        if isinstance(stream, Stream):
            return stream
    return None


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, String) else None


def _name(value: object) -> str | None:
    return str(value).removeprefix("/") if isinstance(value, Name) else None
