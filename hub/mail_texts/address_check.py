"""The email that asks whether an address was meant: it carries no document."""

from formats.letter.wording import wording
from formats.model import Party
from hub.mail_texts.facts import footer_of, one_line
from hub.mail_texts.message import LinkLine, Mail, MailText, paragraphs, printed
from hub.mail_texts.wording import MailTexts, shipped_texts


def address_check_text(
    seller: Party, *, language: str, url: str, texts: MailTexts | None = None
) -> MailText:
    """Return subject, plain text and HTML of the mail to an address that somebody entered.

    >>> text = address_check_text(Party(name="Muster AG"), language="en", url="https://a.example/s")
    >>> text.subject
    'Please confirm your email address for invoices from Muster AG'
    """
    texts = texts or shipped_texts()
    spoken = texts.language(language)
    name = one_line(seller.name or "")
    templates = texts.templates[spoken]

    def say(key: str) -> str:
        return templates[key].render({"seller": name}).strip()

    return printed(
        Mail(
            language=spoken,
            subject=one_line(say("address_check.subject")),
            greeting=say("frame.greeting"),
            opening=paragraphs(say("address_check.opening")),
            closing=paragraphs(say("address_check.closing")),
            farewell=say("frame.farewell"),
            seller=name,
            footer=tuple(footer_of(seller, wording(spoken))),
            link=LinkLine(
                url=url, words=say("address_check.link"), button=say("address_check.button")
            ),
        )
    )
