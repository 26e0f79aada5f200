"""NO-R-*: what Peppol asks of Norwegian sellers."""

from formats.findings import Severity
from formats.model import Party
from formats.rules.check_digits import norwegian
from formats.rules.countries import of_seller
from formats.rules.engine import Rule
from formats.rules.worksheet import Worksheet, the_seller

REGISTER = "Foretaksregisteret"


def _norwegian(sheet: Worksheet) -> bool:
    return of_seller(sheet.invoice) == "NO"


the_norwegian_seller = the_seller.where("who is Norwegian", _norwegian)


def _vat(seller: Party) -> bool:
    """Whether a VAT identifier that begins with NO goes on with organisation number and MVA."""
    identifier = seller.vat_identifier or ""
    if not identifier.startswith("NO"):
        return True
    return len(identifier) == 14 and identifier.endswith("MVA") and norwegian(identifier[2:11])


RULES: tuple[Rule, ...] = (
    the_norwegian_seller(
        "NO-R-001",
        "BT-31",
        "a Norwegian VAT identifier is NO, an organisation number and MVA",
        _vat,
        at="vat_identifier",
        fix="send the VAT identifier, e.g. NO123456785MVA",
    ),
    the_norwegian_seller(
        "NO-R-002",
        "BT-32",
        f"a Norwegian seller says {REGISTER} as tax registration",
        lambda seller: seller.tax_registration == REGISTER,
        at="tax_registration",
        severity=Severity.WARNING,
        fix=f"send {REGISTER} if the seller is a company of that register",
    ),
)
