"""What every letter has around its text: window, facts, sender, footer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from formats.codec import Material
from formats.letter.address import in_capitals, place_lines, postal_lines
from formats.letter.wording import Wording
from formats.model import Contact, CreditTransfer, Party, PaymentInstructions, PostalAddress

COMFORTABLE_LINE = 38  # characters at 10 pt in 80 mm, the limit of NF Z10-011
LONG_LINE = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Everything around the text of a letter, ready to print.

    Attributes:
        title: the subject line, also the PDF's title.
        created: date of the PDF's metadata.
        window: lines of the address; `size` is the CSS class that makes them fit.
        footer: three columns of lines.
        copy: says on each page that this is one, or nothing.
    """

    language: str
    title: str
    created: date
    sender: str
    tagline: str | None
    return_line: str
    window: tuple[str, ...]
    size: str
    facts: tuple[Fact, ...]
    footer: tuple[tuple[str, ...], ...]
    page: str
    copy: str


def heading(
    *,
    title: str,
    seller: Party,
    buyer: Party,
    facts: tuple[Fact, ...],
    payment: PaymentInstructions | None,
    material: Material,
    words: Wording,
    capitals: bool,
) -> Heading:
    """Return the heading of a letter from `seller` to `buyer`.

    With `capitals`, an address taken from the buyer is written as the French post wants it; one
    given in `material` is printed as it is.
    """
    sender_country = seller.address.country if seller.address else None
    derived = postal_lines(buyer, sender_country=sender_country)
    window = material.address_lines or (in_capitals(derived) if capitals else derived)
    sender = seller.trading_name or seller.name or ""
    return Heading(
        language=words.language,
        title=title,
        created=material.created,
        sender=sender,
        tagline=seller.name if seller.name != sender else None,
        return_line=" · ".join((sender, *_street_and_place(seller.address))),
        window=window,
        size=window_size(window),
        facts=facts,
        footer=_footer(seller, payment, words),
        page=words.label("page"),
        copy=words.label("copy") if material.copy else "",
    )


def contact_facts(contact: Contact | None, words: Wording) -> Iterator[Fact]:
    """Yield whom to ask, how."""
    if contact is None:
        return
    yield from facts_of(
        words, (("contact", contact.name), ("phone", contact.phone), ("email", contact.email))
    )


def facts_of(words: Wording, pairs: tuple[tuple[str, str | None], ...]) -> Iterator[Fact]:
    """Yield a Fact for each label name that has a value."""
    return (Fact(label=words.label(name), value=value) for name, value in pairs if value)


def grouped_iban(account: str) -> str:
    """Return an IBAN in groups of four.

    >>> grouped_iban("DE89370400440532013000")
    'DE89 3704 0044 0532 0130 00'
    """
    plain = account.replace(" ", "")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def is_iban(account: str) -> bool:
    """Return whether the check digits of `account` are those of an IBAN (ISO 13616, mod 97).

    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE89 3704 0044 0532 0130 01")
    (True, False)
    """
    plain = account.replace(" ", "").upper()
    if not (15 <= len(plain) <= 34 and plain.isascii() and plain.isalnum()):
        return False
    if not (plain[:2].isalpha() and plain[2:4].isdigit()):
        return False
    return int("".join(str(int(digit, 36)) for digit in plain[4:] + plain[:4])) % 97 == 1


def account_facts(transfer: CreditTransfer, words: Wording) -> Iterator[Fact]:
    """Yield account and bank."""
    if account := transfer.account:
        name, value = (
            ("account", grouped_iban(account)) if is_iban(account) else ("other_account", account)
        )
        yield Fact(label=words.label(name), value=value)
    if transfer.bank:
        yield Fact(label=words.label("bank"), value=transfer.bank)


def window_size(window: tuple[str, ...]) -> str:
    """Return the CSS class in which the longest line fits the window."""
    longest = max(map(len, window), default=0)
    if longest <= COMFORTABLE_LINE:
        return "comfortable"
    return "narrow" if longest <= LONG_LINE else "tight"


def _street_and_place(address: PostalAddress | None) -> Iterator[str]:
    if address:
        yield from filter(None, (address.line_1, *place_lines(address)))


def _footer(
    seller: Party, payment: PaymentInstructions | None, words: Wording
) -> tuple[tuple[str, ...], ...]:
    address = seller.address or PostalAddress()
    who = (seller.name, address.line_1, address.line_2, *place_lines(address))
    registration = seller.legal_registration
    ids = facts_of(
        words,
        (
            ("vat_identifier", seller.vat_identifier),
            ("tax_registration", seller.tax_registration),
            ("legal_registration", registration.value if registration else None),
        ),
    )
    transfers = payment.credit_transfers[:1] if payment else ()
    bank = (fact for transfer in transfers for fact in account_facts(transfer, words))
    legal = (seller.legal_information or "").splitlines()
    return (tuple(filter(None, who)), (*_lines(ids), *legal), tuple(_lines(bank)))


def _lines(facts: Iterator[Fact]) -> Iterator[str]:
    return (f"{fact.label} {fact.value}" for fact in facts)
