"""Who is calling: an API key in the Authorization header, its tenant and scopes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.pipeline.house import House
from hub.store import access

_BEARER = HTTPBearer(scheme_name="API key", bearerFormat="fct_…", auto_error=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A sender that has shown a good key."""

    key: str
    tenant: str
    sender: str


def allowed(house: House, scope: str) -> Callable[..., Caller]:
    """Return the check that a request's key is good and has `scope`; 401 or 403 if not."""

    def check(
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Caller:
        key = None
        if shown is not None:
            with house.database.transaction() as connection:
                key = access.find_key(connection, shown.credentials.strip())
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
