"""veraPDF and Mustang judge every kind of PDF/A-3, Factur-X and XRechnung that we write."""

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from msgspec.structs import replace

from formats.catalogue import WRITERS
from formats.certificate.form import Verdict
from formats.certificate.judge import Terms, judge_file
from formats.codec import Material, Unreadable
from formats.facturx.write import WRITERS as FACTURX
from formats.model import Invoice
from formats.pdf.archival import to_pdfa3
from formats.signatures.catalogue import SIGNATURES
from formats.xml.opening import opening_tag
from tests.formats.letter.cases import CASES, CREATED, load, printed
from tests.formats.pdf.test_archival import GOOD
from tests.formats.shared_examples import CORPORA, name_of_example, needs_corpora
from tests.formats.test_attachments import ONE_OF_EACH_KIND
from tests.oracles.java import Words, mustang, verapdf
from tests.oracles.test_pdfa import INVOICES, OTHERS
from tests.oracles.verdicts import Verdicts
from tests.properties.right_invoices import right_invoices
from tests.servers.certification import certification

GENERATED = 50
SIGNED = (
    *("letter invoice-de", "letter reminder-firm-fr", "facturx-en16931 of letter invoice-de"),
    *("facturx-minimum of letter invoice-en", "page dangerous", "Factur-X of page inks"),
)
"""What every kind of PAdES signature is laid over."""
FACTUR_X = re.compile(r"^[^/]*(facturx-\w+|Factur-X) of [^/]*$")
"""A Factur-X of our own pages: Mustang takes a third of a second over each."""
PADES = [name for name in SIGNATURES if name.startswith("pades-")]
SYNTAXES = {
    "xrechnung-ubl": ("Invoice", "CreditNote"),
    "xrechnung-cii": ("CrossIndustryInvoice",),
}
"""Writer to the roots of its syntax; Mustang forgets rules if it gets two syntaxes in one run."""
SPOILT = {
    "BR-CO-15": (rb"(<cbc:TaxInclusiveAmount [^>]*>|<ram:GrandTotalAmount>)", rb"\g<1>9"),
    "BR-DE-15": (rb"(BuyerReference>)[^<]+", rb"\g<1>"),
    "XSD": (rb"(<(cbc|ram):(IssueDate|IssueDateTime|TypeCode)>)", rb"<\2:Unknown/>\g<1>"),
}
"""Rule to what breaks it in either syntax."""
_AMOUNT_DUE = "BR-CO-16, which KoSIT's configuration lets pass in an extension"
_SCHEME = "BR-CL-11, which KoSIT's configuration lets pass in an extension"
KOSIT_ALONE = {
    "05.01a-INVOICE_ubl.xml": _AMOUNT_DUE,
    **{f"ubl-inv-br-dex-09-test{n}.xml": _AMOUNT_DUE for n in ("", "-2", "-3", "-4")},
    "ubl-inv-br-dex-05-schemeid-test.xml": _SCHEME,
    "cii-br-dex-05-schemeid-test-2.xml": _SCHEME,
    "cii-br-dex-15-test-on-sub-invoice-lines.xml": "ParentLineID is in the schema of D22B, and not"
    " in that of D16B, which is in no package; BR-DEX-15 only warns of it",
}
"""KoSIT's file to why Mustang refuses it and we do not."""


def factur_x(page: bytes) -> bytes:
    material = Material(created=CREATED, source_pdf=page)
    return WRITERS["facturx-en16931"].write(load("invoice"), material)


@cache
def unsigned() -> Mapping[str, bytes]:
    """Every kind of PDF/A-3 that we write."""
    made = {f"letter {case.name}": printed(case) for case in CASES}
    for case in INVOICES:
        page = printed(case)
        material = Material(language=case.language, created=CREATED, source_pdf=page)
        for writer in FACTURX:
            made[f"{writer.name} of letter {case.name}"] = writer.write(load(case.sample), material)
    beside = replace(load("invoice"), supporting_documents=ONE_OF_EACH_KIND)
    made["facturx-basic of an invoice with files"] = WRITERS["facturx-basic"].write(
        beside, Material(created=CREATED)
    )
    pages = {f"page {name}": page() for name, page in GOOD.items()}
    pages |= {f"page {name_of_example(path)}": path.read_bytes() for path in OTHERS}
    for name, page in pages.items():
        try:
            made |= {name: to_pdfa3(page, created=CREATED), f"Factur-X of {name}": factur_x(page)}
        except Unreadable:
            continue
    return made


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """All kinds of PAdES over some."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, the certification authority, is not installed")
    folder = tmp_path_factory.mktemp("town")
    with certification(folder) as town, httpx.Client(timeout=5) as http:
        signer = town.signer(http)
        return {
            f"{kind} over {name}": SIGNATURES[kind](unsigned()[name], signer, town.now)
            for name in SIGNED
            for kind in PADES
        }


def note(verdict: Verdicts, judge: str, said: Words) -> None:
    """Note a verdict for each file: that it is good."""
    wrong = {name: words[:3] for name, words in said.items() if words}
    verdict(judge, f"{len(said)} files", agrees=True, files=len(said) - len(wrong))
    for name, words in wrong.items():
        verdict(judge, name, agrees=False, says=words)


def test_verapdf_accepts_every_pdf_a(tmp_path: Path, verdict: Verdicts) -> None:
    note(verdict, "veraPDF, PDF/A-3b", verapdf(unsigned(), tmp_path))


def test_verapdf_accepts_every_pdf_a_that_is_signed(
    signed: Mapping[str, bytes], tmp_path: Path, verdict: Verdicts
) -> None:
    note(verdict, "veraPDF, PDF/A-3b, signed", verapdf(signed, tmp_path))


def test_verapdf_refuses_what_is_not_yet_pdf_a(tmp_path: Path, verdict: Verdicts) -> None:
    for name, words in verapdf({name: page() for name, page in GOOD.items()}, tmp_path).items():
        verdict("veraPDF, PDF/A-3b", f"{name}, as it came", agrees=bool(words))


def test_mustang_accepts_every_factur_x(
    signed: Mapping[str, bytes], tmp_path: Path, verdict: Verdicts
) -> None:
    every = {**unsigned(), **signed}
    made = {name: pdf for name, pdf in every.items() if FACTUR_X.search(name)}
    note(verdict, "Mustang, Factur-X", mustang(made, tmp_path, suffix=".pdf"))


def generated(writer: str) -> Mapping[str, bytes]:
    written: dict[str, bytes] = {}

    @seed(20261122)
    @settings(
        max_examples=GENERATED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(invoice=right_invoices())
    def write(invoice: Invoice) -> None:
        written[f"generated {len(written)}"] = WRITERS[writer].write(invoice, Material())

    write()
    return written


@pytest.mark.parametrize("writer", SYNTAXES)
def test_mustang_accepts_every_xrechnung_until_it_is_spoilt(
    writer: str, tmp_path: Path, verdict: Verdicts
) -> None:
    good = generated(writer)
    first = next(iter(good.values()))
    spoilt = {rule: re.sub(*how, first, count=1) for rule, how in SPOILT.items()}
    said = mustang({**good, **spoilt}, tmp_path, suffix=".xml")
    note(verdict, f"Mustang, {writer}", {name: said[name] for name in good})
    for rule in spoilt:
        broken = f"{writer}, {rule} broken"
        verdict(f"Mustang, {writer}", broken, agrees=bool(said[rule]), says=said[rule])


def of_kosit(roots: tuple[str, ...]) -> dict[str, bytes]:
    """Return KoSIT's examples, and the files of its tests, that have one of these roots."""
    files = {
        path.name: path.read_bytes() for path in sorted((CORPORA / "xrechnung").rglob("*.xml"))
    }
    found = {
        name: (opening_tag(data[:4096]) or "").rpartition("}")[2] for name, data in files.items()
    }
    return {name: data for name, data in files.items() if found[name] in roots}


@needs_corpora
@pytest.mark.parametrize("writer", SYNTAXES)
def test_mustang_and_we_say_the_same_of_the_files_of_kosit(
    writer: str, tmp_path: Path, verdict: Verdicts
) -> None:
    files = of_kosit(SYNTAXES[writer])
    now = datetime(2026, 11, 22, tzinfo=UTC)
    terms = Terms(at=now, day=now.date(), by="this test")
    for name, words in mustang(files, tmp_path, suffix=".xml").items():
        refused = judge_file(files[name], name, terms).verdict is not Verdict.ACCEPTED
        agrees = refused == bool(words) or name in KOSIT_ALONE
        verdict(f"Mustang, {writer}", name, agrees=agrees, says=words)
