"""What states, proofs and people are called on every page: one table each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formats.findings import Actor
from hub.store.deliveries import GATHERED
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState
from outbound.channel import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A state for people.

    Attributes:
        label: two or three words for tables.
        sentence: what it means, and what it does not.
        tone: how it is drawn: `person` must act, `busy`, `handed` over, `proven`, `quiet`.
    """

    label: str
    sentence: str
    tone: str


STATES: Final[Mapping[str, Words]] = {
    DocumentState.PARKED: Words(
        label="Needs a person",
        sentence="Nothing leaves until somebody mends the cause.",
        tone="person",
    ),
    DocumentState.IN_DOUBT: Words(
        label="In doubt",
        sentence="It may have arrived or not: the line went dead before the answer. It is not sent "
        "again and takes no other road until this is known.",
        tone="person",
    ),
    DocumentState.WORKING: Words(
        label="In the house",
        sentence="It is being read, enriched, checked or routed. Nothing has left yet.",
        tone="busy",
    ),
    DocumentState.SENDING: Words(
        label="On its way out",
        sentence="Nobody else has taken it over yet.",
        tone="busy",
    ),
    DeliveryState.WAITING: Words(
        label="Waits to leave",
        sentence="Nothing has left, or what was tried did not succeed and is tried again.",
        tone="busy",
    ),
    GATHERED: Words(
        label="Waits for print job",
        sentence="It leaves with the print partner's next job, at the cut-off.",
        tone="busy",
    ),
    DocumentState.HANDED_OVER: Words(
        label="Handed over",
        sentence="The next party has taken it over. That it reached the recipient is not proved.",
        tone="handed",
    ),
    DeliveryState.ACCEPTED_BY_NETWORK: Words(
        label="Taken by network",
        sentence="The network or print partner has processed it. That it reached the recipient is "
        "not proved.",
        tone="handed",
    ),
    DocumentState.DELIVERED: Words(
        label="Delivered",
        sentence="The far end has confirmed that it arrived; of a letter, that it was posted.",
        tone="proven",
    ),
    DeliveryState.BUSINESS_ACCEPTED: Words(
        label="Accepted",
        sentence="The recipient has accepted it.",
        tone="proven",
    ),
    DeliveryState.REJECTED: Words(
        label="Refused",
        sentence="This road has ended for good, and there was no other.",
        tone="person",
    ),
    DocumentState.DUPLICATE: Words(
        label="Duplicate",
        sentence="The same number came before and goes out once. This one stays here.",
        tone="quiet",
    ),
    DocumentState.SUPERSEDED: Words(
        label="Replaced",
        sentence="A corrected file has taken its place. This one stays here.",
        tone="quiet",
    ),
    DocumentState.CANCELLED: Words(
        label="Cancelled",
        sentence="A person has stopped it before it left.",
        tone="quiet",
    ),
    SubmissionState.RECEIVED: Words(
        label="Received",
        sentence="The file is kept and waits to be read.",
        tone="busy",
    ),
    SubmissionState.READ: Words(
        label="Read",
        sentence="Its documents go their own ways.",
        tone="quiet",
    ),
}
"""Every state of a file, a document or a delivery, those that need a person first."""

_OF_KIND: Final[Mapping[tuple[str, str], Words]] = {
    ("email", DocumentState.DELIVERED): Words(
        label="Delivered",
        sentence="The recipient's mail server has confirmed that it arrived.",
        tone="proven",
    ),
    ("peppol", DocumentState.DELIVERED): Words(
        label="Delivered",
        sentence="The receiving side has confirmed that it arrived.",
        tone="proven",
    ),
    ("ipp", DocumentState.DELIVERED): Words(
        label="Printed",
        sentence="The printer has reported that it was printed. That it was posted is not known.",
        tone="handed",
    ),
    ("print", DocumentState.DELIVERED): Words(
        label="Posted",
        sentence="The print partner has reported that it was posted. That it reached the recipient "
        "is not proved.",
        tone="handed",
    ),
}
"""(kind of channel, state) to its words, where they are others."""

EVIDENCE: Final[Mapping[tuple[str, str], str]] = {
    ("email", DeliveryState.HANDED_OVER): "the next mail server's answer after the last byte",
    ("email", DeliveryState.DELIVERED): "a delivery report of the recipient's mail server (DSN)",
    ("email", DeliveryState.REJECTED): "a bounce, or the mail server's refusal",
    ("sftp", DeliveryState.HANDED_OVER): "name, size and hash of the file on the partner's server",
    ("sftp", DeliveryState.DELIVERED): "the partner's answer, or that he has taken the file away",
    ("sftp", DeliveryState.REJECTED): "the partner's answer, or his server's refusal",
    ("peppol", DeliveryState.HANDED_OVER): "the access point's answer",
    ("peppol", DeliveryState.DELIVERED): "the receiving side's message-level status",
    ("peppol", DeliveryState.REJECTED): "the access point's or the receiving side's refusal",
    ("ipp", DeliveryState.HANDED_OVER): "the printer's answer, with the number of the job",
    ("ipp", DeliveryState.DELIVERED): "the printer's word that the job has ended well. Where the "
    "paper went is not known",
    ("ipp", DeliveryState.REJECTED): "the printer's word that the job was cancelled or given up, "
    "or its refusal",
    ("print", DeliveryState.HANDED_OVER): "name and size of the print job on the partner's server",
    ("print", DeliveryState.ACCEPTED_BY_NETWORK): "the print partner's return file: printed",
    ("print", DeliveryState.DELIVERED): "the print partner's return file: posted. How the post "
    "went on is not known",
    ("print", DeliveryState.REJECTED): "the print partner's return file, or its refusal",
}
"""(kind of channel, state) to what proves it."""

_STRENGTH: Final[Mapping[str, str]] = {
    DeliveryState.HANDED_OVER: "technical proof",
    DeliveryState.ACCEPTED_BY_NETWORK: "proof of the network",
    DeliveryState.DELIVERED: "proof of delivery",
    DeliveryState.BUSINESS_ACCEPTED: "the recipient's own word",
    DeliveryState.REJECTED: "proof of refusal",
}
"""State to how much its evidence is worth; other states have none."""

ACTORS: Final[Mapping[str, str]] = {
    Actor.ERP: "the ERP",
    Actor.OPERATOR: "you, the operator",
    Actor.CUSTOMER: "the customer",
}
"""Who must act."""

KINDS: Final[Mapping[str, str]] = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "reminder": "Reminder",
    "statement": "Statement",
}
"""What a document is."""

ROOMS: Final[Mapping[str, str]] = {
    "receive": "Received",
    "read": "Read",
    "enrich": "Enriched",
    "check": "Checked",
    "route": "Routed",
    "render": "Rendered",
    "sign": "Signed",
    "renew": "Stamped anew",
    "send": "Sending",
    "resolve": "Asked again",
    "confirm": "Reported",
    "link": "Link",
    "address-check": "New address",
    "print": "Print job",
    "resubmit": "Operator",
    "cancel": "Cancelled",
    "by-hand": "Operator",
    "unconfirmed": "Silence",
    "deadline": "Deadline",
    "settle": "Operator",
    "address-book": "Address book",
    "consent": "Consent",
    "consent-withdrawn": "Consent taken back",
    "road-declined": "Proposal declined",
    "answer": "Sender told",
}
"""Room or act to the word in a timeline."""

_NAMED = re.compile(rf"^((?:\S+ reports )?)({'|'.join(DeliveryState)})( by |: )")
"""Where the rooms name a state in a line; what comes after it are the peer's own words."""
_UNKNOWN = Words(label="Unknown state", sentence="This console does not know it.", tone="quiet")


def words(state: str, kind: str = "") -> Words:
    """Return what a state is called, by this kind of channel where that is known.

    >>> words("handed_over").label, words("delivered", "print").label
    ('Handed over', 'Posted')
    """
    return _OF_KIND.get((kind, state)) or STATES.get(state, _UNKNOWN)


def strength(kind: str, state: str) -> str:
    """Return how much the evidence of a state is worth; empty where it has none.

    >>> strength("email", "delivered"), strength("print", "delivered")
    ('proof of delivery', 'proof of posting')
    """
    if (kind, state) == ("print", DeliveryState.DELIVERED):
        return "proof of posting"
    return _STRENGTH.get(state, "")


def evidence(kind: str, state: str) -> str:
    """Return what proves that a channel of this kind has brought a parcel so far.

    >>> evidence("peppol", "handed_over")
    "the access point's answer"
    """
    return EVIDENCE.get((kind, state), "")


def told(text: str) -> str:
    """Return a line of a timeline with the state that it begins with or reports in our words.

    >>> told("handed_over by edi: kept"), told("email reports in_doubt: handed_over")
    ('handed over by edi: kept', 'email reports in doubt: handed_over')
    """
    return _NAMED.sub(lambda found: found[1] + words(found[2]).label.lower() + found[3], text, 1)
