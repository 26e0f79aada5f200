import re
from collections.abc import Callable
from typing import Any

import pytest

from formats.codec import Unreadable
from formats.guide import parse, shipped
from formats.idoc.making import profile
from formats.idoc.read import read
from formats.model import Invoice
from formats.model.codes import DOCUMENT_TYPES, PAYMENT_MEANS, UNITS
from tests.formats.guided_samples import SAMPLES

XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")


def read_with(toml: str, text: str = XML) -> Invoice:
    (reading,) = read(text.encode(), [parse("mine", f'format = "idoc"\n{toml}')])
    assert isinstance(reading.document, Invoice)
    return reading.document


WORDS: dict[
    str, tuple[Callable[[Any], object], object]
] = {  # a guide that differs in one word: what the invoice says then
    'decimal = ","': (lambda i: i.lines[0].quantity, None),
    "[texts.invoice]\n'*' = []": (lambda i: i.notes, ()),
    "[texts.invoice]\n'0001' = 'notes[subject_code=AAI].text'": (
        lambda i: i.notes[0].subject_code,
        "AAI",
    ),
    "[texts]\nlanguage = 'FR'": (lambda i: i.notes, ()),
    "[codes.unit]\nPCE = 'C62'": (lambda i: i.lines[0].unit, "C62"),
    "[partners]\nbuyer = ['ZZ']": (lambda i: i.buyer.name, None),
    "[partner]\nname = 'NAME2'": (lambda i: i.buyer.name, None),
    "[bank]\naccount = 'ACNUM'": (
        lambda i: i.payment.credit_transfers[0].account,
        "0532013000",
    ),
}


@pytest.mark.parametrize("toml", WORDS)
def test_a_guide_changes_what_it_names(toml: str) -> None:
    look, expected = WORDS[toml]
    assert look(read_with(toml)) == expected
    assert look(read_with("")) != expected


def test_a_condition_type_can_be_the_price_or_nothing() -> None:
    listed = re.sub(r"<E1EDP26 SEGMENT=\"1\">\s*<QUALF>001<.*?</E1EDP26>", "", XML, flags=re.DOTALL)
    invoice = read_with("", listed)
    price = invoice.lines[1].price
    assert price is not None
    assert (str(price.net), str(price.base_quantity)) == ("115.00", "100")
    without_price = read_with("[conditions]\nprice = []", listed)
    assert [charge.reason for charge in without_price.lines[0].charges] == ["Preis"]
    ignored = read_with("[conditions]\nprice = []\nignore = ['PR00']", listed)
    assert ignored.lines[0].charges == ()


def test_terms_of_payment_without_text_are_worded_by_the_guide() -> None:
    bare = re.sub(r"<ZTERM_TXT>.*?</ZTERM_TXT>", "", XML)
    wording = "[payment_terms]\ndiscount = '{TAGE} Tage {PRZNT} %'\nnet = '{TAGE} Tage netto'"
    assert read_with(wording, bare).payment_terms == "14 Tage 2.000 %\n30 Tage netto"


BAD_GUIDES = {
    "colour = 1": "unknown word `colour`",
    "[bank]\niban = 'BIBAN'": "[bank] path `iban`: CreditTransfer has no field `iban`",
    "[line]\nnet = 'e1edp26.BETRG.X'": "`e1edp26.BETRG.X` is not SEGMENT[QUALIFIER].FIELD",
    "[line]\nnet = 7": "[line] `net`: write one place, or a list of places",
    "[partners]\nbroker = ['XX']": "`broker`: none of seller, buyer, payee, delivery, tax_r",
    "[segments]\nZ1A = ['B']": "[segments] Z1A: `B` is not NAME:LENGTH",
    "[texts.line]\n'*' = 'remark'": "[texts.line] path `remark`: Line has no field `remark`",
    'decimal = "x"': "decimal: `x` is neither a point nor a comma",
    'encoding = "ebcdic-9"': "`ebcdic-9` is no text encoding",
    "match = 3": "Expected `object`, got `int`",
}


@pytest.mark.parametrize("toml", BAD_GUIDES)
def test_a_faulty_guide_is_refused(toml: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(BAD_GUIDES[toml])) as caught:
        profile(parse("mine", f'format = "idoc"\n{toml}'))
    assert caught.value.finding.place == "guide mine"


def test_all_faults_of_a_guide_are_named_at_once() -> None:
    toml = 'format = "idoc"\ncolour = 1\n[bank]\niban = "X"\n[line]\nnett = "Y"\nnet = "?"\n'
    with pytest.raises(Unreadable, match=r"colour.*iban.*nett.*\?"):
        profile(parse("mine", toml))


def test_the_shipped_profile_names_codes_that_exist() -> None:
    codes = shipped("idoc-invoic-sd").table["codes"]
    assert set(codes["unit"].values()) - {"*"} <= UNITS
    assert set(codes["type_code"].values()) <= DOCUMENT_TYPES
    assert set(codes["means_code"].values()) <= PAYMENT_MEANS
