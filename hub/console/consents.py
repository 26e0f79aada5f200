"""What a recipient agreed to: shown on his page, entered there, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from archive.entry import Item
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text
from hub.pipeline.house import House
from hub.store.consents import How
from hub.wishes.consenting import Act, Agreement, NoConsent, give, withdraw
from hub.wishes.history import HOW, History, history
from routing_rules.recipient import Consent

_TYPES: Final = {"pdf": "application/pdf", "eml": "message/rfc822", "txt": "text/plain"}
_WORDS_AT_MOST: Final = 2000
_Word = TypeVar("_Word", bound=StrEnum)

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """What stands on the page of a recipient.

    Attributes:
        asked: whether invoices go by email to nobody who has not agreed.
    """

    history: History
    hows: Mapping[str, str]
    asked: bool
    today: date


def consents_of(house: House, tenant: str, key: str) -> Consents:
    """Return what a recipient agreed to, with all that led there."""
    company = house.config.tenants.get(tenant)
    with house.database.transaction() as connection:
        found = history(connection, tenant, key)
    return Consents(
        history=found,
        hows=HOW,
        asked=company is not None and company.email_needs_consent,
        today=house.clock().date(),
    )


@router.post("/recipient/consent")
def given(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Enter that a recipient agreed to something."""
    agreement = Agreement(
        recipient=text(form, "key"),
        consent=_word(form, "consent", Consent),
        on=_day(form),
        how=_word(form, "how", How),
        words=text(form, "words")[:_WORDS_AT_MOST],
    )
    act = _act(house, visitor, form, proof=_proof(form))
    try:
        give(house.database, house.archive, act, [agreement])
    except NoConsent as error:
        raise HTTPException(422, str(error)) from error
    return _back(form)


@router.post("/recipient/consent/withdraw")
def withdrawn(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Enter that a recipient took a consent back."""
    act = _act(house, visitor, form)
    try:
        withdraw(
            house.database,
            house.archive,
            act,
            recipient=text(form, "key"),
            consent=_word(form, "consent", Consent),
            how=_word(form, "how", How),
            words=text(form, "words")[:_WORDS_AT_MOST],
        )
    except NoConsent as error:
        raise HTTPException(422, str(error)) from error
    return _back(form)


def _act(house: House, visitor: Visitor, form: FormData, proof: Item | None = None) -> Act:
    tenant = text(form, "tenant")
    if tenant not in house.config.tenants or not visitor.sees(tenant):
        raise HTTPException(404)
    return Act(id=house.new_id(), at=house.clock(), tenant=tenant, who=visitor.name, proof=proof)


def _word(form: FormData, name: str, words: type[_Word]) -> _Word:
    try:
        return words(text(form, name))
    except ValueError as error:
        raise HTTPException(422, f"{name}: choose one of {', '.join(words)}") from error


def _day(form: FormData) -> date:
    try:
        return date.fromisoformat(text(form, "on"))
    except ValueError as error:
        raise HTTPException(422, "Write the day on which he agreed, like 2026-11-20.") from error


def _proof(form: FormData) -> Item | None:
    """Return the file that shows it, if one was chosen."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    ending = file.filename.rpartition(".")[2].lower()
    known = _TYPES.get(ending, "application/octet-stream")
    return Item(role="proof", name=f"proof.{ending}", media_type=known, data=file.file.read())


def _back(form: FormData) -> Response:
    whose = {"tenant": text(form, "tenant"), "key": text(form, "key")}
    return RedirectResponse(f"/recipient?{urlencode(whose)}#consent", 303)
