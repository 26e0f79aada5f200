"""BR-FR in UBL and CII: the rules of the French reform that only a file shows; none is unjudged.

Most ask about parties, references and deliveries of the French extension, which have no place in
the model; some about what a file shows and the model does not, as a rate of another tax.
"""

from typing import Final

from formats.rules.fr_ctc import FR_CTC, FR_CTC_CII
from formats.rules.fr_parties import DIRECTORY
from formats.syntax.fr_parties import (
    OBJECTS,
    has_scheme,
    is_of_kind,
    kinds_in_cii,
    kinds_in_ubl,
    objects,
    schemes,
    seller_siren,
    siret,
)
from formats.syntax.fr_paths import CII
from formats.syntax.fr_references import CII_REFERENCES_OWN, UBL_REFERENCES_OWN
from formats.syntax.fr_sellers import CII_SELLERS_OWN, UBL_SELLERS_OWN
from formats.syntax.fr_sublines import cii_names_sellers, ubl_names_sellers
from formats.syntax.fr_values import (
    address,
    amount,
    category,
    day,
    day_102,
    filled,
    numbered,
    rate,
    short,
    typed,
)
from formats.syntax.rules import Own, SyntaxRules, above, load

_PARTIES: Final = {"06": "12", "46": "52", "69": "75", "92": "98", "115": "121"}
"""Number of the identifiers of a party of the extension, to that of its electronic address."""
_ADDRESSES: Final = (*_PARTIES.values(), "29")
_DATES_IN_UBL: Final = ("EXT-FR-FE-138", "EXT-FR-FE-158")
_DATES_IN_CII: Final = (
    *_DATES_IN_UBL,
    *("BT-2", "BT-7", "BT-9", "BT-26", "BT-72", "BT-73", "BT-74"),
    *("EXT-FR-FE-134", "EXT-FR-FE-135"),
)
_PRECEDING: Final = "EXT-FR-FE-136"
_PLACE: Final = "EXT-FR-FE-146"


def _extended(number: str) -> str:
    return f"EXT-FR-FE-{number}"


def _own(identifiers: str, registrations: str) -> dict[str, Own]:
    """Return what UBL and CII have in common; the paths are those of a party's numbers."""
    traits = (("BT-160", "name"), ("EXT-FR-FE-159", "code"))
    parties = [_extended(number) for number in _PARTIES]
    addresses = [_extended(number) for number in _ADDRESSES]
    return {
        f"BR-FR-02_{_PRECEDING}": numbered(_PRECEDING),
        **{f"BR-FR-04_{term}": typed(term) for term in ("EXT-FR-FE-02", "EXT-FR-FE-137")},
        **{f"BR-FR-09_{term}": siret(term, identifiers, registrations) for term in parties},
        **{f"BR-FR-23_{term}": address(term) for term in addresses},
        **{f"BR-FR-25_{term}": short(term, "an electronic address", 125) for term in addresses},
        **{f"BR-FR-27_{term}": filled(term, f"the {what} of an item") for term, what in traits},
        **_schemes(identifiers, *parties),
    }


def _schemes(identifiers: str, *terms: str) -> dict[str, Own]:
    return {rule: own for term in terms for rule, own in schemes(term, identifiers).items()}


def _only(rules: dict[str, Own], end: str) -> dict[str, Own]:
    return {rule: own for rule, own in rules.items() if rule.endswith(end)}


_SHORT: Final = short(_PRECEDING, "the number of a preceding invoice", 35)
_UBL_OWN: Final = {
    **_own("cac:PartyIdentification/cbc:ID", "cac:PartyLegalEntity/cbc:CompanyID"),
    f"BR-FR-01_{_PRECEDING}-1": _SHORT,
    f"BR-FR-01_{_PRECEDING}-2": numbered(_PRECEDING),
    **{f"BR-FR-03_{term}": day(term) for term in _DATES_IN_UBL},
    f"BR-FR-09_{_PLACE}": siret(
        _PLACE,
        "cac:DeliveryLocation/cbc:ID",
        "cac:DeliveryParty/cac:PartyLegalEntity/cbc:CompanyID",
    ),
    "BR-FR-10_BT-30": seller_siren("cbc:CompanyID"),
    "BR-FR-15_BT-118-1": category("BT-118"),
    "BR-FR-16_BT-119": rate("BT-119"),
    "BR-FR-16_BT-152": rate("BT-152"),
    "BR-FR-DEC-01_BT-110": amount("BT-110"),
    **_only(_schemes("cbc:ID", "BT-71"), "-2"),
    **_schemes("cbc:ID", _PLACE),
    **objects("BR-FR-29", "BT-18", kinds_in_ubl),
    **objects("BR-FR-30", "BT-128", kinds_in_ubl),
    **UBL_REFERENCES_OWN,
    **UBL_SELLERS_OWN,
}
_CII_OWN: Final = {
    **_own("ram:GlobalID", "ram:SpecifiedLegalOrganization/ram:ID"),
    f"BR-FR-01_{_PRECEDING}": _SHORT,
    **{f"BR-FR-03_{term}": day_102(term) for term in _DATES_IN_CII},
    f"BR-FR-09_{_PLACE}": siret(_PLACE, "ram:GlobalID", "ram:SpecifiedLegalOrganization/ram:ID"),
    "BR-FR-10_BT-30": seller_siren(CII.seller),
    **_only(_schemes("ram:GlobalID", "BT-29", "BT-46", "BT-60"), "-1"),
    **_schemes("ram:GlobalID", "BT-71", _PLACE),
    **objects("BR-FR-29", "BT-18", kinds_in_cii),
    **objects("BR-FR-30", "BT-128", kinds_in_cii),
    **CII_REFERENCES_OWN,
    **CII_SELLERS_OWN,
}

FR_CTC_UBL_FILES: Final[SyntaxRules] = load(
    "fr_ctc_ubl.toml",
    key=FR_CTC.key,
    own=_UBL_OWN,
    conditions={
        "directory": has_scheme(DIRECTORY),
        "sellers": ubl_names_sellers,
        "line": lambda line: ubl_names_sellers(line.getparent()),
        **{scheme: has_scheme(scheme) for scheme in OBJECTS},
    },
)
FR_CTC_CII_FILES: Final[SyntaxRules] = load(
    "fr_ctc_cii.toml",
    key=FR_CTC_CII.key,
    own=_CII_OWN,
    conditions={
        "directory": has_scheme(DIRECTORY),
        "sellers": lambda trade: cii_names_sellers(trade.getparent()),
        "line": lambda line: cii_names_sellers(above(line, 2)),
        **{kind: is_of_kind(kind) for kind in OBJECTS},
    },
)
