"""What reminder and statement runs have sent, by run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response

from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.runs.plan import Sent
from hub.store import claims
from hub.store.claims import SentMessage

SHOWN: Final = 200
"""Messages of each kind."""
_KINDS: Final = ("reminders", "statements")

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and the first item that it was about."""

    sent: SentMessage
    first: Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run and its messages; `key` is tenant, kind and day."""

    key: str
    messages: Sequence[Message]


@router.get("/runs")
def listed(house: TheHouse, visitor: Signed) -> Response:
    """Show the last runs and whom they wrote to."""
    with house.database.transaction() as connection:
        found = [
            sent
            for kind in _KINDS
            for sent in claims.messages(connection, visitor.tenant, kind, limit=SHOWN)
        ]
    messages = [
        Message(sent=sent, first=msgspec.json.decode(sent.first, type=Sent)) for sent in found
    ]
    return page("runs.html", visitor, runs=_runs(messages), shown=SHOWN)


def _runs(messages: Sequence[Message]) -> list[Run]:
    """Put messages under their runs, the last day first."""
    ordered = sorted(messages, key=lambda m: (m.first.on, m.first.run), reverse=True)
    groups = groupby(ordered, key=lambda m: m.first.run)
    return [Run(key=key, messages=list(own)) for key, own in groups]
