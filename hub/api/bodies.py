"""Files in requests: streamed to disk in bounds, with their name and what is stated of them."""

import base64
import binascii
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message as Headers
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

import msgspec
from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Message, Receive

from archive.entry import Content
from hub.pipeline.contents import content_of_open
from hub.pipeline.house import House
from hub.pipeline.receive import room
from hub.pipeline.stated import KEYS, Misstated, Stated, is_word, stated

_FORM_BYTES = 65_536
"""What a form may add around a file."""
_PIECE_BYTES = 1 << 20
_UNNAMED = "upload"
_FIELDS_MAX = 20
_ONE_FILE = "send each file by a request of its own, in the field `file`"
_STATEMENT = "statement"
_BINARY = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": _BINARY,
        _STATEMENT: {"type": "string", "description": f"JSON object of {KEYS}"},
    },
}
FILE: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": _BINARY},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}
"""A file as a body, for the description of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A file that was posted; it lies on disk, under no name, as long as it is answered."""

    name: str
    stated: Stated
    file: IO[bytes]

    def content(self) -> Content:
        """Return its bytes, or where they lie if they are many."""
        return content_of_open(self.file)

    def data(self) -> bytes:
        """Return all its bytes."""
        self.file.seek(0)
        return self.file.read()


@asynccontextmanager
async def posted(request: Request, house: House) -> AsyncIterator[Posted]:
    """Take the file of a request, a form's `file` or the raw body.

    Raises:
        HTTPException: 413, it is too large; 400 or 422, it cannot be understood.
        Misstated: what is stated of it cannot.
        NoRoom: the disk has no room for it.
    """
    limit = house.config.hub.max_file_mb << 20
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    bounds = limit + _FORM_BYTES if is_form else limit
    _expect(request, house, bounds, limit)
    bounded = Request(request.scope, _bounded(request.receive, bounds, limit))
    with TemporaryFile(dir=house.config.data) as file:
        if is_form:
            form = await _form(bounded, file)
            yield _of_form(request, form, limit)
        else:
            await _write(bounded, file)
            yield Posted(name=_name(request) or _UNNAMED, stated=stated(_told(request)), file=file)


async def _write(request: Request, file: IO[bytes]) -> None:
    """Write a body to disk as it comes, in pieces that are worth a thread's while."""
    pieces: list[bytes] = []
    async for piece in request.stream():
        pieces.append(piece)
        if sum(map(len, pieces)) >= _PIECE_BYTES:
            await run_in_threadpool(file.writelines, pieces)
            pieces = []
    await run_in_threadpool(file.writelines, pieces)


def _expect(request: Request, house: House, bounds: int, limit: int) -> None:
    """Refuse what is said to be too large before it comes; it must lie here and in the archive."""
    said = request.headers.get("content-length", "")
    size_bytes = int(said) if said.isdecimal() else 0
    if size_bytes > bounds:
        raise _too_large(limit)
    room(house, 2 * size_bytes)


class _Form(MultiPartParser):
    """Reads a form of one file, and writes that where it is told, not to the system's own disk."""

    def __init__(self, request: Request, file: IO[bytes]) -> None:
        super().__init__(request.headers, request.stream(), max_files=1, max_fields=_FIELDS_MAX)
        self._file = file

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part = self._current_part
        if part.file is not None:
            part.file.file.close()
            part.file.file = cast("BinaryIO", self._file)


async def _form(request: Request, file: IO[bytes]) -> FormData:
    try:
        return await _Form(request, file).parse()
    except MultiPartException as error:
        said = error.message.rstrip(".")
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"{said}; {_ONE_FILE}") from error


def _of_form(request: Request, form: FormData, limit: int) -> Posted:
    upload = form.get("file")
    if upload is None or isinstance(upload, str):
        raise HTTPException(422, "the form needs a file field named `file`")
    if (upload.size or 0) > limit:
        raise _too_large(limit)
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    told = [*_told(request), *_words(fields), *_object(fields)]
    return Posted(name=upload.filename or _UNNAMED, stated=stated(told), file=upload.file)


def _told(request: Request) -> list[tuple[str, str]]:
    """Return what the address and RFC 9530's Content-Digest state of a body."""
    pairs = _words(request.query_params.multi_items())
    return [*pairs, *_digest(request.headers.get("content-digest", ""))]


def _words(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in pairs if is_word(key)]


def _object(fields: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what the JSON object in the field `statement` says; amounts are text, never floats."""
    for _, text in (field for field in fields if field[0] == _STATEMENT):
        try:
            words = msgspec.json.decode(text, type=dict[str, str | int])
        except msgspec.MsgspecError as error:
            wanted = "a JSON object of texts and whole numbers is wanted"
            raise Misstated(f"{_STATEMENT}: {wanted}, with {KEYS}: {error}") from error
        unknown = sorted(key for key in words if not is_word(key))
        if unknown:
            raise Misstated(f"{_STATEMENT}: unknown {unknown[0][:40]!r}; known: {KEYS}")
        yield from ((key, str(value)) for key, value in words.items())


def _digest(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(","):
        algorithm, _, value = part.strip().partition("=")
        if algorithm.lower() == "sha-256":
            try:
                yield "sha256", base64.b64decode(value.strip(":"), validate=True).hex()
            except binascii.Error as error:
                raise Misstated("Content-Digest: sha-256=:base64: is wanted") from error


def _name(request: Request) -> str:
    """Return what the sender calls a raw body: `X-File-Name`, else RFC 6266's `filename`."""
    told = request.headers.get("x-file-name", "")
    if not told:
        header = Headers()
        header["Content-Disposition"] = request.headers.get("content-disposition", "")
        told = header.get_filename("")
    return _decoded(told.encode("latin-1")) if _is_latin(told) else told


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def _decoded(name: bytes) -> str:
    """Return a name that was sent as UTF-8, as most do, or as Latin-1, as headers are."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _bounded(receive: Receive, bounds: int, limit: int) -> Receive:
    """Receive a body as long as it is within bounds; nothing more of it is kept anywhere."""
    size = 0

    async def receive_in_bounds() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > bounds:
            raise _too_large(limit)
        return message

    return receive_in_bounds


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"larger than {limit} bytes (hub.max_file_mb)")
