"""The pages on which recipients choose how their invoices come.

Looking changes nothing, so that programs which follow links in mail change nothing; only a form's
POST does, and an email address counts only once the mail that goes there is answered. Whether an
address was known is not to be seen.
"""

import time
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from archive.entry import ArchiveError
from hub.api.visits import HEADERS, Visits, filled_in, is_token, page, wait, wished
from hub.doors.throttle import Throttle
from hub.links.frame import FALLBACK
from hub.pipeline.house import House
from hub.pipeline.invitations import SELF_SERVICE_PATH
from hub.pipeline.letter_codes import token_of, typed
from hub.store.address_checks import AddressCheck
from hub.store.invitations import Invitation
from hub.wishes.choices import Choices, choices
from hub.wishes.page import (
    agreement,
    by_post,
    choosing,
    confirming,
    done,
    entering,
    gone,
    sent,
    wish_for_post,
)
from hub.wishes.self_service import (
    ask_for_email,
    check_of,
    choose_post,
    confirm_email,
    invitation_of,
)
from outbound.channel import Refused
from outbound.mail_address import envelope_address

_WRONG_CODES_AN_HOUR = 100
"""Of all together: with a million letters out, a guess hits one in a year and a quarter."""
_ANYBODY = "anybody"


def routes(house: House) -> APIRouter:
    """Return the routes below SELF_SERVICE_PATH."""
    router = APIRouter(prefix=SELF_SERVICE_PATH.rstrip("/"), include_in_schema=False)
    visits = Visits(house)
    wrong_codes = Throttle(tries=_WRONG_CODES_AN_HOUR, seconds=3600, monotonic=time.monotonic)

    @router.api_route("", methods=["GET", "HEAD"])
    @router.api_route("/", methods=["GET", "HEAD"])
    def entry(request: Request) -> Response:
        """Ask for the code of a letter."""
        return _answered(visits, request, lambda: page(entering(wished(request))))

    @router.post("")
    @router.post("/")
    async def entered(request: Request) -> Response:
        """Lead who has a code to what there is to choose."""
        form = await filled_in(request)
        make = partial(_entered, house, wrong_codes, form.get("answer", ""), request)
        return await run_in_threadpool(_answered, visits, request, make)

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    def shown(token: str, request: Request) -> Response:
        """Show what there is to choose."""
        return _answered(visits, request, partial(_shown, house, token, request))

    @router.post("/{token}")
    async def chosen(token: str, request: Request) -> Response:
        """Take what was chosen."""
        form = await filled_in(request)
        choice, answer = form.get("choice", ""), form.get("answer", "").strip()
        make = partial(_chosen, house, token, choice, answer, request)
        return await run_in_threadpool(_answered, visits, request, make)

    @router.api_route("/c/{token}", methods=["GET", "HEAD"])
    def asked(token: str, request: Request) -> Response:
        """Ask whether an address was meant."""
        return _answered(visits, request, partial(_asked, house, token, request))

    @router.post("/c/{token}")
    def confirmed(token: str, request: Request) -> Response:
        """Take the answer: it was."""
        return _answered(visits, request, partial(_confirmed, house, token, request))

    return router


def _answered(visits: Visits, request: Request, make: Callable[[], Response]) -> Response:
    """Make a page, unless somebody looks too often, or the archive cannot be read or written."""
    if not visits.lets_in(request):
        return wait(request)
    try:
        return make()
    except ArchiveError:
        return wait(request, status=503)


def _entered(house: House, wrong_codes: Throttle, answer: str, request: Request) -> Response:
    """Take a code; after too many wrong ones, of whomever, none is taken for a while."""
    if not wrong_codes.lets_in(_ANYBODY):
        return wait(request)
    code = typed(answer)
    token = token_of(house.links.key, code) if house.links and code else ""
    if not token or _open(house, token) is None:
        wrong_codes.note_failure(_ANYBODY)
        return page(entering(wished(request), wrong=True), 422)
    return RedirectResponse(f"{SELF_SERVICE_PATH}{token}", 303, headers=HEADERS)


def _shown(house: House, token: str, request: Request) -> Response:
    found = _open(house, token)
    return page(choosing(found[1], found[0].language)) if found else _gone(request)


def _chosen(house: House, token: str, choice: str, answer: str, request: Request) -> Response:
    found = _open(house, token)
    if found is None:
        return _gone(request)
    invitation, may = found
    if choice == "print" and choice in may.channels:
        choose_post(house, invitation, may, words=wish_for_post(may.seller, invitation.language))
        return page(by_post(invitation.language))
    if choice == "email" and choice in may.channels and (email := _address(answer)):
        words = agreement(may.seller, email, invitation.language)
        ask_for_email(house, invitation, may, email=email, words=words)
        return page(sent(invitation.language))
    again = choosing(may, invitation.language, chosen=choice, email=answer, wrong=True)
    return page(again, 422)


def _asked(house: House, token: str, request: Request) -> Response:
    check = _check(house, token)
    if check is None:
        return _gone(request)
    if check.confirmed_at:
        return _done(house, check)
    return page(confirming(check.words, check.language))


def _confirmed(house: House, token: str, request: Request) -> Response:
    check = _check(house, token)
    if check is None or not confirm_email(house, check):
        return _gone(request)
    return _done(house, check)


def _address(answer: str) -> str:
    """Return an address as mail can go there; empty for what is none."""
    try:
        return envelope_address(answer)
    except Refused:
        return ""


def _open(house: House, token: str) -> tuple[Invitation, Choices] | None:
    invitation = invitation_of(house, token) if is_token(token) else None
    if invitation is None or not invitation.is_open(house.clock()):
        return None
    may = choices(house, invitation)
    return (invitation, may) if may else None


def _check(house: House, token: str) -> AddressCheck | None:
    return check_of(house, token) if is_token(token) else None


def _done(house: House, check: AddressCheck) -> Response:
    return page(done(house.config.tenants[check.tenant].name, check.language))


def _gone(request: Request) -> Response:
    """Say the same of all that is not there, or not any more."""
    return page(gone(wished(request) or FALLBACK), 404)
