"""The message as a whole: all that its two templates print, and the two printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, Template

from formats.letter.wording import Wording, wording
from formats.model import Document, Party, Reminder, kind_of
from hub.mail_texts.facts import Fact, facts_of, footer_of, one_line, row_of, values_of
from hub.mail_texts.wording import TEXTS, VALUES, MailTexts, shipped_texts

ROWS_AT_MOST = 20


class MailText(NamedTuple):
    """What goes into the message."""

    subject: str
    text: str
    html: str


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
        invitation: to choose how invoices come.
    """

    language: str
    subject: str
    greeting: str
    opening: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: str = ""
    facts: tuple[Fact, ...] = ()
    closing: tuple[str, ...]
    farewell: str
    seller: str
    footer: tuple[str, ...]
    link: LinkLine | None
    invitation: LinkLine | None = None

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


def mail_text(
    document: Document,
    *,
    language: str,
    copy: bool = False,
    link: Link | None = None,
    invitation: str = "",
    texts: MailTexts | None = None,
) -> MailText:
    """Return subject, plain text and HTML of the email that carries `document`.

    Args:
        document: a checked document.
        language: BCP 47 tag of the recipient; English where there is no wording for it.
        copy: the document itself goes another way, and this is a courtesy.
        link: where it can be fetched; None if it is attached.
        invitation: address where the recipient chooses how invoices come; empty for none.
        texts: wording with the operator's own; the shipped one by default.

    >>> from datetime import date
    >>> from formats.model import Invoice
    >>> invoice = Invoice(
    ...     number="R-1", issue_date=date(2026, 3, 1), seller=Party(name="Muster AG")
    ... )
    >>> mail_text(invoice, language="en").subject
    'Invoice R-1 from Muster AG'
    """
    texts = texts or shipped_texts()
    spoken = texts.language(language)
    mail = _mail(document, texts.templates[spoken], wording(spoken), copy=copy, link=link)
    if invitation:
        words = texts.templates[spoken]["frame.invitation"].render().strip()
        mail = replace(mail, invitation=LinkLine(url=invitation, words=words, button=""))
    return printed(mail)


def printed(mail: Mail) -> MailText:
    """Return a message as its two templates print it."""
    plain, html = (_frame(name).render(mail=mail) for name in ("mail.txt", "mail.html"))
    return MailText(subject=mail.subject, text=plain.strip() + "\n", html=html)


@cache
def _frame(name: str) -> Template:
    """Return a frame: it is ours and needs no sandbox, which looks at each name twice."""
    frames = Environment(undefined=StrictUndefined, autoescape=name.endswith(".html"))
    return frames.from_string((TEXTS / name).read_text("utf-8"))


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
    values = values_of(document, words)

    def say(key: str, **others: str) -> str:
        text = templates[key].render(
            {name: value for name, value in (values | others).items() if name in VALUES[key]}
        )
        return text.strip()

    subject = one_line(say(f"{kind}.subject"))
    closing = paragraphs(say(f"{kind}.closing"))
    items = document.items if isinstance(document, Reminder) else ()
    return Mail(
        language=words.language,
        subject=one_line(say("frame.copy_subject", subject=subject)) if copy else subject,
        greeting=say("frame.greeting"),
        opening=paragraphs(say(f"{kind}.opening")),
        columns=tuple(words.label(name) for name in ("item_document", "due_date", "item_open")),
        rows=tuple(row_of(item, document.currency or "", words) for item in items[:ROWS_AT_MOST]),
        more=say("frame.more", count=str(len(items) - ROWS_AT_MOST))
        if len(items) > ROWS_AT_MOST
        else "",
        facts=tuple(facts_of(document, words)),
        closing=(*closing, say("frame.copy")) if copy else closing,
        farewell=say("frame.farewell"),
        seller=values["seller"],
        footer=tuple(footer_of(document.seller or Party(), words)),
        link=LinkLine(
            url=link.url,
            words=say("frame.link", until=words.day(link.until)),
            button=say("frame.link_button"),
        )
        if link
        else None,
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Return a text's paragraphs, each as one line."""
    return tuple(" ".join(part.split("\n")) for part in text.split("\n\n") if part.strip())


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if at == len(widths) - 1 else cell.ljust(width)
