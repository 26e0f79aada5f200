"""What an email says besides its attachment: subject, plain text and HTML, in five languages.

The wording is data: `hub/texts/<language>.toml`, with the operator's own on top. Figures and labels
are those of the letters (`formats.letter.wording`), so that mail and letter speak alike.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from formats.letter.wording import Wording, wording
from formats.model import (
    ZERO,
    ClaimItem,
    Document,
    Invoice,
    Party,
    PaymentInstructions,
    Reminder,
    ReminderLevel,
    Statement,
    Totals,
    kind_of,
)

TEXTS = Path(__file__).parent / "texts"
FALLBACK = "en"
ROWS_AT_MOST = 20
EVERYWHERE = frozenset({"number", "date", "total", "seller", "buyer"})
VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "frame.greeting": frozenset(),
        "frame.farewell": frozenset(),
        "frame.copy_subject": frozenset({"subject"}),
        "frame.copy": frozenset(),
        "frame.more": frozenset({"count"}),
        "frame.link": frozenset({"until"}),
        "frame.link_button": frozenset(),
    }
    | {
        f"{kind}.{part}": EVERYWHERE | extra
        for kind, extra in {
            "invoice": {"due_date"},
            "credit_note": {"due_date"},
            "statement": set(),
            **{f"reminder.{level}": {"deadline"} for level in ReminderLevel},
        }.items()
        for part in ("subject", "opening", "closing")
    }
)
"""Every text there is, and the values it may use."""

_PLAIN = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_HTML = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


class FaultyTexts(Exception):
    """The operator's texts cannot be used. The message lists every fault."""


class MailText(NamedTuple):
    """What goes into the message."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str
    weighty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where the document can be fetched that does not go along, and until which day."""

    url: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """The same as the message says it."""

    url: str
    words: str
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """All that `mail.html` and `mail.txt` print, as plain strings.

    Attributes:
        columns, rows: open items of a reminder, at most ROWS_AT_MOST; the last column is money.
        more: says how many more there are, or nothing.
        footer: who the seller is, as commercial law wants it on a business letter.
    """

    language: str
    subject: str
    greeting: str
    opening: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str
    facts: tuple[Fact, ...]
    closing: tuple[str, ...]
    farewell: str
    seller: str
    footer: tuple[str, ...]
    link: LinkLine | None

    @property
    def table(self) -> str:
        """The rows as aligned text, the last column to the right."""
        lines = [self.columns, *self.rows]
        widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
        text = "\n".join("  " + "  ".join(_padded(line, widths)) for line in lines)
        return f"{text}\n  {self.more}" if self.more else text

    @property
    def list(self) -> str:
        """The facts as aligned text."""
        width = max(len(fact.label) for fact in self.facts)
        return "\n".join(f"  {fact.label + ':':<{width + 1}}  {fact.value}" for fact in self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTexts:
    """The wording of every language, ready to be filled: language, then key, to template."""

    templates: Mapping[str, Mapping[str, Template]]

    def language(self, wished: str) -> str:
        """Return the language that is spoken to somebody who wishes `wished`."""
        primary = wished.split("-", maxsplit=1)[0].lower()
        return primary if primary in self.templates else FALLBACK


def mail_texts(own: Mapping[str, str] | None = None) -> MailTexts:
    r"""Return the shipped wording with `own` on top.

    Args:
        own: language to TOML text; may hold any part of a shipped language, or all of a new one.

    Raises:
        FaultyTexts: with every fault.

    >>> texts = mail_texts({"de": '[invoice]\nsubject = "Ihre Rechnung {{ number }}"'})
    >>> texts.templates["de"]["invoice.subject"].render(number="R-1")
    'Ihre Rechnung R-1'
    """
    faults: list[str] = []
    texts = {path.stem: dict(_flat(tomllib.loads(path.read_text("utf-8")))) for path in _shipped()}
    for language, toml in (own or {}).items():
        texts[language] = texts.get(language, {}) | _own(language, toml, faults)
    templates = {language: _compiled(language, entry, faults) for language, entry in texts.items()}
    if faults:
        raise FaultyTexts("\n".join(faults))
    return MailTexts(templates=templates)


@cache
def shipped_texts() -> MailTexts:
    """Return the shipped wording."""
    return mail_texts()


def mail_text(
    document: Document,
    *,
    language: str,
    copy: bool = False,
    link: Link | None = None,
    texts: MailTexts | None = None,
) -> MailText:
    """Return subject, plain text and HTML of the email that carries `document`.

    Args:
        document: a checked document.
        language: BCP 47 tag of the recipient; English where there is no wording for it.
        copy: the document itself goes another way, and this is a courtesy.
        link: where it can be fetched; None if it is attached.
        texts: wording with the operator's own; the shipped one by default.

    >>> from datetime import date
    >>> invoice = Invoice(
    ...     number="R-1", issue_date=date(2026, 3, 1), seller=Party(name="Muster AG")
    ... )
    >>> mail_text(invoice, language="en").subject
    'Invoice R-1 from Muster AG'
    """
    texts = texts or shipped_texts()
    spoken = texts.language(language)
    mail = _mail(document, texts.templates[spoken], wording(spoken), copy=copy, link=link)
    plain, html = (_frame(name).render(mail=mail) for name in ("mail.txt", "mail.html"))
    return MailText(subject=mail.subject, text=plain.strip() + "\n", html=html)


@cache
def _frame(name: str) -> Template:
    environment = _HTML if name.endswith(".html") else _PLAIN
    return environment.from_string((TEXTS / name).read_text("utf-8"))


def _shipped() -> list[Path]:
    return sorted(TEXTS.glob("*.toml"))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _own(language: str, toml: str, faults: list[str]) -> dict[str, str]:
    try:
        entries = dict(_flat(tomllib.loads(toml)))
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{language}: not a TOML file: {error}")
        return {}
    faults += [f"{language}: unknown text `{key}`" for key in entries if key not in VALUES]
    faults += [
        f"{language}: `{key}` must be text"
        for key, value in entries.items()
        if key in VALUES and not isinstance(value, str)
    ]
    return {key: text for key, text in entries.items() if key in VALUES and isinstance(text, str)}


def _compiled(language: str, entries: Mapping[str, str], faults: list[str]) -> dict[str, Template]:
    faults += [f"{language}: text `{key}` is missing" for key in VALUES if key not in entries]
    templates = {}
    for key, text in entries.items():
        try:
            used = meta.find_undeclared_variables(_PLAIN.parse(text))
            templates[key] = _PLAIN.from_string(text)
        except TemplateSyntaxError as error:
            faults.append(f"{language}: `{key}`: {error}")
            continue
        for name in sorted(used - VALUES[key]):
            known = ", ".join(sorted(VALUES[key])) or "none"
            faults.append(f"{language}: `{key}` uses `{name}`; known here: {known}")
    return templates


def _mail(
    document: Document,
    templates: Mapping[str, Template],
    words: Wording,
    *,
    copy: bool,
    link: Link | None,
) -> Mail:
    kind: str = kind_of(document)
    if isinstance(document, Reminder):
        kind = f"reminder.{document.level}"
    values = _values(document, words)

    def say(key: str, **others: str) -> str:
        text = templates[key].render(
            {name: value for name, value in (values | others).items() if name in VALUES[key]}
        )
        return text.strip()

    subject = _one_line(say(f"{kind}.subject"))
    closing = _paragraphs(say(f"{kind}.closing"))
    items = document.items if isinstance(document, Reminder) else ()
    return Mail(
        language=words.language,
        subject=_one_line(say("frame.copy_subject", subject=subject)) if copy else subject,
        greeting=say("frame.greeting"),
        opening=_paragraphs(say(f"{kind}.opening")),
        columns=tuple(words.label(name) for name in ("item_document", "due_date", "item_open")),
        rows=tuple(_row(item, document.currency or "", words) for item in items[:ROWS_AT_MOST]),
        more=say("frame.more", count=str(len(items) - ROWS_AT_MOST))
        if len(items) > ROWS_AT_MOST
        else "",
        facts=tuple(_facts(document, words)),
        closing=(*closing, say("frame.copy")) if copy else closing,
        farewell=say("frame.farewell"),
        seller=values["seller"],
        footer=tuple(_footer(document.seller or Party(), words)),
        link=LinkLine(
            url=link.url,
            words=say("frame.link", until=words.day(link.until)),
            button=say("frame.link_button"),
        )
        if link
        else None,
    )


def _values(document: Document, words: Wording) -> dict[str, str]:
    """Return what the texts may use; all of it one line, without control characters."""
    values = {
        "number": _one_line(document.number or ""),
        "date": words.day(document.issue_date) if document.issue_date else "",
        "seller": _one_line(document.seller.name or "" if document.seller else ""),
        "buyer": _one_line(document.buyer.name or "" if document.buyer else ""),
    }
    match document:
        case Invoice():
            due = document.due_date
            return values | {
                "total": _invoice_total(document, words),
                "due_date": words.day(due) if due else "",
            }
        case Reminder():
            by = document.pay_by
            return values | {
                "total": words.money(document.total, document.currency),
                "deadline": words.say("letter.by", date=words.day(by))
                if by
                else words.say("letter.at_once"),
            }
        case Statement():
            return values | {"total": words.money(document.balance, document.currency)}


def _invoice_total(invoice: Invoice, words: Wording) -> str:
    totals = invoice.totals or Totals()
    amount = totals.with_vat if invoice.is_credit_note else totals.due
    return "" if amount is None else words.money(amount, invoice.currency)


def _facts(document: Document, words: Wording) -> Iterator[Fact]:
    match document:
        case Invoice():
            yield from _invoice_facts(document, words)
        case Reminder():
            if document.fee:
                fee = words.money(document.fee, document.currency)
                yield Fact(label=words.label("fee"), value=fee)
            if document.interest:
                interest = words.money(document.interest, document.currency)
                yield Fact(label=words.label("interest"), value=interest)
            total = words.money(document.total, document.currency)
            yield Fact(label=words.label("due"), value=total, weighty=True)
            yield from _account(document.payment, document.number, words)
        case Statement():
            yield Fact(label=words.label("customer"), value=_one_line(document.customer))
            balance = words.money(document.balance, document.currency)
            yield Fact(label=words.label("balance"), value=balance, weighty=True)


def _invoice_facts(invoice: Invoice, words: Wording) -> Iterator[Fact]:
    credit = invoice.is_credit_note
    number = "credit_note_number" if credit else "invoice_number"
    yield Fact(label=words.label(number), value=_one_line(invoice.number or ""))
    for label, value in (
        ("buyer_reference", invoice.buyer_reference),
        ("purchase_order", invoice.purchase_order),
    ):
        if value:
            yield Fact(label=words.label(label), value=_one_line(value))
    if total := _invoice_total(invoice, words):
        label = words.label("credited" if credit else "due")
        yield Fact(label=label, value=total, weighty=True)
    due = invoice.totals.due if invoice.totals else None
    if credit or not due or due <= ZERO:
        return
    if invoice.due_date:
        yield Fact(label=words.label("due_date"), value=words.day(invoice.due_date))
    yield from _account(invoice.payment, invoice.number or "", words)


def _account(payment: PaymentInstructions | None, number: str, words: Wording) -> Iterator[Fact]:
    if payment is None or payment.direct_debit:
        return
    for transfer in payment.credit_transfers[:1]:
        if transfer.account:
            yield Fact(label=words.label("account"), value=_grouped(transfer.account))
            remittance = _one_line(payment.remittance or number)
            yield Fact(label=words.label("remittance"), value=remittance)


def _footer(seller: Party, words: Wording) -> Iterator[str]:
    address = seller.address
    if address:
        place = " ".join(filter(None, (address.post_code, address.city)))
        street = ", ".join(filter(None, (address.line_1, place, address.country)))
        yield _one_line(", ".join(filter(None, (seller.name, street))))
    if seller.contact:
        contact = (seller.contact.phone, seller.contact.email)
        if line := " · ".join(filter(None, contact)):
            yield _one_line(line)
    if seller.legal_information:
        yield _one_line(seller.legal_information)
    if seller.vat_identifier:
        yield f"{words.label('vat_identifier')} {_one_line(seller.vat_identifier)}"


def _row(item: ClaimItem, currency: str, words: Wording) -> tuple[str, ...]:
    due = words.day(item.due_date) if item.due_date else "-"
    return (_one_line(item.number), due, words.money(item.open, currency))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split("\n")) for part in text.split("\n\n") if part.strip())


def _grouped(account: str) -> str:
    compact = "".join(_one_line(account).split())
    return " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))


def _one_line(text: str) -> str:
    """Return `text` without line breaks, control and direction characters."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if at == len(widths) - 1 else cell.ljust(width)
