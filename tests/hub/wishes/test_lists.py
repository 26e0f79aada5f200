from datetime import date

import pytest

from hub.store.consents import How
from hub.wishes.consenting import Agreement, NoConsent
from hub.wishes.lists import read_consents
from routing_rules.recipient import Consent

LIST = (
    "\ufeffkey;consent;on;how;words\n K1 ;email;2024-05-01;contract;c. 12\n"
    "K2;network;2025-01-02;;\n"
)
FAULTS = {
    "key;on\nK1;2024-05-01\n": ["row 1: column 'consent' is missing"],
    "key,consent,on,colour\nK1,email,2024-05-01,red\n": ["row 1: unknown column 'colour'"],
    "key,consent,on\n,fax,soon\nK1,email,2024-05-01\nK1,email,2024-05-32\n": [
        "row 2: key: a customer number is needed",
        "row 2: consent: 'fax' is none of email, link, network, print",
        "row 2: on: 'soon' is not a date like 2026-11-20",
        "row 4: on: '2024-05-32' is not a date like 2026-11-20",
    ],
    "key,consent,on,how\nK1,email,2024-05-01,fax\n": [
        "row 2: how: 'fax' is none of contract, self_service, phone, import"
    ],
    "": [f"row 1: column {name!r} is missing" for name in ("key", "consent", "on")],
}


def test_a_list_is_read() -> None:
    assert read_consents(LIST) == [
        Agreement(
            recipient="K1",
            consent=Consent.EMAIL,
            on=date(2024, 5, 1),
            how=How.CONTRACT,
            words="c. 12",
        ),
        Agreement(recipient="K2", consent=Consent.NETWORK, on=date(2025, 1, 2), how=How.IMPORT),
    ]


@pytest.mark.parametrize("text", FAULTS)
def test_all_faults_of_a_list_are_told_at_once(text: str) -> None:
    with pytest.raises(NoConsent) as refused:
        read_consents(text)
    assert str(refused.value).split("; ") == FAULTS[text]
