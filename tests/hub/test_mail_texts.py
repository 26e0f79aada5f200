import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree, html
from msgspec.structs import replace

from formats.model import (
    ClaimItem,
    Contact,
    CreditTransfer,
    DirectDebit,
    Document,
    Invoice,
    Party,
    PaymentInstructions,
    PostalAddress,
    Reminder,
    ReminderLevel,
    Statement,
    Totals,
)
from hub.mail_texts.message import Link, mail_text
from hub.mail_texts.wording import VALUES, FaultyTexts, mail_texts, shipped_texts

GOLDEN = Path(__file__).parent / "mail_texts"
DAY = date(2026, 11, 20)
SELLER = Party(
    name="Muster Pumpen AG",
    vat_identifier="DE123456789",
    legal_information="Amtsgericht Musterstadt HRB 1",
    address=PostalAddress(line_1="Werkstraße 5", post_code="10115", city="Berlin", country="DE"),
    contact=Contact(phone="+49 30 000000", email="debitoren@muster-pumpen.example"),
)
PAYMENT = PaymentInstructions(
    means_code="58", credit_transfers=(CreditTransfer(account="DE02120300000000202051"),)
)
INVOICE = Invoice(
    number="R-1",
    issue_date=DAY,
    type_code="380",
    currency="EUR",
    due_date=DAY + timedelta(days=30),
    purchase_order="4500012345",
    seller=SELLER,
    payment=PAYMENT,
    totals=Totals(with_vat=Decimal("1190.00"), paid=Decimal("190.00"), due=Decimal("1000.00")),
)
ITEM = ClaimItem(
    number="R-1",
    issue_date=DAY,
    due_date=DAY - timedelta(days=65),
    amount=Decimal("1190.00"),
    open=Decimal("1190.00"),
)
REMINDER = Reminder(
    number="MA-1",
    issue_date=DAY,
    level=ReminderLevel.NEUTRAL,
    currency="EUR",
    seller=SELLER,
    buyer=Party(name="Kunde & Söhne GmbH"),
    customer="4711",
    items=(ITEM, replace(ITEM, number="G-1", due_date=None, open=Decimal("-90.00"))),
    fee=Decimal("5.00"),
    interest=Decimal("1.23"),
    total=Decimal("1106.23"),
    pay_by=DAY + timedelta(days=10),
    payment=PAYMENT,
)
STATEMENT = Statement(
    number="KA-1",
    issue_date=DAY,
    currency="EUR",
    seller=SELLER,
    buyer=Party(name="Kunde & Söhne GmbH"),
    customer="4711",
    items=(ITEM,),
    balance=Decimal("1190.00"),
)
DOCUMENTS: dict[str, Document] = {
    "invoice": INVOICE,
    "credit note": replace(INVOICE, type_code="381"),
    **{level: replace(REMINDER, level=level) for level in ReminderLevel},
    "statement": STATEMENT,
}


@pytest.mark.parametrize("language", sorted(shipped_texts().templates))
def test_every_mail_of_a_language(language: str) -> None:
    mails = [mail_text(one, language=language, copy=one is STATEMENT) for one in DOCUMENTS.values()]
    text = "\n".join(f"Subject: {mail.subject}\n\n{mail.text}{'=' * 72}" for mail in mails) + "\n"
    path = GOLDEN / f"{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_html_says_what_the_text_says(name: str) -> None:
    mail = mail_text(DOCUMENTS[name], language="de", copy=True)
    page = html.fromstring(mail.html)
    assert page.get("lang") == "de"
    assert page.findtext(".//title") == mail.subject
    etree.strip_elements(page, "style", with_tail=False)
    shown = set(re.findall(r"\w+", " ".join(map(str, page.itertext()))))
    assert shown == set(re.findall(r"\w+", f"{mail.subject}\n{mail.text}"))


def test_html_fetches_nothing_and_runs_nothing() -> None:
    page = html.fromstring(mail_text(REMINDER, language="en").html)
    assert not page.xpath("//script | //link | //img | //iframe | //*[@src] | //*[@href]")
    assert "url(" not in html.tostring(page, encoding="unicode")


@pytest.mark.parametrize("language", sorted(shipped_texts().templates))
def test_link_stands_in_both_forms_and_is_the_only_one(language: str) -> None:
    link = Link(url="https://post.muster-pumpen.example/l/abc", until=DAY + timedelta(days=60))
    mail = mail_text(INVOICE, language=language, link=link)
    assert f"\n{link.url}\n" in mail.text
    assert html.fromstring(mail.html).xpath("//@href") == [link.url]
    assert "2027" in mail.text
    assert set(mail_text(INVOICE, language=language).text.splitlines()) < set(
        mail.text.splitlines()
    )


ATTACHED = re.compile(r"attach|anbei|Anhang|joint|allegat|bijlage|bijgaand", re.IGNORECASE)


@pytest.mark.parametrize("language", sorted(shipped_texts().templates))
def test_no_text_says_that_something_is_attached(language: str) -> None:
    items = tuple(replace(ITEM, number=f"R-{at:03}") for at in range(25))
    for document in (*DOCUMENTS.values(), replace(REMINDER, items=items)):
        assert not ATTACHED.search(mail_text(document, language=language).text)


def test_what_a_hostile_document_says_stays_text() -> None:
    hostile = replace(
        INVOICE,
        number="R-1\r\nBcc: x@evil.example\u202e {{ 7*7 }}",
        seller=replace(SELLER, name="<script>alert(1)</script> & Co"),
    )
    mail = mail_text(hostile, language="en")
    assert mail.subject == (
        "Invoice R-1 Bcc: x@evil.example {{ 7*7 }} from <script>alert(1)</script> & Co"
    )
    assert not html.fromstring(mail.html).xpath("//body//script")
    assert "&lt;script&gt;" in mail.html


FACTS = {  # an invoice, and whether its mail names an account to pay to
    "to be paid": (INVOICE, True),
    "paid": (replace(INVOICE, totals=Totals(with_vat=Decimal(1), due=Decimal(0))), False),
    "credit note": (replace(INVOICE, type_code="381"), False),
    "direct debit": (
        replace(INVOICE, payment=replace(PAYMENT, direct_debit=DirectDebit(mandate="M-1"))),
        False,
    ),
    "no account": (replace(INVOICE, payment=PaymentInstructions()), False),
    "nothing known": (Invoice(number="R-1"), False),
}


@pytest.mark.parametrize("case", FACTS)
def test_account_is_named_only_where_money_is_to_be_sent(case: str) -> None:
    invoice, named = FACTS[case]
    assert ("DE02 1203" in mail_text(invoice, language="en").text) is named


def test_long_list_is_cut_and_says_so() -> None:
    items = tuple(replace(ITEM, number=f"R-{at:03}") for at in range(25))
    text = mail_text(replace(REMINDER, items=items), language="en").text
    assert len(re.findall(r"R-\d{3}", text)) == 20
    assert "and 5 more, listed in the document" in text


LANGUAGES = {"de-AT": "de", "DE": "de", "fi": "en", "": "en"}


@pytest.mark.parametrize("wished", LANGUAGES)
def test_language_that_is_spoken(wished: str) -> None:
    spoken = mail_text(INVOICE, language=LANGUAGES[wished])
    assert mail_text(INVOICE, language=wished) == spoken


def test_own_wording_replaces_ours_key_by_key() -> None:
    own = '[invoice]\nsubject = "{{ number }}{% if due_date %} bis {{ due_date }}{% endif %}"'
    mail = mail_text(INVOICE, language="de", texts=mail_texts({"de": own}))
    assert mail.subject == "R-1 bis 20.12.2026"
    assert "mit dieser Nachricht erhalten Sie unsere Rechnung R-1" in mail.text


FAULTS = {  # the operator's file for a language, and what is said
    "not TOML": ("de", "[invoice", "de: not a TOML file"),
    "unknown text": ("de", '[invoice]\ntitle = "x"', "de: unknown text `invoice.title`"),
    "no text": ("de", "[invoice]\nsubject = 5", "de: `invoice.subject` must be text"),
    "syntax": ("de", '[invoice]\nsubject = "{{ number"', "de: `invoice.subject`: unexpected end"),
    "unknown value": (
        "de",
        '[invoice]\nsubject = "{{ deadline }}"',
        "de: `invoice.subject` uses `deadline`; known here: buyer, date, due_date, number,",
    ),
    "half a language": ("es", '[invoice]\nsubject = "x"', "es: text `frame.greeting` is missing"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_of_own_wording_is_named(case: str) -> None:
    language, toml, message = FAULTS[case]
    with pytest.raises(FaultyTexts) as caught:
        mail_texts({language: toml})
    assert message in str(caught.value)


def test_sandbox_gives_no_way_out() -> None:
    own = '[invoice]\nsubject = "{{ number.__class__.__mro__ }}"'
    with pytest.raises(Exception, match="unsafe"):
        mail_text(INVOICE, language="de", texts=mail_texts({"de": own}))


def test_every_shipped_language_has_every_text() -> None:
    for templates in shipped_texts().templates.values():
        assert set(templates) == set(VALUES)
