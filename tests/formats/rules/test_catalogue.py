import pytest

from formats.findings import Actor
from formats.rules.catalogue import RULESETS


def test_the_keys_that_writers_and_routes_name() -> None:
    assert list(RULESETS) == [
        "en16931",
        "en16931-cii",
        "xrechnung-3.0",
        "xrechnung-3.0-cii",
        "peppol-bis-3",
        "peppol-bis-3.0.22",
        "peppol-selfbilling-3",
        "peppol-selfbilling-3.0.22",
        "fr-ctc",
        "fr-ctc-cii",
        "fr-extended-ctc",
        "fr-extended-ctc-cii",
        "cius-ro",
        "facturx-minimum",
        "facturx-basicwl",
        "facturx-basic",
        "facturx-en16931",
        "facturx-extended",
        "it-fatturapa",
        "pl-ksef-fa3",
        "es-facturae",
        "claims",
    ]


@pytest.mark.parametrize("key", RULESETS)
def test_every_official_rule_is_judged_or_listed_with_a_reason(key: str) -> None:
    ids = [rule.id for rule in RULESETS[key]]
    unjudged = RULESETS[key].all_unjudged()
    assert len(ids) == len(set(ids))
    assert not set(ids) & unjudged.keys()
    assert all(unjudged.values())
    official = {
        "en16931": 223,
        "en16931-cii": 223,
        "xrechnung-3.0": 223 + 77,
        "xrechnung-3.0-cii": 223 + 74,
        "peppol-bis-3": 223 + 165,
        "peppol-bis-3.0.22": 223 + 165 - 1 + 137 + 7 + 3,
        "peppol-selfbilling-3": 223 + 62,
        "peppol-selfbilling-3.0.22": 223 + 62 + 137 + 3,
        "fr-ctc": 175,
        "fr-ctc-cii": 171,
        "fr-extended-ctc": 242 + 175,
        "fr-extended-ctc-cii": 234 + 171,
        "cius-ro": 223 + 122 - 1,  # one of them, BR-27, is of the core
        "facturx-minimum": 99,
        "facturx-basicwl": 278,
        "facturx-basic": 223 + 284 - 198,  # so many of them are core rules under an id of their own
        "facturx-en16931": 223 + 433 - 200,
        "facturx-extended": 943,
        "it-fatturapa": 60,  # our own, as are the next two
        "pl-ksef-fa3": 56,
        "es-facturae": 58,
        "claims": 5,
    }
    assert len(ids) + len(unjudged) == official[key]


@pytest.mark.parametrize("key", RULESETS)
def test_every_rule_tells_people_what_to_do(key: str) -> None:
    for rule in RULESETS[key]:
        assert rule.sentence[0].islower(), rule.id
        assert not rule.sentence.endswith("."), rule.id
        assert rule.fix, rule.id
        assert rule.term, rule.id
        assert rule.actor in Actor, rule.id
