import runpy
from pathlib import Path

from formats.model import codes
from formats.model.codes import CodeList, VatCategory
from tests.oracles.artefacts import artefact

ROOT = Path(__file__).parents[3]

SIZES = {
    "ALLOWANCE_REASONS": 19,
    "ATTACHMENT_TYPES": 6,
    "CHARGE_REASONS": 178,
    "COUNTRIES": 251,
    "CREDIT_NOTE_TYPES": 13,
    "CURRENCIES": 178,
    "DOCUMENT_TYPES": 62,
    "ELECTRONIC_ADDRESS_SCHEMES": 104,
    "EXEMPTION_REASONS": 88,
    "IDENTIFIER_SCHEMES": 243,
    "INVOICE_TYPES": 50,
    "ITEM_CLASSIFICATIONS": 185,
    "NOTE_SUBJECTS": 383,
    "OBJECT_SCHEMES": 818,
    "PAYMENT_MEANS": 84,
    "UNITS": 2162,
    "VAT_CATEGORIES": 10,
    "VAT_IDENTIFIER_PREFIXES": 252,
    "VAT_POINT_CODES": 3,
}


def test_every_list_is_whole_and_says_where_it_is_from() -> None:
    lists = {name: each for name, each in vars(codes).items() if isinstance(each, CodeList)}
    assert {name: len(each) for name, each in lists.items()} == SIZES
    assert {each.version for each in lists.values()} == {codes.VERSION} == {"1.3.16"}
    assert all(each.name for each in lists.values())


def test_vat_categories_are_those_of_the_list() -> None:
    assert {category.value for category in VatCategory} == set(codes.VAT_CATEGORIES)


def test_the_lists_are_what_the_official_artefact_has() -> None:
    main = runpy.run_path(str(ROOT / "tools/codelists.py"))["main"]
    written = (ROOT / "formats/model/codelists.toml").read_text("utf-8")
    assert main(artefact("en16931-ubl-xslt")) == written
