import pytest

from formats.model import Invoice
from formats.profile import (
    BILLING,
    CIUS_RO,
    EN16931,
    FR_CTC,
    PEPPOL_BIS,
    XRECHNUNG,
    Profile,
    under,
)

EXTENSION = f"{XRECHNUNG.specification}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"

STATED = [
    (EN16931, Invoice(), (EN16931.specification, None)),
    (EN16931, Invoice(specification=EXTENSION), (EXTENSION, None)),
    (XRECHNUNG, Invoice(), (XRECHNUNG.specification, BILLING)),
    (XRECHNUNG, Invoice(specification=EXTENSION), (EXTENSION, BILLING)),
    (
        XRECHNUNG,
        Invoice(specification=PEPPOL_BIS.specification),
        (XRECHNUNG.specification, BILLING),
    ),
    (PEPPOL_BIS, Invoice(business_process="P1"), (PEPPOL_BIS.specification, "P1")),
    (CIUS_RO, Invoice(specification=f"{CIUS_RO.specification}#x"), (CIUS_RO.specification, None)),
    (
        FR_CTC,
        Invoice(specification=EXTENSION, business_process="S1"),
        ("urn:cen.eu:en16931:2017", "S1"),
    ),
]


@pytest.mark.parametrize(("profile", "invoice", "expected"), STATED)
def test_a_profile_states_itself_unless_the_invoice_extends_it(
    profile: Profile, invoice: Invoice, expected: tuple[str, str | None]
) -> None:
    stated = under(profile, invoice)
    assert (stated.specification, stated.business_process) == expected
