"""What an IDoc is: cancellations, and the profiles for Financial Accounting and self-billing."""

import re

import pytest

from formats.codec import Unreadable
from formats.findings import Severity
from formats.guide import parse
from formats.idoc.read import read
from formats.model import Invoice
from tests.formats.guided_samples import SAMPLES

XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")
CREDIT = (SAMPLES / "idoc/trailing-signs/in.xml").read_text("utf-8")


def told(text: str, toml: str = "") -> tuple[Invoice, list[tuple[str, str | None]]]:
    (reading,) = read(text.encode(), [parse("mine", f'format = "idoc"\n{toml}')])
    assert isinstance(reading.document, Invoice)
    return reading.document, [(each.rule, each.severity) for each in reading.notices]


CANCELS = ("IN-IDOC-CANCEL", Severity.FATAL)
TURNED = ("IN-IDOC-SIGN", Severity.WARNING)
CANCELLATIONS = {  # billing type and whether it names what it cancels: type code, notices
    ("S1", "900099954"): ("381", [TURNED]),
    ("S1", None): ("381", [TURNED, CANCELS]),
    ("S1", "900200004"): ("381", [TURNED, CANCELS]),  # itself
    ("S2", "900099954"): ("380", []),
    ("S2", None): ("380", [CANCELS]),
    ("G2", None): ("381", [TURNED]),
}


@pytest.mark.parametrize("case", CANCELLATIONS, ids=str)
def test_a_cancellation_names_what_it_cancels(case: tuple[str, str | None]) -> None:
    kind, cancelled = case
    text = CREDIT.replace("<ORGID>G2<", f"<ORGID>{kind}<")
    new = f"<BELNR>{cancelled}<" if cancelled else "<BELNR><"
    invoice, notices = told(text.replace("<BELNR>900099954<", new))
    assert (invoice.type_code, notices) == CANCELLATIONS[case]
    others = [cancelled] if cancelled not in (None, "900200004") else []
    assert [each.number for each in invoice.preceding] == others


def test_a_cancellation_without_reference_can_be_let_through() -> None:
    text = CREDIT.replace("<ORGID>G2<", "<ORGID>S1<").replace("<QUALF>087<", "<QUALF>099<")
    _, notices = told(text, '[cancellations]\nreference = "wanted"')
    assert notices == [TURNED, ("IN-IDOC-CANCEL", Severity.WARNING)]
    _, notices = told(text, "[cancellations]\ntypes = ['ZS1']")
    assert notices == [TURNED]


BILLING = {  # billing type of SAP's own: type code of UNTDID 1001
    "F1": "380",
    "F2": "380",
    "BV": "380",
    "IV": "380",
    "G2": "381",
    "RE": "381",
    "IG": "381",
    "L2": "383",
    "FAZ": "386",
    "F5": "325",
    "F8": "325",
}


@pytest.mark.parametrize("kind", BILLING)
def test_billing_types(kind: str) -> None:
    invoice, notices = told(XML.replace("<ORGID>F2<", f"<ORGID>{kind}<"))
    assert (invoice.type_code, notices) == (BILLING[kind], [])


ACCOUNTING = {"DR": "380", "DG": "381", "RV": "380"}


@pytest.mark.parametrize("kind", ACCOUNTING)
def test_invoices_of_financial_accounting(kind: str) -> None:
    text = re.sub(r"<E1EDK14 .*?</E1EDK14>", "", XML, flags=re.DOTALL)
    text = text.replace("<BSART>INVO<", f"<BSART>{kind}<").replace(
        "<PARVW>RS</PARVW>", "<PARVW>BK</PARVW>"
    )
    invoice, notices = told(text, 'over = "idoc-invoic-fi"')
    assert (invoice.type_code, notices) == (ACCOUNTING[kind], [])
    assert invoice.seller is not None
    assert invoice.seller.name == "Nordwind Werkzeuge GmbH"
    assert [line.item.name for line in invoice.lines if line.item][2:] == [
        "Fachbuch Zerspanungstechnik"
    ]


def test_self_billing_turns_who_is_who() -> None:
    text = XML.replace("<MESTYP>INVOIC<", "<MESTYP>GSVERF<").replace("<BSART>INVO<", "<BSART>X<")
    text = text.replace("<PARVW>RS<", "<PARVW>BK<").replace("<PARVW>AG<", "<PARVW>LF<")
    invoice, notices = told(text, 'over = "idoc-self-billing"')
    assert (invoice.type_code, notices) == ("389", [])
    assert invoice.seller is not None
    assert invoice.buyer is not None
    assert (invoice.seller.name, invoice.seller.vat_identifier) == (
        "Hansekontor Schiffsbedarf GmbH",
        "DE900001009",
    )
    assert (invoice.buyer.name, invoice.buyer.vat_identifier) == (
        "Nordwind Werkzeuge GmbH",
        "DE123456788",
    )
    memo, _ = told(text.replace("<BSART>X<", "<BSART>CRME<"), 'over = "idoc-self-billing"')
    assert memo.type_code == "261"
    with pytest.raises(Unreadable, match="is no invoice: its message is GSVERF"):
        told(text)


def test_a_guide_lies_over_a_shipped_one() -> None:
    with pytest.raises(Unreadable, match="over: `mine` is none of idoc-invoic-fi, idoc-invoic-sd"):
        told(XML, 'over = "mine"')
