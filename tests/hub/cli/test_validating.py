import json
from pathlib import Path

import pytest

from formats.catalogue import WRITERS
from formats.cii.write import write_cii
from formats.codec import Material
from tests.formats.bad_inputs import GOOD, MIXED, UNREADABLE
from tests.formats.rules.peppol_samples import BASES
from tests.hub.cli.conftest import Facteur
from tests.hub.invoices import CLEAN, ubl, wrong_sum

SAMPLES = Path(__file__).parents[2] / "samples"
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
UNKNOWN = "urn:cen.eu:en16931:2017#compliant#urn:example:own"


def test_a_good_file_is_accepted_and_a_faulty_one_says_why(
    facteur: Facteur, tmp_path: Path
) -> None:
    (tmp_path / "good.xml").write_bytes(ubl())
    (tmp_path / "bad.xml").write_bytes(wrong_sum())
    good, bad = facteur("validate", "good.xml"), facteur("validate", "bad.xml")
    assert (good.code, good.out.splitlines()[0]) == (0, "good.xml: ACCEPTED")
    assert "invoice R-1: ACCEPTED, no findings" in good.out
    assert (bad.code, bad.out.splitlines()[0]) == (1, "bad.xml: REJECTED")
    assert "invoice R-1: REJECTED, 1 fatal" in bad.out
    assert "BR-CO-15 (BT-112)" in bad.out
    said = facteur("validate", "bad.xml", "--json").json
    assert said["verdict"] == "rejected"
    (document,) = said["documents"]
    (finding,) = document["findings"]
    said_of = [finding[name] for name in ("rule", "term", "severity", "actor")]
    assert said_of == ["BR-CO-15", "BT-112", "fatal", "erp"]


SETS: dict[str, tuple[bytes, tuple[object, ...], list[str]]] = {
    "core, UBL": (ubl(), (), ["en16931"]),
    "core, CII": (WRITERS["cii"].write(CLEAN, Material()), (), ["en16931-cii"]),
    "what it claims": (ubl(specification=XRECHNUNG), (), ["en16931", "xrechnung-3.0"]),
    "what it claims, unknown": (ubl(specification=UNKNOWN), (), ["en16931"]),
    "what is asked for": (
        ubl(),
        ("--rules", "en16931", "--rules", "xrechnung-3.0"),
        ["en16931", "xrechnung-3.0"],
    ),
}


@pytest.mark.parametrize("case", SETS)
def test_a_file_is_judged_by_what_it_claims_or_what_is_asked_for(
    case: str, facteur: Facteur, tmp_path: Path
) -> None:
    data, more, keys = SETS[case]
    (tmp_path / "a.xml").write_bytes(data)
    (document,) = facteur("validate", "a.xml", *more, "--json").json["documents"]
    assert [key for key in (each["key"] for each in document["sets"]) if key in keys] == keys
    named = [f["value"] for f in document["findings"] if f["rule"] == "IN-SPECIFICATION"]
    assert named == ([UNKNOWN] if "unknown" in case else [])


@pytest.mark.parametrize("case", ["unknown", "Peppol in CII"])
def test_what_claims_rules_that_are_not_here_never_passes(
    case: str, facteur: Facteur, tmp_path: Path
) -> None:
    peppol = write_cii(BASES["belgian"])
    data = ubl(specification=UNKNOWN) if case == "unknown" else peppol
    (tmp_path / "a.xml").write_bytes(data)
    shown = facteur("validate", "a.xml")
    assert (shown.code, shown.out.splitlines()[0]) == (2, "a.xml: COULD NOT BE JUDGED")
    assert "not available" in shown.out
    assert facteur("validate", "a.xml", "--rules", "en16931-cii").code == 0


def test_the_certificate_is_written_beside_the_answer(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(wrong_sum())
    shown = facteur("validate", "a.xml", "--certificate", "c.json", "--json")
    assert json.loads((tmp_path / "c.json").read_bytes()) == shown.json


def test_another_day_is_compared_with_today(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(ubl())
    said = facteur("validate", "a.xml", "--on", "2400-01-01", "--json").json
    assert said["day"] == "2400-01-01"
    assert said["changes"]["since"] == said["at"][:10]
    assert said["changes"]["broken"] == []
    assert "to 2400-01-01" in facteur("validate", "a.xml", "--on", "2400-01-01").out


@pytest.mark.parametrize("sample", ["idoc/line-discounts", "fatturapa/parcella"])
def test_what_names_no_specification_is_judged_with_what_every_hub_adds_and_says_so(
    facteur: Facteur, sample: str
) -> None:
    file = SAMPLES / sample / "in.xml"
    shown = facteur("validate", file)
    assert shown.code == 0
    assert "BT-24 is urn:cen.eu:en16931:2017" in " ".join(shown.out.split())
    (document,) = facteur("validate", file, "--json").json["documents"]
    assert document["completed_sha256"]
    assert "BR-01" not in {finding["rule"] for finding in document["findings"]}


@pytest.mark.parametrize("case", [*UNREADABLE, *MIXED, *GOOD])
def test_bad_input_is_named_and_never_passes(case: str, facteur: Facteur, tmp_path: Path) -> None:
    data = GOOD.get(case) or MIXED.get(case) or UNREADABLE[case][0]
    rule = "" if case in GOOD else "IN-XML-7" if case in MIXED else UNREADABLE[case][1]
    (tmp_path / "a.xml").write_bytes(data)
    shown = facteur("validate", "a.xml")
    assert shown.code == (0 if case in GOOD else 1 if case in MIXED else 2)
    assert shown.err == ""
    assert rule in shown.out
    read = facteur("read", "a.xml")
    assert read.code == shown.code
    assert "Traceback" not in read.err
    assert case not in UNREADABLE or rule in read.err or not data


def test_without_the_official_rules_there_is_no_verdict_that_needs_them(
    facteur: Facteur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTEUR_ARTEFACTS", str(tmp_path / "none"))
    (tmp_path / "a.xml").write_bytes(ubl())
    shown = facteur("validate", "a.xml", "--official")
    assert (shown.code, shown.out.splitlines()[0]) == (2, "a.xml: COULD NOT BE JUDGED")
    assert "ubl-invoice-xsd: not available" in shown.out
    (tmp_path / "a.pdf").write_bytes(WRITERS["facturx-en16931"].write(CLEAN, Material()))
    hybrid = facteur("validate", "a.pdf", "--official")
    assert (hybrid.code, hybrid.out.splitlines()[0]) == (2, "a.pdf: COULD NOT BE JUDGED")
    assert "cii-xsd: not available" in hybrid.out
    (tmp_path / "b.xml").write_bytes(UNREADABLE["a web page"][0])
    unreadable = facteur("validate", "b.xml", "--official")
    assert (unreadable.code, unreadable.err) == (2, "")
    assert "IN-XML-2" in unreadable.out
    idoc = facteur("validate", SAMPLES / "idoc/line-discounts/in.xml", "--official")
    assert (idoc.code, idoc.err) == (
        2,
        "facteur: --official judges UBL, CII and Factur-X; convert the file first\n",
    )


def test_unknown_rules_are_said_in_one_line(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(ubl())
    shown = facteur("validate", "a.xml", "--rules", "x")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("facteur: unknown rule set 'x'; known: en16931,")
