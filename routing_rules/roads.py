"""Kinds of roads out of the house, and what each needs to know to reach somebody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from formats.model import DocumentKind
from routing_rules.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the operator has set up; a rule may name nothing else.

    Attributes:
        channels: configured name to kind, in the order of the configuration.
        formats: format name to the kinds of documents it can carry.
        signatures: names of signatures.
    """

    channels: Mapping[str, str]
    formats: Mapping[str, frozenset[DocumentKind]]
    signatures: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, kind in self.channels.items():
            if kind not in KINDS:
                known = ", ".join(KINDS)
                raise ValueError(f"channel `{name}`: unknown kind `{kind}`; known are {known}")

    def channel(self, named: str) -> str | None:
        """Return the configured channel that a rule means: by its name, else the first of a kind.

        >>> house = Vocabulary(channels={"mail-de": "email", "mail-fr": "email"}, formats={})
        >>> house.channel("email"), house.channel("mail-fr"), house.channel("sdi")
        ('mail-de', 'mail-fr', None)
        """
        if named in self.channels:
            return named
        return next((name for name, kind in self.channels.items() if kind == named), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of channel.

    Attributes:
        meaning: what it is, for people.
        missing: what we do not know of the recipient and would have to, or None if that is enough.
    """

    meaning: str
    missing: Callable[[Recipient], str | None]


_WITHOUT_POST_CODE = frozenset({"AE", "HK", "IE", "MO", "QA"})
"""Where letters arrive without a post code (UPU addressing sheets)."""


def _email(recipient: Recipient) -> str | None:
    return None if recipient.email else "no email address is known"


def _endpoint(recipient: Recipient) -> str | None:
    return None if recipient.endpoint else "no electronic address on the network is known"


def _letter(recipient: Recipient) -> str | None:
    address = recipient.address
    if address is None:
        return "no postal address is known"
    parts = {
        "name": recipient.name,
        "street or PO box": address.line_1,
        "city": address.city,
        "post code": address.post_code or (address.country in _WITHOUT_POST_CODE),
    }
    missing = [part for part, value in parts.items() if not value]
    return f"the postal address lacks {', '.join(missing)}" if missing else None


def _nothing(_recipient: Recipient) -> str | None:
    return None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "email": Kind(meaning="email", missing=_email),
        "peppol": Kind(meaning="Peppol access point", missing=_endpoint),
        "sftp": Kind(meaning="SFTP partner", missing=_nothing),
        "print": Kind(meaning="print partner", missing=_letter),
        "ipp": Kind(meaning="printer in the house", missing=_nothing),
        "pa": Kind(meaning="French accredited platform (plateforme agréée)", missing=_nothing),
        "chorus": Kind(meaning="Chorus Pro, portal of the French public sector", missing=_nothing),
        "sdi": Kind(meaning="Sistema di Interscambio, Italy", missing=_nothing),
        "ksef": Kind(meaning="Krajowy System e-Faktur, Poland", missing=_nothing),
        "anaf": Kind(meaning="RO e-Factura, Romania", missing=_nothing),
        "face": Kind(meaning="FACe, entry point of the Spanish public sector", missing=_nothing),
    }
)
"""All kinds a rule may name, whether or not the operator has such a channel. A road through a kind
that is not configured is closed, and `lint` says so: a shipped rule of law must stop a document
rather than stop the house, and must never let it go another way."""
