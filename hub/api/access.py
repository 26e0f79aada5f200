"""Who is calling: an API key in the Authorization header, its tenant and scopes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, HTTPException

from hub.pipeline.house import House
from hub.store import access


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A sender that has shown a good key."""

    key: str
    tenant: str
    sender: str


def allowed(house: House, scope: str) -> Callable[..., Caller]:
    """Return the check that a request's key is good and has `scope`; 401 or 403 if not."""

    def check(authorization: Annotated[str | None, Header()] = None) -> Caller:
        kind, _, written = (authorization or "").partition(" ")
        key = None
        if kind.lower() == "bearer":
            with house.database.transaction() as connection:
                key = access.find_key(connection, written.strip())
        if key is None:
            raise HTTPException(
                401,
                "not authorized: send `Authorization: Bearer fct_…` with a key that is not revoked",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if scope not in key.scopes:
            raise HTTPException(403, f"forbidden: this key lacks the scope `{scope}`")
        return Caller(key=key.id, tenant=key.tenant, sender=key.sender)

    return check
