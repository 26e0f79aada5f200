"""The command `consents`: what recipients agreed to; enter it, take it back, take a list."""

from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from archive.archive import Archive
from archive.entry import Item
from hub.cli.output import Misused, answer, table
from hub.cli.stated import said, tenant_of
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.store.consents import Given, How, reached_by_email
from hub.store.database import Database
from hub.wiring.archive import open_archive
from hub.wiring.clock import new_id, now
from hub.wiring.database import open_database
from hub.wishes.consenting import Act, Agreement, give, withdraw
from hub.wishes.history import History, history
from hub.wishes.lists import read_consents
from hub.wishes.self_service import revoke
from routing_rules.recipient import Consent

_Word = TypeVar("_Word", Consent, How)


def consents(options: Namespace) -> int:
    """Show, enter or end consents; end invitations to give some."""
    config = load(options.config)
    subject = said(options.subject, "which customer number, or which list")
    with closing(open_database(config)) as database, closing(open_archive(config)) as archive:
        if options.action == "show":
            return _show(options, database, tenant_of(options, config.tenants), subject)
        act = _act(options, config)
        if options.action == "withdraw":
            ended = _withdraw(options, database, archive, act, subject)
            return _told(options, ended, f"{len(ended)} consents of {subject} ended")
        if options.action == "uninvite":
            closed = revoke(database, archive, act, subject)
            answer(options, {"closed": closed}, [f"{closed} invitations of {subject} ended"])
            return 0
        new = give(database, archive, act, _agreements(options, act, subject))
        return _told(options, new, f"{len(new)} consents entered")


def asked_for(config: Config) -> str:
    """Look whether companies that ask for consent to email have any."""
    asking = [key for key, company in config.tenants.items() if company.email_needs_consent]
    if not asking:
        return "no company asks for consent to email"
    with closing(open_database(config)) as database, database.transaction() as connection:
        counts = {key: reached_by_email(connection, key) for key in asking}
    for key, (known, agreed) in counts.items():
        if known and not agreed:
            raise Faulty(
                f"tenant.{key}.email_needs_consent: none of {known} recipients with an email "
                "address has agreed, so no invoice goes by email; `facteur consents import` takes "
                "what they agreed to"
            )
    return "; ".join(f"{key}: {agreed} of {known} agree" for key, (known, agreed) in counts.items())


def _show(options: Namespace, database: Database, tenant: str, key: str) -> int:
    with database.transaction() as connection:
        found = history(connection, tenant, key)
    answer(options, found, _lines(found))
    return 0


def _lines(found: History) -> list[str]:
    if not found.moments:
        return ["nothing is known of wishes and consents"]
    agreed = ", ".join(sorted({each.consent for each in found.in_force})) or "nothing"
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M}", each.who, each.entry[:12], _sentence(each.text, each.words))
        for each in found.moments
    ]
    return [f"agrees to: {agreed}", *table(("at", "entered by", "evidence", "what"), rows)]


def _sentence(text: str, words: str) -> str:
    return f"{text}: {words}" if words else text


def _agreements(options: Namespace, act: Act, subject: str) -> Sequence[Agreement]:
    if options.action == "import":
        return read_consents(Path(subject).read_bytes().decode("utf-8-sig", errors="replace"))
    return [
        Agreement(
            recipient=subject,
            consent=_word(options.to, Consent, "--to"),
            on=options.on or act.at.date(),
            how=_word(options.how, How, "--how"),
            words=options.words,
        )
    ]


def _withdraw(
    options: Namespace, database: Database, archive: Archive, act: Act, key: str
) -> list[Given]:
    return withdraw(
        database,
        archive,
        act,
        recipient=key,
        consent=_word(options.to, Consent, "--to"),
        how=_word(options.how, How, "--how"),
        words=options.words,
    )


def _act(options: Namespace, config: Config) -> Act:
    file = Path(options.subject) if options.action == "import" else options.proof
    proof = (
        Item(
            role="proof",
            name=file.name,
            media_type="application/octet-stream",
            data=file.read_bytes(),
        )
        if file
        else None
    )
    return Act(
        id=new_id(),
        at=now(),
        tenant=tenant_of(options, config.tenants),
        who=said(options.who, "who you are: --as NAME"),
        proof=proof,
    )


def _told(options: Namespace, value: Sequence[Given], words: str) -> int:
    answer(options, value, [words])
    return 0


def _word(value: str | None, words: type[_Word], option: str) -> _Word:
    try:
        return words(value or "")
    except ValueError as error:
        raise Misused(f"say {option}: one of {', '.join(words)}") from error
