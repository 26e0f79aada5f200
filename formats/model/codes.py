"""The code lists of EN 16931 as sets of codes, each with its name and version.

The codes lie in `codelists.toml`, which `tools/codelists.py` writes from the official artefact.
"""

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Any, Self


class CodeList(frozenset[str]):
    """Codes that may be used, as a set.

    Attributes:
        name: the list's own name, for messages: `UNTDID 4461`.
        version: of the official artefact that the codes were taken from.

    >>> "EUR" in CURRENCIES, CURRENCIES.name
    (True, 'ISO 4217 alpha-3')
    """

    name: str
    version: str

    def __new__(cls, codes: str, *, name: str, version: str) -> Self:
        """Make a list of blank-separated codes."""
        made = super().__new__(cls, codes.split())
        made.name = name
        made.version = version
        return made


class VatCategory(StrEnum):
    """VAT category (UNTDID 5305 as EN 16931 restricts it): BT-95, BT-102, BT-118, BT-151."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    NOT_SUBJECT = "O"
    IGIC = "L"
    """Canary Islands."""
    IPSI = "M"
    """Ceuta and Melilla."""
    SPLIT_PAYMENT = "B"
    """Italy."""


def _tables() -> dict[str, Any]:
    text = files("formats.model").joinpath("codelists.toml").read_text("utf-8")
    return tomllib.loads(text)


_TABLES = _tables()
VERSION: str = _TABLES["version"]
"""Version of the official artefact that all lists were taken from."""


def _list(key: str) -> CodeList:
    return CodeList(_TABLES[key]["codes"], name=_TABLES[key]["name"], version=VERSION)


def _both(name: str, first: CodeList, second: CodeList) -> CodeList:
    return CodeList(" ".join(first | second), name=name, version=VERSION)


ALLOWANCE_REASONS = _list("allowance_reasons")
ATTACHMENT_TYPES = _list("attachment_types")
CHARGE_REASONS = _list("charge_reasons")
COUNTRIES = _list("countries")
CREDIT_NOTE_TYPES = _list("credit_note_types")
CURRENCIES = _list("currencies")
ELECTRONIC_ADDRESS_SCHEMES = _list("electronic_address_schemes")
EXEMPTION_REASONS = _list("exemption_reasons")
IDENTIFIER_SCHEMES = _list("identifier_schemes")
INVOICE_TYPES = _list("invoice_types")
ITEM_CLASSIFICATIONS = _list("item_classifications")
NOTE_SUBJECTS = _list("note_subjects")
OBJECT_SCHEMES = _list("object_schemes")
PAYMENT_MEANS = _list("payment_means")
UNITS = _list("units")
VAT_CATEGORIES = _list("vat_categories")
VAT_IDENTIFIER_PREFIXES = _list("vat_identifier_prefixes")
VAT_POINT_CODES = _list("vat_point_codes")
DOCUMENT_TYPES = _both("UNTDID 1001", INVOICE_TYPES, CREDIT_NOTE_TYPES)
