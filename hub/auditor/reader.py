"""Who is looking, and what of the archive exists for him."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fastapi import Request

from hub.pipeline.house import House
from hub.store.auditors import Access


class NotEntered(Exception):
    """There is no session, or it is over."""


class Closed(Exception):
    """The access is over; says what its holder is to be told.

    Attributes:
        access: which one.
    """

    def __init__(self, access: Access) -> None:
        super().__init__(access.id)
        self.access = access


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who looks through an access.

    Attributes:
        company: its name.
        who: is filed with all that he asks: `auditor`, or the operator who looks over his shoulder.
        base: what stands before every address of his pages.
        language: of his pages.
        secret: of his session; never shown.
    """

    access: Access
    company: str
    who: str
    base: str
    language: str
    secret: str = field(repr=False)

    @property
    def token(self) -> str:
        """What every form of this session must bring along."""
        return hmac.new(self.secret.encode(), b"auditor form", hashlib.sha256).hexdigest()

    def covers(self, tenant: str, facts: Mapping[str, str]) -> bool:
        """Whether a document exists for him: of his company, and issued in his period."""
        try:
            issued = date.fromisoformat(facts.get("issue_date", ""))
        except ValueError:
            return False
        access = self.access
        return tenant == access.tenant and access.issued_from <= issued <= access.issued_to


Entrance = Callable[[Request, House], Reader]
"""Finds out who is looking; raises NotEntered or Closed."""


def opened(access: Access, now: datetime) -> Access:
    """Return an access that is open.

    Raises:
        Closed: it is not any more.
    """
    if not access.is_open(now):
        raise Closed(access)
    return access


def name_of(house: House, tenant: str) -> str:
    """Return what a company is called."""
    known = house.config.tenants.get(tenant)
    return known.name if known else tenant
