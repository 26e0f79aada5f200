"""Who is looking: a session in a cookie, whose documents it shows, and the token of its forms."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO, Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData, UploadFile

from hub.pipeline.house import House
from hub.store import access

COOKIE = "facteur_session"
EVERYBODY = "*"
"""The tenant of a session that sees all."""

_FIELDS_MAX = 40
_FORM_BYTES = 1 << 20
"""What a form may add around a file."""


class NotSignedIn(Exception):
    """There is no session, or it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person with a good session.

    Attributes:
        tenant: whose documents are shown; None for everybody's.
    """

    tenant: str | None
    secret: str = field(repr=False)

    @property
    def token(self) -> str:
        """What every form of this session must bring along."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """Who did it, for the evidence: the session, by the first digits of its digest."""
        return f"console session {hashlib.sha256(self.secret.encode()).hexdigest()[:8]}"

    def sees(self, tenant: str) -> bool:
        """Whether things of this tenant exist for the visitor."""
        return self.tenant in (None, tenant)


def house_of(request: Request) -> House:
    """Return the house whose console this is."""
    house: House = request.app.state.house
    return house


TheHouse = Annotated[House, Depends(house_of)]


def visitor_of(request: Request, house: TheHouse) -> Visitor:
    """Return who is looking.

    Raises:
        NotSignedIn: nobody we know.
    """
    secret = request.cookies.get(COOKIE, "")
    with house.database.transaction() as connection:
        tenant = access.session_tenant(connection, secret, house.clock()) if secret else None
    if tenant is None:
        raise NotSignedIn
    return Visitor(tenant=None if tenant == EVERYBODY else tenant, secret=secret)


Signed = Annotated[Visitor, Depends(visitor_of)]


async def form_of(request: Request, house: TheHouse, visitor: Signed) -> AsyncIterator[FormData]:
    """Yield the form that a visitor has filled in on one of our own pages, if it is in bounds."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise HTTPException(411)
    if int(length) > (house.config.hub.max_file_mb << 20) + _FORM_BYTES:
        raise HTTPException(413)
    async with request.form(max_files=1, max_fields=_FIELDS_MAX) as form:
        if not hmac.compare_digest(text(form, "token").encode(), visitor.token.encode()):
            raise HTTPException(403, "This form is not from this session. Load the page again.")
        yield form


Posted = Annotated[FormData, Depends(form_of)]


def text(form: FormData, name: str) -> str:
    """Return a field of a form, blanks around it taken away; empty where it is missing."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def upload(form: FormData) -> tuple[bytes, str]:
    """Return the bytes and the name of the one file in a form."""
    file, name = chosen(form)
    return file.read(), name


def chosen(form: FormData) -> tuple[IO[bytes], str]:
    """Return the one file in a form, open as long as the form is, and its name."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise HTTPException(422, "No file was chosen. Go back and choose one.")
    return file.file, file.filename
