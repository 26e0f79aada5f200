"""The pages on which recipients choose how their invoices come.

Looking changes nothing, so that programs which follow links in mail change nothing; only a form's
POST does, and an email address counts only once the mail that goes there is answered. Whether an
address was known is not to be seen.
"""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from archive.entry import ArchiveError
from hub.api.visits import Visits, filled_in, is_token, page, wait, wished
from hub.links.frame import FALLBACK
from hub.pipeline.house import House
from hub.pipeline.invitations import SELF_SERVICE_PATH
from hub.store.address_checks import AddressCheck
from hub.store.invitations import Invitation
from hub.wishes.choices import Choices, choices
from hub.wishes.page import (
    agreement,
    by_post,
    choosing,
    confirming,
    done,
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


def routes(house: House) -> APIRouter:
    """Return the routes below SELF_SERVICE_PATH."""
    router = APIRouter(prefix=SELF_SERVICE_PATH.rstrip("/"), include_in_schema=False)
    visits = Visits(house)
    _add_choosing(router, house, visits)
    _add_confirming(router, house, visits)
    return router


def _add_choosing(router: APIRouter, house: House, visits: Visits) -> None:
    @router.api_route("/{token}", methods=["GET", "HEAD"])
    def shown(token: str, request: Request) -> Response:
        """Show what there is to choose."""
        if not visits.lets_in(request):
            return wait(request)
        found = _open(house, token)
        return page(choosing(found[1], found[0].language)) if found else _gone(request)

    @router.post("/{token}")
    async def chosen(token: str, request: Request) -> Response:
        """Take what was chosen."""
        if not visits.lets_in(request):
            return wait(request)
        form = await filled_in(request)
        choice, answer = form.get("choice", ""), form.get("answer", "").strip()
        return await run_in_threadpool(_chosen, house, token, choice, answer, request)


def _add_confirming(router: APIRouter, house: House, visits: Visits) -> None:
    @router.api_route("/c/{token}", methods=["GET", "HEAD"])
    def asked(token: str, request: Request) -> Response:
        """Ask whether an address was meant."""
        if not visits.lets_in(request):
            return wait(request)
        check = _check(house, token)
        return page(_answer(house, check)) if check else _gone(request)

    @router.post("/c/{token}")
    def confirmed(token: str, request: Request) -> Response:
        """Take the answer: it was."""
        if not visits.lets_in(request):
            return wait(request)
        check = _check(house, token)
        try:
            if check is None or not confirm_email(house, check):
                return _gone(request)
        except ArchiveError:
            return wait(request, status=503)
        return page(_done(house, check))


def _chosen(house: House, token: str, choice: str, answer: str, request: Request) -> Response:
    found = _open(house, token)
    if found is None:
        return _gone(request)
    invitation, may = found
    if choice == "print" and choice in may.channels:
        return _post(house, invitation, may, request)
    if choice == "email" and choice in may.channels and (email := _address(answer)):
        words = agreement(may.seller, email, invitation.language)
        ask_for_email(house, invitation, may, email=email, words=words)
        return page(sent(invitation.language))
    again = choosing(may, invitation.language, chosen=choice, email=answer, wrong=True)
    return page(again, 422)


def _post(house: House, invitation: Invitation, may: Choices, request: Request) -> Response:
    try:
        words = wish_for_post(may.seller, invitation.language)
        choose_post(house, invitation, may, words=words)
    except ArchiveError:
        return wait(request, status=503)
    return page(by_post(invitation.language))


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


def _answer(house: House, check: AddressCheck) -> bytes:
    return _done(house, check) if check.confirmed_at else confirming(check.words, check.language)


def _done(house: House, check: AddressCheck) -> bytes:
    return done(house.config.tenants[check.tenant].name, check.language)


def _gone(request: Request) -> Response:
    """Say the same of all that is not there, or not any more."""
    return page(gone(wished(request) or FALLBACK), 404)
