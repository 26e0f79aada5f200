"""Into the console by a one-time link, and out of it."""

import secrets
from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from hub.console.pages import page
from hub.console.visitor import COOKIE, Posted, Signed, TheHouse
from hub.store import access

SESSION_LIFE: Final = timedelta(hours=12)

router = APIRouter()


@router.get("/login")
def ask() -> Response:
    """Say how to get in."""
    return page("login.html", None, secret=None, refused=False)


@router.get("/login/{secret}")
def offer(secret: str) -> Response:
    """Show a button. A link is not used up by looking at it, as mail scanners do."""
    return page("login.html", None, secret=secret, refused=False)


@router.post("/login/{secret}")
def use(secret: str, house: TheHouse) -> Response:
    """Use up a one-time link and start a session."""
    now = house.clock()
    session = secrets.token_urlsafe(32)
    with house.database.transaction() as connection:
        access.forget_expired(connection, now - SESSION_LIFE)
        tenant = access.use_link(connection, secret, now)
        if tenant is not None:
            access.add_login(
                connection,
                secret=session,
                kind="session",
                tenant=tenant,
                expires_at=now + SESSION_LIFE,
            )
    if tenant is None:
        return page("login.html", None, status=403, secret=None, refused=True)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=house.config.hub.public_url.startswith("https:"),
    )
    return response


@router.post("/logout")
def leave(house: TheHouse, visitor: Signed, _form: Posted) -> Response:
    """End the session."""
    with house.database.transaction() as connection:
        access.end_session(connection, visitor.secret, house.clock())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response
