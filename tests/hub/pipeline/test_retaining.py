import json
from datetime import date

import pytest
from msgspec.structs import replace

from archive.law.retention import RULES, UNTIL
from formats.model import Invoice, Party, PostalAddress, TaxRepresentative
from hub.config.companies import Tenant
from hub.config.keeping import Keeping
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.retaining import grounds_of, policy_of
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl

GERMAN = Tenant(name="Nordwind", country="DE")
LISBON = TaxRepresentative(vat_identifier="PT123456789", address=PostalAddress(country="PT"))


def issued_by(country: str | None = None, number: str | None = None) -> Party:
    return Party(address=PostalAddress(country=country), vat_identifier=number)


def sold_to(country: str) -> Party:
    return Party(address=PostalAddress(country=country))


@pytest.mark.parametrize(
    ("tenant", "document", "rules"),
    [
        (GERMAN, None, ["DE"]),
        (GERMAN, Invoice(), ["DE"]),
        (GERMAN, Invoice(seller=issued_by("AT")), ["AT"]),
        (GERMAN, Invoice(seller=issued_by("DE", "DE123456789")), ["DE"]),
        (GERMAN, Invoice(seller=issued_by("DE", "EL123456789")), ["DE", "GR"]),
        (GERMAN, Invoice(seller=issued_by("DE", "12/345")), ["DE"]),
        (GERMAN, Invoice(tax_representative=LISBON), ["DE", "PT"]),
        (GERMAN, Invoice(buyer=sold_to("FR")), ["DE"]),
        (
            replace(GERMAN, archive=Keeping(registered_in=("FR",))),
            Invoice(buyer=sold_to("FR")),
            ["DE", "FR"],
        ),
        (replace(GERMAN, archive=Keeping(keep_years=12)), Invoice(), ["DE", "company"]),
        (Tenant(name="Nowhere"), None, []),
    ],
)
def test_which_rules_apply(tenant: Tenant, document: Invoice | None, rules: list[str]) -> None:
    assert [ground.rule for ground in grounds_of(tenant, document)] == rules


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_document_is_filed_with_its_promise(home: Home) -> None:
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    entry, *_ = home.house.archive.entries(document=f"{submission.id}-1")
    issued = date.fromisoformat(str(CLEAN.issue_date))
    assert entry.fields[UNTIL] == f"{issued.year + 8}-12-31"
    filed = json.loads(entry.fields[RULES])
    assert [(rule["rule"], rule["source"]) for rule in filed["rules"]] == [
        ("DE", "AO § 147 (3), (4); UStG § 14b (1)")
    ]
    policy = policy_of(home.house.config, "nordwind")
    assert policy.promise(None, date(2020, 5, 1)).until == date(2028, 12, 31)
