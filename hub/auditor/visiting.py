"""What every page needs of a request: the house, who is looking, and his form, if it is ours."""

import hmac
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

from hub.auditor.reader import Entrance, Reader
from hub.pipeline.house import House

_FORM_BYTES_MAX: Final = 1 << 18
_FIELDS_MAX: Final = 2_000


def house_of(request: Request) -> House:
    """Return the house whose archive is read."""
    house: House = request.app.state.house
    return house


TheHouse = Annotated[House, Depends(house_of)]


def reader_of(request: Request, house: TheHouse) -> Reader:
    """Return who is looking.

    Raises:
        NotEntered: nobody whom we know.
        Closed: one whose access is over.
    """
    entrance: Entrance = request.app.state.entrance
    return entrance(request, house)


TheReader = Annotated[Reader, Depends(reader_of)]


class Form:
    """The fields of a form, in their order."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """Return a field, blanks around it taken away; empty where it is missing."""
        return next((value.strip() for key, value in self._fields if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return all fields of a name, each value once."""
        return list(dict.fromkeys(value for key, value in self._fields if key == name))


async def sent(request: Request) -> Form:
    """Return the form in a request's body, if it is in bounds."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES_MAX:
            raise HTTPException(413)
    try:
        fields = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_FIELDS_MAX
        )
    except ValueError as error:
        raise HTTPException(413) from error
    return Form(fields)


async def posted(reader: TheReader, form: Annotated[Form, Depends(sent)]) -> Form:
    """Return a form that a reader has filled in on one of our own pages."""
    if not hmac.compare_digest(form.one("token").encode(), reader.token.encode()):
        raise HTTPException(403)
    return form


Posted = Annotated[Form, Depends(posted)]


def given(request: Request, names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    """Return the words of an address by name, blanks around them taken away."""
    return {name: request.query_params.get(name, "").strip() for name in names}


def address_of(request: Request, reader: Reader) -> str:
    """Return the address of a page, to come back to it."""
    path = request.scope["path"].removeprefix(reader.base)
    query = request.url.query
    return f"{reader.base}{path}?{query}" if query else f"{reader.base}{path}"
