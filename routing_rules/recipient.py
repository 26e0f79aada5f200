"""Recipient: what we know about the one a document goes to, beyond what the document says."""

from enum import StrEnum
from typing import Literal

import msgspec

from formats.model import Identifier, PostalAddress


class Consent(StrEnum):
    """What a recipient may agree to: how invoices come to him."""

    EMAIL = "email"
    LINK = "link"
    NETWORK = "network"
    PRINT = "print"


class Recipient(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer as the address book has him.

    Attributes:
        key: the tenant's own customer number; empty if he is not in the address book.
        group: a customer group of the operator's own, e.g. `public`, `key-account`.
        country: ISO 3166-1 alpha-2.
        language: BCP 47 primary tag.
        email: where documents go by email.
        address: where letters go.
        identifiers: VAT id, GLN, Leitweg-ID, SIRET…, scheme from EAS or ICD (`vat` for a VAT id).
        endpoint: electronic address on a network (EAS scheme).
        capabilities: what he can receive: `peppol-bis-3`, `xrechnung`, `facturx`…
        wishes: channel names in the order he asked for, empty if he did not.
        consents: what he has agreed to and not withdrawn.
        wants: how he wants files by email: `attachment`, `link`; empty: as large ones go.
        folder: his folder on an SFTP partner's side.
        smime_certificate: that emails to him are encrypted to, as the base64 of its DER.
        known: False if he was made up from the document alone.
    """

    key: str = ""
    name: str = ""
    group: str | None = None
    country: str | None = None
    language: str | None = None
    email: str | None = None
    address: PostalAddress | None = None
    identifiers: tuple[Identifier, ...] = ()
    endpoint: Identifier | None = None
    capabilities: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    wants: Literal["", "attachment", "link"] = ""
    folder: str | None = None
    smime_certificate: str | None = None
    known: bool = True
