"""Decision and its parts: which rule matched, which roads follow, and every clause tried."""

from datetime import date
from typing import Literal

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule may ask besides document and recipient."""

    tenant: str
    sender: str
    """Which ERP or run submitted it."""
    today: date
    tags: tuple[str, ...] = ()
    email_needs_consent: bool = False
    """Whether invoices go by email only to who has agreed to that."""


class Print(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How a letter is printed and put into its envelope; unset: as the print partner does.

    Attributes:
        plex: on one side or both.
        colour: the partner's own word.
        inserts: what is put in with it, by the partner's names.
        together: whether it may share an envelope with other letters to the same address.
    """

    plex: Literal["", "simplex", "duplex"] = ""
    colour: str = ""
    inserts: tuple[str, ...] = ()
    together: bool = False


class Road(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way out: through `channel`, in `format`, signed with `signature`."""

    channel: str
    format: str
    signature: str | None = None
    print: Print | None = None


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One clause that was tried: what the rule wanted, what was there, whether it held."""

    rule: str
    clause: str
    wanted: str
    found: str
    held: bool


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A road that the rule offers and that is closed for this recipient, and why."""

    road: Road
    reason: str


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a document goes and why. Empty `roads`: nobody could say, a person must.

    Attributes:
        rule: name of the rule that matched, None if none did.
        because: its stated reason or law, for people.
        roads: in order: the first is taken, the next if it fails for good.
        copies: roads that are taken besides, each on its own, marked as copies.
        legal: the rule's road is required by law, so nothing may replace it.
        trials: every clause of every rule up to the match, in order.
        dropped: roads closed for this recipient.
        remarks: what else shaped the roads, for people: the recipient's wishes.
        rules_version: hex SHA-256 of the rule set that was in force, as it is kept.
    """

    rule: str | None
    because: str = ""
    roads: tuple[Road, ...] = ()
    copies: tuple[Road, ...] = ()
    legal: bool = False
    trials: tuple[Trial, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    remarks: tuple[str, ...] = ()
    rules_version: str = ""


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision rests on, so that it can be made again.

    Attributes:
        document: hex SHA-256 of the canonical document.
        recipient: the same of the Recipient, JSON.
        rules: the same of the rule set.
    """

    document: str
    recipient: str
    rules: str
    facts: Facts
