"""Who takes part: Party, its address, contact and identifiers (BG-4 to BG-12)."""

from formats.model.group import Group


class Identifier(Group, frozen=True, kw_only=True):
    """A value and the scheme that gives it meaning (ISO 6523 ICD, EAS, UNTDID 1153…)."""

    value: str
    scheme: str | None = None


class PostalAddress(Group, frozen=True, kw_only=True):
    """Where somebody is: BG-5, BG-8, BG-12, BG-15."""

    line_1: str | None = None
    line_2: str | None = None
    line_3: str | None = None
    city: str | None = None
    post_code: str | None = None
    subdivision: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2: BT-40, BT-55, BT-69, BT-80."""


class Contact(Group, frozen=True, kw_only=True):
    """Whom to ask: BG-6, BG-9."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


class Party(Group, frozen=True, kw_only=True):
    """Seller (BG-4), Buyer (BG-7), Payee (BG-10): one shape, the role is the field's name."""

    name: str | None = None
    """BT-27, BT-44, BT-59."""
    trading_name: str | None = None
    """BT-28, BT-45."""
    identifiers: tuple[Identifier, ...] = ()
    """BT-29, BT-46, BT-60."""
    legal_registration: Identifier | None = None
    """BT-30, BT-47, BT-61."""
    vat_identifier: str | None = None
    """BT-31, BT-48."""
    tax_registration: str | None = None
    """BT-32 (seller only)."""
    legal_information: str | None = None
    """BT-33 (seller only)."""
    electronic_address: Identifier | None = None
    """BT-34, BT-49, scheme from the EAS list."""
    address: PostalAddress | None = None
    contact: Contact | None = None


class TaxRepresentative(Group, frozen=True, kw_only=True):
    """Who answers for the seller's VAT: BG-11."""

    name: str | None = None
    """BT-62."""
    vat_identifier: str | None = None
    """BT-63."""
    address: PostalAddress | None = None
    """BG-12."""
