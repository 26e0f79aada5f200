"""What recipients change themselves: another road, or another address once it is confirmed there.

All of it is filed as said by the recipient himself. A confirmation that is interrupted and repeated
changes nothing a second time.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from archive.archive import Archive
from archive.entry import Draft
from hub.pipeline.address_checks import task_for, token_of
from hub.pipeline.evidence import json_item
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients
from hub.pipeline.tokens import hash_of
from hub.store import address_checks, invitations, work
from hub.store.address_checks import AddressCheck
from hub.store.consents import How
from hub.store.database import Database
from hub.store.invitations import Invitation
from hub.wishes.answering import let_rest
from hub.wishes.choices import Choices, choices, wishing
from hub.wishes.consenting import Act, Agreement, NoConsent, give, withdraw
from hub.wishes.proposals import Roads
from routing_rules.recipient import Consent, Recipient

WHO: Final = "the recipient himself, by a link that was sent to him"
VALID: Final = timedelta(hours=24)
"""For which a mail to a new address can be answered."""
FORGOTTEN: Final = timedelta(days=7)
"""After its end a new address that nobody answered for is kept as long as this, then no more."""
CHECKS_A_DAY: Final = 5
"""Mails to new addresses on behalf of one recipient; nobody's mailbox is filled by our hand."""


def invitation_of(house: House, token: str) -> Invitation | None:
    """Return the invitation of a token, open or not."""
    with house.database.transaction() as connection:
        return invitations.get(connection, hash_of(token))


def check_of(house: House, token: str) -> AddressCheck | None:
    """Return the check of a token that can be answered, or was."""
    with house.database.transaction() as connection:
        check = address_checks.of_token(connection, hash_of(token))
        invitation = invitations.get(connection, check.invitation) if check else None
    if check is None or invitation is None or house.clock() >= check.expires_at:
        return None
    return check if check.confirmed_at or not invitation.revoked_at else None


def ask_for_email(
    house: House, invitation: Invitation, choice: Choices, *, email: str, words: str
) -> bool:
    """Have the mail sent that asks at an address; False if that was done often enough today."""
    now, check = house.clock(), house.new_id()
    with house.database.transaction() as connection:
        work.lock(connection, f"address-check {invitation.tenant} {invitation.recipient}")
        of_today = address_checks.count_since(
            connection, invitation.tenant, invitation.recipient, now - timedelta(days=1)
        )
        if of_today >= CHECKS_A_DAY:
            return False
        new = AddressCheck(
            id=check,
            token_sha256=hash_of(token_of(house, check)),
            invitation=invitation.token_sha256,
            tenant=invitation.tenant,
            recipient=invitation.recipient,
            language=invitation.language,
            channel=choice.channels["email"],
            email=email,
            words=words,
            made_at=now,
            expires_at=now + VALID,
        )
        address_checks.add(connection, new)
        work.put(connection, [task_for(house, new)])
    house.nudge()
    return True


def forget_unanswered(house: House) -> int:
    """Remove new addresses that were not confirmed in time; returns how many."""
    with house.database.transaction() as connection:
        return address_checks.forget_unanswered(connection, house.clock() - FORGOTTEN)


def confirm_email(house: House, check: AddressCheck) -> bool:
    """Let invoices go to an address from now on; False if that is not possible any more."""
    if check.confirmed_at:
        return True
    with house.database.transaction() as connection:
        invitation = invitations.get(connection, check.invitation)
    choice = choices(house, invitation) if invitation else None
    if choice is None or check.channel not in choice.channels.values():
        return False
    agreed = Agreement(
        recipient=check.recipient,
        consent=Consent.EMAIL,
        on=house.clock().date(),
        how=How.SELF_SERVICE,
        words=check.words,
    )
    give(house.database, house.archive, _act(house, check.tenant), [agreed])
    _change(house, check.tenant, replace(choice.entry, email=check.email), check.channel)
    with house.database.transaction() as connection:
        address_checks.change(connection, check.id, confirmed_at=house.clock())
        invitations.revoke(connection, check.tenant, check.recipient, now=house.clock())
    return True


def choose_post(house: House, invitation: Invitation, choice: Choices, *, words: str) -> None:
    """Let invoices go by post from now on; a consent to email ends with that, and its proposals."""
    tenant = invitation.tenant
    for consent in (Consent.EMAIL, Consent.LINK):
        with suppress(NoConsent):
            withdraw(
                house.database,
                house.archive,
                _act(house, tenant),
                recipient=invitation.recipient,
                consent=consent,
                how=How.SELF_SERVICE,
                words=words,
            )
    _change(house, tenant, choice.entry, choice.channels["print"])
    emails = sorted(Roads.of(house.rules).of_kind("email"))
    roads = [(invitation.recipient, channel) for channel in emails]
    let_rest(house, tenant, roads, who=WHO, why=words)


def revoke(database: Database, archive: Archive, act: Act, recipient: str) -> int:
    """Close all invitations of a recipient in somebody's name; returns how many were open.

    What waits for an answer at a new address ends with them.
    """
    with database.transaction() as connection:
        closed = invitations.revoke(connection, act.tenant, recipient, now=act.at)
        if closed:
            draft = Draft(
                key=f"{act.id}/invitations-revoked",
                tenant=act.tenant,
                subject=act.id,
                kind="operator",
                step="invitations-revoked",
                fields={"who": act.who, "count": str(closed)},
                items=(json_item("revoked", {"customer": recipient}),),
            )
            archive.append([draft])
    return closed


def _change(house: House, tenant: str, entry: Recipient, channel: str) -> None:
    change = Change(
        id=house.new_id(),
        at=house.clock(),
        tenant=tenant,
        who=WHO,
        entries=[replace(wishing(entry, channel, Roads.of(house.rules)), consents=())],
        is_chosen=True,
    )
    change_recipients(house.database, house.archive, change)


def _act(house: House, tenant: str) -> Act:
    return Act(id=house.new_id(), at=house.clock(), tenant=tenant, who=WHO)
