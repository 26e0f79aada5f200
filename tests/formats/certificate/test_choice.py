from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from formats.catalogue import READERS, read
from formats.certificate import choice
from formats.certificate.choice import SPECIFICATIONS, choose
from formats.certificate.parts import parts
from formats.codec import Unreadable
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from tests.formats.shared_examples import CORPORA, needs_corpora

DAY = date(2026, 11, 22)
EN = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc"
CTC_FR = f"{EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
EXTENDED = f"{EN}#conformant#urn:factur-x.eu:1p0:extended"
XRECHNUNG = f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

CLAIMS = {
    EN: "EN 16931",
    f" {EN}\n": "EN 16931",
    XRECHNUNG: "XRechnung 3.0",
    f"{XRECHNUNG}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0": "XRechnung 3.0",
    f"{PEPPOL}:billing:3.0": "Peppol BIS Billing 3.0",
    f"{PEPPOL}:selfbilling:3.0": "Peppol BIS Self-Billing 3.0",
    f"{EN}#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1": "CIUS-RO",
    CTC_FR: "French EXTENDED-CTC-FR",
    "urn:factur-x.eu:1p0:minimum": "Factur-X MINIMUM",
    "urn:factur-x.eu:1p0:basicwl": "Factur-X BASIC WL",
    f"{EN}#compliant#urn:factur-x.eu:1p0:basic": "Factur-X BASIC",
    f"{EN}:compliant:factur-x.eu:1p0:basic": "Factur-X BASIC",
    EXTENDED: "Factur-X EXTENDED",
    f"{EN}:conformant:factur-x.eu:1p0:extended": "Factur-X EXTENDED",
    f"{EN}:compliant:factur-x.eu:1p0:extended": "Factur-X EXTENDED",
}
UNKNOWN = (
    f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_9.0",
    f"{EN}x",
    "urn:peppol:pint:billing-1@my-1",
    f"{XRECHNUNG}-or-something",
    f"{EN}#compliant:factur-x.eu:1p0:basic",
)


def invoice(specification: str) -> Invoice:
    return Invoice(specification=specification)


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_specification_asks_for_judges_or_is_said_not_to(claim: str, syntax: str) -> None:
    chosen = choose(invoice(claim), syntax, DAY)
    (row,) = (row for row in SPECIFICATIONS if row.name == CLAIMS[claim])
    wanted = set(row.sets.get(syntax, ()))
    assert wanted <= {*chosen.keys, *chosen.absent, *chosen.out_of_force}
    assert chosen.keys
    assert set(chosen.keys) <= RULESETS.keys()
    missed = wanted - {*chosen.keys, *chosen.out_of_force}
    assert len(chosen.findings) == len(missed)
    if row.core:
        assert chosen.keys[0] == choice.CORE[syntax]


@pytest.mark.parametrize("claim", UNKNOWN)
def test_an_unknown_specification_is_named(claim: str) -> None:
    chosen = choose(invoice(claim), "cii", DAY)
    assert chosen.keys == ("en16931-cii",)
    assert chosen.absent.keys() == {claim}
    (finding,) = chosen.findings
    assert (finding.rule, finding.value) == ("IN-SPECIFICATION", claim)
    assert "en16931-cii" in finding.message


@pytest.mark.parametrize("mode", ["B1", "S3", "M9"])
def test_a_french_billing_mode_asks_for_the_french_rules(mode: str) -> None:
    instead = Invoice(specification=CTC_FR, business_process=mode)
    assert choose(instead, "ubl", DAY).keys == ("fr-extended-ctc",)
    hybrid = Invoice(specification=EXTENDED, business_process=mode)
    assert choose(hybrid, "cii", DAY).keys == ("facturx-extended", "fr-ctc-cii")
    french = Invoice(specification=EN, business_process=mode)
    assert choose(french, "ubl", DAY).keys == ("en16931", "fr-ctc")
    assert choose(french, "cii", DAY).keys == ("en16931-cii", "fr-ctc-cii")
    before = choose(french, "ubl", date(2026, 8, 31))
    assert (before.keys, before.out_of_force) == (("en16931",), ("fr-ctc",))
    assert [finding.rule for finding in before.findings] == ["IN-RULES"]


@pytest.mark.parametrize(
    ("syntax", "key"), [("ubl", "fr-extended-ctc"), ("cii", "fr-extended-ctc-cii")]
)
def test_extended_stands_in_place_of_the_core_with_the_rules_of_the_reform_in_it(
    syntax: str, key: str
) -> None:
    claim = f"{EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
    extended = Invoice(specification=claim, business_process="S1")
    assert choose(extended, syntax, DAY) == choice.Choice(keys=(key,))
    judged = {part.key for part in parts((key,))}
    assert judged == {key, key.replace("extended-", "")}


@pytest.mark.parametrize(
    ("claim", "keys"),
    [
        (EN, ("en16931-cii", "facturx-en16931")),
        (XRECHNUNG, ("en16931-cii", "xrechnung-3.0-cii")),
        (EXTENDED, ("facturx-extended",)),
    ],
)
def test_what_names_only_the_norm_has_in_a_pdf_the_level_of_that_name(
    claim: str, keys: tuple[str, ...]
) -> None:
    assert choose(invoice(claim), "cii", DAY, hybrid=True).keys == keys


def test_without_a_specification_the_core_rule_says_it() -> None:
    assert choose(Invoice(), "ubl", DAY) == choice.Choice(keys=("en16931",))


@pytest.mark.parametrize("process", ["billing", "selfbilling"])
def test_peppol_in_cii_is_judged_as_far_as_rules_for_ubl_go_and_said_not_to_suffice(
    process: str,
) -> None:
    key = {"billing": "peppol-bis-3"}.get(process, "peppol-selfbilling-3")
    chosen = choose(invoice(f"{PEPPOL}:{process}:3.0"), "cii", DAY)
    assert chosen.keys == ("en16931-cii", key)
    assert chosen.absent.keys() == {f"{key}-cii"}
    assert "UBL" in chosen.absent[f"{key}-cii"]
    assert [finding.rule for finding in chosen.findings] == ["IN-RULES"]
    assert not choose(invoice(f"{PEPPOL}:{process}:3.0"), "ubl", DAY).absent


@pytest.mark.parametrize(
    ("day", "judging", "waiting", "findings"),
    [
        ("2026-08-16", (), ("", ".0.22"), ["IN-RULES"]),
        ("2026-08-17", ("",), (".0.22",), []),
        ("2027-02-23", ("",), (".0.22",), []),
        ("2027-02-24", (".0.22",), ("",), []),
        ("2030-01-01", (".0.22",), ("",), []),
    ],
)
@pytest.mark.parametrize("process", ["billing", "selfbilling"])
def test_the_release_of_peppol_that_is_in_force_judges(
    process: str,
    day: str,
    judging: tuple[str, ...],
    waiting: tuple[str, ...],
    findings: list[str],
) -> None:
    key = {"billing": "peppol-bis-3"}.get(process, "peppol-selfbilling-3")
    chosen = choose(invoice(f"{PEPPOL}:{process}:3.0"), "ubl", date.fromisoformat(day))
    assert chosen.keys == ("en16931", *(key + release for release in judging))
    assert chosen.out_of_force == tuple(key + release for release in waiting)
    assert [finding.rule for finding in chosen.findings] == findings
    assert chosen.remarks == ()


@needs_corpora
def test_every_specification_of_the_shared_examples_is_known_or_named() -> None:
    named: dict[str, Path] = {}
    for folder in ("en16931-examples", "xrechnung", "peppol", "romania-cius-ro", "france-ctc"):
        for path in sorted((CORPORA / folder).rglob("*.xml")):
            try:
                reader, readings = read(path.read_bytes(), path.name)
            except Unreadable:
                continue
            document = readings[0].document
            if reader.name in {"ubl", "cii"} and isinstance(document, Invoice):
                named.setdefault(document.specification or "", path)
    assert len(named) > 10
    assert READERS
    for specification, path in named.items():
        chosen = choose(replace(Invoice(), specification=specification or None), "ubl", DAY)
        unknown = [f for f in chosen.findings if f.rule == "IN-SPECIFICATION"]
        known = "xrechnung_3.0" in specification or specification == EN
        assert not (known and unknown), path
