import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from lxml import etree

from formats import catalogue
from formats.codec import Unreadable
from formats.edifact.interchange import messages
from formats.edifact.read import READER, claims, read
from formats.edifact.syntax import LIMIT_SEGMENTS
from formats.findings import Severity
from formats.guide import parse as parse_guide
from formats.guide import shipped
from formats.model import Invoice
from formats.model.codes import (
    ALLOWANCE_REASONS,
    CHARGE_REASONS,
    DOCUMENT_TYPES,
    IDENTIFIER_SCHEMES,
    UNITS,
    VAT_CATEGORIES,
)
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.xml.parsing import parse
from tests.formats.guided_samples import (
    SAMPLES,
    assert_read_as_told,
    fields_of,
    folders,
    readings_of,
)
from tests.formats.shared_examples import CORPORA, needs_corpora

FOLDERS = folders("edifact")
CEN = CORPORA / "en16931-examples/cen-en16931"
CORPUS = CORPORA / "edifact-x12"
ONE = (SAMPLES / "edifact/eancom-d96a/in.txt").read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_samples_read_as_told(folder: Path) -> None:
    readings = readings_of(folder, READER)
    assert_read_as_told(folder, readings)
    for reading in readings:
        said = {path for path in reading.sources if not path.endswith(".scheme")}
        assert fields_of(reading.document) == said


# ── CEN's examples ───────────────────────────────────────────────────────────────────────────────

EXPLAINED: dict[str, set[str]] = {
    # what EDIFACT says otherwise than its CII twin, on purpose or by CEN's slip
    "1": {
        "business_process",  # FTX+DOC says P1; the CII names no process
        "payment.credit_transfers[1].account",  # FII+RB twice with one account: one BG-17
    },
    "3": {"business_process"},
    "5": {
        "business_process",
        "invoiced_object.value",  # RFF+ATS and GIR are BT-18; the CII makes a document of it
        "tender",  # RFF+GC is BT-17; the CII makes a document of it
        "supporting_documents[0].reference",
        "supporting_documents[0].description",
        "supporting_documents[0].attachment.data",
        "supporting_documents[1].reference",
        "supporting_documents[2].reference",
        "supporting_documents[2].description",
        "supporting_documents[2].attachment.data",  # so the only one is third there
        "supporting_documents[2].attachment.media_type",  # UNO names neither type nor file
        "supporting_documents[2].attachment.file_name",
        "payment.credit_transfers[0].account",  # the CII gives the debited account (BT-91) as BG-17
        "payment.credit_transfers[1].account",
        "payment.direct_debit.account",
        "lines[0].item.classifications[0].code",  # PIA+1 12344321; not in the CII
        "lines[0].item.classifications[0].scheme",
        "lines[0].item.standard_id.scheme",  # SRV is a GTIN, 0160; 0088 would be a GLN
        "lines[0].period.end",  # the CII repeats the start
        "lines[1].period.end",
    },
    "7": {"business_process", "payment.credit_transfers[1].account"},
    "9": {
        "business_process",
        "payment.credit_transfers[1].account",
        "lines[0].period.end",  # the CII repeats the start
        "lines[0].price.base_quantity",  # PRI says 1; the CII 49, which is the price
    },
}


@needs_corpora
@pytest.mark.parametrize("number", EXPLAINED)
def test_cen_examples_say_what_their_cii_twins_say(number: str) -> None:
    (edifact,) = read(cen_edifact(number), [])
    twin = CEN / f"cii/examples/CII_example{number}.xml"
    _, (cii,) = catalogue.read(twin.read_bytes(), twin.name)
    mine, theirs = values(edifact.document), values(cii.document)
    different = {path for path in mine | theirs if mine.get(path) != theirs.get(path)}
    assert different == EXPLAINED[number]
    assert len(mine) > 50


BROKEN = {  # what the core's rules find in CEN's own examples, as in their twins unless said
    "5": {"BR-61"},  # PAI+58 without an account to pay to: FII+BI is the account to be debited
    "7": {"BR-CO-14", "BR-CO-15"},  # no MOA+176
}


@needs_corpora
@pytest.mark.parametrize("number", ["0", "0a", *EXPLAINED])
def test_cen_examples_obey_the_rules_of_the_core(number: str) -> None:
    (reading,) = read(cen_edifact(number), [])
    found = {finding.rule for finding in check(reading.document, RULESETS["en16931"])}
    assert found == BROKEN.get(number, set())


def cen_edifact(number: str) -> bytes:
    return (CEN / f"edifact/examples/EDIFACT_EXAMPLE{number}.TXT").read_bytes()


def values(document: Any) -> dict[str, Any]:
    built = msgspec.to_builtins(document, builtin_types=(Decimal, bytes))
    return dict(_flat(built, ""))


def _flat(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _flat(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list | tuple):
        for at, value in enumerate(node):
            yield from _flat(value, f"{path}[{at}]")
    else:
        yield path, node


@needs_corpora
@pytest.mark.parametrize("number", [each for each in EXPLAINED if each != "9"])
def test_cen_examples_are_cut_as_their_xml_form_says(number: str) -> None:
    """CEN gives each message as XML, too: S_ is a segment, D_ a data element, in order.

    Example 9 differs in line ends. Numbers are written with other zeros there.
    """
    (message,) = messages(cen_edifact(number), "cp1252")
    cut = [(each.tag, plain(list(chain(*each.elements)))) for each in message.segments[1:]]
    xml = parse((CEN / f"edifact/examples/EDIFACT_EXAMPLE{number}.xml").read_bytes(), what="it")
    told = [segment for segment in xml.iter() if str(segment.tag).startswith("S_")]
    wanted = [(str(each.tag)[2:], plain(texts(each))) for each in told]
    assert cut == [each for each in wanted if each[0] not in ("UNH", "UNT")]


def texts(segment: etree._Element) -> list[str]:
    return [each.text or "" for each in segment.iter() if str(each.tag).startswith("D_")]


def plain(parts: list[str]) -> list[str]:
    return [re.sub(r"(\.\d*?)0+$", r"\1", part.strip()).rstrip(".") for part in parts if part]


@needs_corpora
@pytest.mark.parametrize("number", ["0", "0a"])
def test_cen_examples_without_twin_read_to_what_they_state(number: str) -> None:
    (reading,) = read(cen_edifact(number), [])
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert summary(invoice) == ("12115118", "De Koksmaat", "ODIN 59", "22.00", 1)
    counted = [(each.rule, each.value) for each in reading.notices]
    assert counted == [("IN-EDIFACT-ENVELOPE", "171")]  # UNT says 171 of some 35 segments


# ── The corpus of others ─────────────────────────────────────────────────────────────────────────


class Told(NamedTuple):
    """What a file states: number, seller, buyer, total with VAT, lines; and the rules it breaks."""

    number: str | None
    seller: str | None
    buyer: str | None
    with_vat: str | None
    lines: int
    rules: tuple[str, ...] = ()


ENVELOPE, VALUE, CHARSET = "IN-EDIFACT-ENVELOPE", "IN-EDIFACT-VALUE", "IN-EDIFACT-CHARSET"
ORDER, ACCEPT, COUNT = "IN-EDIFACT-ORDER", "IN-EDIFACT-ACCEPT", "IN-EDIFACT-COUNT"
RS = "edifact-rs/crates/edifact-rs/tests/fixtures"
STAEDI = "staedi/src/test/resources/EDIFACT"
MAKO = "edifact-mapper-mako/fixtures/generated/fv2604/invoic"
WIDGET = ("342459", "GENERAL WIDGET COMPANY", "CUMMINS MID-RANGE ENGINE PLANT", "2137.58", 2)
BUETTNER = ("342459", "BÜTTNER WIDGET COMPANY", "CUMMINS MID-RANGE ENGINE PLANT", "2137.58", 2)
GENERATED = ("GENERATED00001", None, None, None)
STATED: dict[str, Told] = {
    "underware-edifact/src/underware.Edifact.Examples/Samples/D96A_INVOIC.txt": Told(
        "97301593", "NOVASERVIS FERRO GROUP SRL", "DEDEMAN S.R.L.", "5126.70", 7
    ),
    f"{STAEDI}/invoic_d97b.edi": Told(*BUETTNER, (CHARSET,)),
    f"{STAEDI}/issue128/wrapped_invoic_d97b.edi": Told(*BUETTNER, (CHARSET,)),
    f"{STAEDI}/issue128/wrapped_invoic_d97b_una.edi": Told(*WIDGET),
    f"{STAEDI}/invoic_d97b_bad.edi": Told(  # NAD+BYZZ, 1020A pieces at $1.179, two UNS
        "342459", "GENERAL WIDGET COMPANY", None, "2137.58", 2, (VALUE, VALUE)
    ),
    # a generator's: X for each number, BGM says 7 (duplicate), UNS before the parties, and its own
    # qualifiers MS and MR for seller and buyer
    f"{MAKO}/31001.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    f"{MAKO}/31003.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    f"{MAKO}/31004.edi": Told(*GENERATED, 0, (ORDER, ACCEPT)),
    f"{MAKO}/31007.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    f"{MAKO}/31008.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    f"{MAKO}/31010.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    f"{MAKO}/31011.edi": Told(*GENERATED, 1, (ORDER, ACCEPT, VALUE, VALUE)),
    "pydifact/tests/data/invoice1.edi": Told(  # names stand for ids; its date has a time too many
        "1060113800026", "2002993", "VAUXHALL MOTORS LTD", "1960.29", 1, (VALUE,)
    ),
    "edi-net/test/indice.Edi.Tests/Samples/edifact.Issue203.edi": Told(
        None, None, "1111", "45612.20", 1, (ENVELOPE, ENVELOPE, COUNT)
    ),
    f"{RS}/invoic_conforming.edi": Told(
        "INV-9001", "4000001000001", "4000001000002", None, 1, (ENVELOPE,)
    ),
    f"{RS}/d01b_invoic_conforming.edi": Told(
        "INV-9001", "4012345000009", "4012345000008", None, 0, (ENVELOPE,)
    ),
    f"{RS}/d96a_invoic_conforming.edi": Told(
        "INV-9901", "4012345000009", "4012345000008", None, 0, (ENVELOPE,)
    ),
    f"{RS}/d01b_invoic_malformed.edi": Told(None, None, None, None, 0, (ENVELOPE,)),
    f"{RS}/d96a_invoic_malformed.edi": Told(None, None, None, None, 0, (ENVELOPE,)),
}
OTHERS = {
    f"{RS}/d01b_orders_conforming.edi": "ORDERS.D.01B",
    f"{RS}/d01b_orders_malformed.edi": "ORDERS.D.01B",
    f"{RS}/d96a_orders_conforming.edi": "ORDERS.D.96A",
    f"{RS}/d96a_orders_malformed.edi": "ORDERS.D.96A",
    f"{RS}/d11a_conforming.edi": "ORDERS.D.11A",
    f"{RS}/d11a_malformed.edi": "ORDERS.D.11A",
    f"{RS}/d11a_malformed_component.edi": "ORDERS.D.11A",
}
MIXED = "edi-net/test/indice.Edi.Tests/Samples/edifact.Issue188.edi"


def summary(invoice: Invoice) -> tuple[object, ...]:
    totals = invoice.totals
    return (
        invoice.number,
        name_of(invoice.seller),
        name_of(invoice.buyer),
        None if totals is None or totals.with_vat is None else str(totals.with_vat),
        len(invoice.lines),
    )


def name_of(party: Any) -> str | None:
    if party is None:
        return None
    return party.name or next((str(each.value) for each in party.identifiers), None)


@needs_corpora
@pytest.mark.parametrize("file", STATED)
def test_invoices_of_others_read_to_what_they_state(file: str) -> None:
    reader, (reading,) = catalogue.read((CORPUS / file).read_bytes(), file)
    assert reader is READER
    assert isinstance(reading.document, Invoice)
    told = STATED[file]
    assert summary(reading.document) == told[:5]
    assert tuple(each.rule for each in reading.notices) == told.rules


@needs_corpora
@pytest.mark.parametrize("file", OTHERS)
def test_other_messages_are_refused_by_their_name(file: str) -> None:
    with pytest.raises(Unreadable) as refused:
        catalogue.read((CORPUS / file).read_bytes(), file)
    assert refused.value.finding.rule == "IN-EDIFACT-MESSAGE"
    assert refused.value.finding.value == OTHERS[file]


@needs_corpora
def test_messages_of_two_types_are_told_apart() -> None:
    readings = read((CORPUS / MIXED).read_bytes(), [])
    kinds = [[each.rule for each in reading.notices] for reading in readings]
    foreign = [ENVELOPE, "IN-EDIFACT-MESSAGE"]
    assert kinds == [foreign, [ENVELOPE] * 3, foreign, [ENVELOPE] * 3]  # UNZ and UNT miscount


@needs_corpora
def test_every_file_of_the_corpus_is_in_a_table() -> None:
    listed = {CORPUS / file for file in (*STATED, *OTHERS, MIXED)}
    files = {path for path in CORPUS.rglob("*") if path.suffix in {".edi", ".txt"}}
    assert {path for path in files - listed if claims(path.read_bytes()[:4096], "")} == set()


@pytest.mark.parametrize(
    "file",
    [
        *(folder / "in.txt" for folder in FOLDERS),
        *(CORPUS / name for name in STATED),
        *(CEN / f"edifact/examples/EDIFACT_EXAMPLE{number}.TXT" for number in EXPLAINED),
    ],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_no_component_vanishes(file: Path) -> None:
    """What a message says is in a term, listed, at fault, its segment's qualifier, or a known code.

    That is judged by segment: each that says more than its qualifier is named somewhere.
    """
    if not file.exists():
        pytest.skip("the shared corpora are not here")
    readings = read(file.read_bytes(), [])
    for message, reading in zip(messages(file.read_bytes(), "cp1252"), readings, strict=True):
        if message.type != "INVOIC":
            continue
        noted = (*reading.sources.values(), *reading.unmapped)
        noted += tuple(notice.place or "" for notice in reading.notices)
        named = {int(each) for each in re.findall(r"segment (\d+)", " ".join(noted))}
        said: list[list[list[str]]] = []
        for segment in message.segments[1:]:
            if says_more(segment.tag, segment.elements) and segment.elements not in said:
                assert segment.number in named, segment.here
            said.append(segment.elements)


def says_more(tag: str, elements: list[list[str]]) -> bool:
    """Whether a segment has more than its qualifier and codes of its kind."""
    parts = [part for element in elements for part in element if part.strip()]
    if tag in {"UNS", "PYT", "PAT", "CNT", "FII", "RFF", "CTA"} and len(parts) <= 3:
        return False
    return len(parts) > 1 + (tag == "TAX") + (tag == "DTM")


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────

TEXT = ONE.decode("latin-1")
FAULTS: dict[str, tuple[str, Sequence[tuple[str, str | None]]]] = {
    # what is wrong: the file, its notices
    "no UNB": (
        re.sub(r"UNB.*?'\n", "", TEXT).replace("UNZ+1+815'\n", ""),
        [("IN-EDIFACT-ENVELOPE", "UNB"), ("IN-EDIFACT-CHARSET", None)],
    ),
    "no UNZ": (TEXT.replace("UNZ+1+815'\n", ""), [("IN-EDIFACT-ENVELOPE", "UNZ")]),
    "no UNT": (
        re.sub(r"UNT.*?'\n", "", TEXT),
        [("IN-EDIFACT-ENVELOPE", "UNT (behind segment 53)")],
    ),
    "cut off behind a segment": (
        TEXT[: TEXT.index("UNS+S")],
        [
            ("IN-EDIFACT-ENVELOPE", "UNZ"),
            ("IN-EDIFACT-ENVELOPE", "UNT (behind segment 42)"),
        ],
    ),
    "all counts and references wrong": (
        TEXT.replace("UNT+54+1'", "UNT+51+2'").replace("UNZ+1+815'", "UNZ+2+816'"),
        [("IN-EDIFACT-ENVELOPE", "UNZ")] * 2 + [("IN-EDIFACT-ENVELOPE", "UNT+51 (segment 54)")] * 2,
    ),
    "a control total": (
        TEXT.replace("CNT+2:2'", "CNT+2:3'"),
        [("IN-EDIFACT-COUNT", "CNT+2.1.2 (segment 44)")],
    ),
    "a cancellation and a test": (
        TEXT.replace("0815+9'", "0815+1'").replace("++INVOIC'", "++INVOIC++++1'"),
        [("IN-EDIFACT-ACCEPT", "UNB.11 (segment 0)"), ("IN-EDIFACT-ACCEPT", "BGM.3 (segment 2)")],
    ),
    "amounts in another currency": (
        TEXT.replace("MOA+203:80,00'", "MOA+203:80,00:EUR'").replace(
            "MOA+9:113,05'", "MOA+9:113,05:DKK'"
        ),
        [("IN-EDIFACT-CURRENCY", "MOA+9.1.3 (segment 50)")],
    ),
    "three values at once": (
        TEXT.replace("137:20261122:102", "137:20261322:102")
        .replace("203:80,00", "203:80.00")
        .replace("13:20261222:102", "13:20261222:999"),
        [
            ("IN-EDIFACT-VALUE", "DTM+137.1.2 (segment 3)"),
            ("IN-EDIFACT-VALUE", "DTM+13.1.2 (segment 22)"),
            ("IN-EDIFACT-VALUE", "MOA+203.1.2 (segment 34)"),
        ],
    ),
    "a party behind the lines": (
        TEXT.replace("UNS+S'\n", "UNS+S'\nNAD+PE+1::9'\n").replace("UNT+54", "UNT+55"),
        [("IN-EDIFACT-ORDER", "NAD+PE (segment 44)")],
    ),
    "segments of no invoice": (
        TEXT.replace("UNS+S'\n", "ZZZ+1'\nZZZ+2'\nUNS+S'\n").replace("UNT+54", "UNT+56"),
        [("IN-EDIFACT-SEGMENT", "ZZZ+1 (segment 43)")],
    ),
    "a terminator that was not released": (
        TEXT.replace("frei Haus", "frei 'Haus"),
        [
            ("IN-EDIFACT-SYNTAX", "segment 6"),
            ("IN-EDIFACT-ENVELOPE", "UNT+54 (segment 55)"),
            ("IN-EDIFACT-SEGMENT", "Haus; (segment 6)"),
        ],
    ),
    "Windows text under another name": (
        TEXT.replace("Treuerabatt", "\x84Treue\x93"),
        [("IN-EDIFACT-CHARSET", None)],
    ),
    "a second category that nobody knows": (
        TEXT.replace("MOA+125:95,00'\nMOA+124:18,05'\nUNT", "MOA+125:95'\nUNT")
        .replace(":::19+S'\nMOA+125:95'", ":::0+D1'\nMOA+125:95'")
        .replace("UNT+54", "UNT+53"),
        [("IN-EDIFACT-CODE", "TAX+7.6 (segment 51)")],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_named_by_segment_all_at_once(case: str) -> None:
    text, expected = FAULTS[case]
    assert text != TEXT
    (reading,) = read(text.encode("latin-1"), [])
    assert [(notice.rule, notice.place) for notice in reading.notices] == list(expected)
    assert all(notice.fix for notice in reading.notices)


UNREADABLE = {
    "half a segment": (ONE[:700], "IN-EDIFACT-SYNTAX"),
    "nothing but its head": (b"UNB+UNOC:3+A+B+261122:0915+1'UNZ+0+1'", "IN-EDIFACT-ENVELOPE"),
    "an order": (ONE.replace(b"INVOIC:D", b"ORDERS:D"), "IN-EDIFACT-MESSAGE"),
    "too many segments": (b"UNB+UNOA:1+A'" + b"A'" * (LIMIT_SEGMENTS + 1), "IN-EDIFACT-SYNTAX"),
}


MILLIONS = pytest.param("too many segments", marks=pytest.mark.scenario)


@pytest.mark.parametrize("case", [*sorted(UNREADABLE.keys() - {"too many segments"}), MILLIONS])
def test_unreadable_files_say_why(case: str) -> None:
    data, rule = UNREADABLE[case]
    with pytest.raises(Unreadable) as refused:
        read(data, [])
    assert refused.value.finding.rule == rule
    assert refused.value.finding.fix


SAME = {  # other ways to write the very same interchange
    "without line ends": TEXT.replace("'\n", "'"),
    "with DOS line ends": TEXT.replace("\n", "\r\n"),
    "indented": TEXT.replace("'\n", "'\n\t  "),
    "wrapped at 40 characters": "\n".join(re.findall(".{1,40}", TEXT.replace("\n", ""))),
    "padded by a transport": TEXT + "\x1a\0\0",
    "behind white space": f"\n \n{TEXT}",
    "with other service characters": TEXT.replace("UNA:+,? '", "UNA|^,! ~")
    .replace("?:", "!\0")
    .replace("?+", "+")
    .translate(str.maketrans(":+'", "|^~"))
    .replace("^49", "+49")
    .replace("!\0", ":"),
    "in UTF-8": TEXT.replace("UNOC", "UNOW").encode().decode("latin-1"),
    "with a byte order mark": "\xef\xbb\xbf"
    + TEXT.replace("UNOC", "UNOW").encode().decode("latin-1"),
}


@pytest.mark.parametrize("case", SAME)
def test_however_it_is_written_it_says_the_same(case: str) -> None:
    assert read(SAME[case].encode("latin-1"), []) == read(ONE, [])


def test_utf_16_says_the_same() -> None:
    text = TEXT.replace("UNOC", "UNOY")
    assert claims(text.encode("utf-16")[:4096], "")
    assert read(text.encode("utf-16"), []) == read(ONE, [])


def test_several_interchanges_each_have_their_own_faults() -> None:
    other = TEXT.replace("UNA:+,? '", "UNA:+.? '").replace(",00", ".00").replace(",05", ".05")
    other = other.replace("2,5", "2.5").replace("UNZ+1+815", "UNZ+1+999")
    first, second = read((TEXT + other).encode("latin-1"), [])
    assert first == read(ONE, [])[0]
    assert second.document == first.document
    assert [notice.value for notice in second.notices] == ["999"]


def test_of_very_many_faults_some_are_listed_and_the_others_counted() -> None:
    lines = "LIN+1'MOA+203:X'" * 2000
    message = f"UNH+1+INVOIC:D:96A:UN'BGM+380+1'{lines}UNT+4003+1'"
    (reading,) = read(f"UNB+UNOC:3+A+B+261122:0915+1'{message}UNZ+1+1'".encode(), [])
    assert len(reading.notices) == 501
    assert reading.notices[-1].message.startswith("the message has 1,500 more faults")


@pytest.mark.parametrize("code", ["380", "381", "384", "386", "389", "261"])
def test_every_kind_of_invoice_is_what_bgm_says(code: str) -> None:
    (reading,) = read(ONE.replace(b"BGM+380", f"BGM+{code}".encode()), [])
    assert isinstance(reading.document, Invoice)
    assert reading.document.type_code == code
    assert reading.document.is_credit_note == (code in {"381", "261"})
    assert reading.notices == ()


def test_names_are_joined_before_d14b_and_told_apart_from_it_on() -> None:
    long = ONE.replace(b"AG+Kaufweg 2", b"AG:Abteilung:Einkauf+Kaufweg 2")
    (older,), (newer,) = read(long, []), read(long.replace(b"96A", b"14B"), [])
    assert isinstance(older.document, Invoice)
    assert isinstance(newer.document, Invoice)
    buyers = [older.document.buyer, newer.document.buyer]
    assert [(each.name, each.trading_name) for each in buyers if each] == [
        ("Käufer AG Abteilung Einkauf", None),
        ("Käufer AG", "Abteilung"),
    ]
    assert newer.unmapped["NAD+BY.4.3 (segment 17)"] == "Einkauf"


def test_a_guide_is_laid_over_the_one_of_its_directory() -> None:
    guide = parse_guide("mine", 'format = "edifact"\n[codes.unit]\nPCE = "C62"')
    sample = (SAMPLES / "edifact/cen-d14b-with-attachment/in.txt").read_bytes()
    (plain_,), (guided,) = read(sample, []), read(sample.replace(b":HUR", b":PCE"), [guide])
    assert isinstance(plain_.document, Invoice)
    assert isinstance(guided.document, Invoice)
    assert guided.document.specification == "urn:cen.eu:en16931:2017"
    assert [line.unit for line in guided.document.lines] == ["C62"]
    assert guided.document.seller == plain_.document.seller


def test_two_objects_of_one_reference_are_both_kept() -> None:
    sample = (SAMPLES / "edifact/cen-d14b-with-attachment/in.txt").read_bytes()
    found = re.search(rb"UNO\+.*P1'(?=UNZ)", sample, re.DOTALL)
    assert found
    second = found[0].replace(b"%PDF", b"\x89PNG")
    (reading,) = read(sample.replace(found[0], found[0] + second), [])
    assert isinstance(reading.document, Invoice)
    attached = [each.attachment for each in reading.document.supporting_documents]
    assert [each and each.media_type for each in attached] == ["application/pdf", "image/png"]


def test_objects_are_counted_and_named_as_they_are() -> None:
    sample = (SAMPLES / "edifact/cen-d14b-with-attachment/in.txt").read_bytes()
    (reading,) = read(re.sub(rb"UNP\+(\d+)\+P1", rb"UNP+7+P2", sample), [])
    assert [(each.place, each.value) for each in reading.notices] == [("UNP", "7"), ("UNP", "P2")]
    (cut_short,) = read(sample.replace(b"%PDF-1.4", b"%PDF"), [])
    assert {each.rule for each in cut_short.notices} == {"IN-EDIFACT-ENVELOPE"}


def test_lenient_envelopes_only_warn() -> None:
    wrong = ONE.replace(b"UNZ+1+815", b"UNZ+9+9")
    guide = parse_guide("mine", 'format = "edifact"\nenvelope = "lenient"')
    (strict,), (lenient,) = read(wrong, []), read(wrong, [guide])
    assert {notice.severity for notice in strict.notices} == {Severity.FATAL}
    assert {notice.severity for notice in lenient.notices} == {Severity.WARNING}


def test_repeated_elements_of_version_4_are_found() -> None:
    once = "UNA:+.?*'UNB+UNOC:4+A+B+20261122:0915+1'UNH+1+INVOIC:D:01B:UN'BGM+380+1'LIN+1'{}'"
    once += "UNT+5+1'UNZ+1+1'"
    (apart,) = read(once.format("PIA+5+A1:SA+B2:IN").encode(), [])
    (repeated,) = read(once.format("PIA+5+A1:SA*B2:IN").encode(), [])
    assert repeated.document == apart.document
    assert isinstance(apart.document, Invoice)
    item = apart.document.lines[0].item
    assert item is not None
    assert (item.seller_id, item.buyer_id) == ("A1", "B2")


BAD_GUIDES = {
    "colour = 1": "unknown word `colour`",
    "[invoice]\nnummer = 'BGM.2'": "path `nummer`: Invoice has no field `nummer`",
    "[invoice.lines]\nnet = 'MOA'": "`MOA` is no place as in NAD+BY/RFF.1.2",
    "[invoice.lines]\nnet = 7": "`net`: write one place, or a list of places",
    "[invoice.seller]\nfrom = 'nad'": "from: `nad` is no segment as in NAD+BY",
    'decimal = "x"': "`x` is neither a point nor a comma",
    'encoding = "ebcdic-9"': "`ebcdic-9` is no text encoding",
}


def test_all_faults_of_a_guide_are_named_at_once() -> None:
    for toml, fault in BAD_GUIDES.items():
        with pytest.raises(Unreadable, match=re.escape(fault)):
            read(ONE, [parse_guide("mine", f'format = "edifact"\n{toml}')])
    both = "colour = 1\n[invoice]\nnummer = 'BGM.2'\n[invoice.lines]\nnet = '?'\n"
    with pytest.raises(Unreadable, match=r"colour.*nummer.*\?"):
        read(ONE, [parse_guide("mine", f'format = "edifact"\n{both}')])


@pytest.mark.parametrize("guide", ["edifact-invoic", "x12-810"])
def test_the_shipped_guides_name_codes_that_exist(guide: str) -> None:
    codes = shipped(guide).table["codes"]
    assert set(codes["unit"].values()) - {"*"} <= UNITS
    assert set(codes["type_code"].values()) - {"*"} <= DOCUMENT_TYPES
    assert set(codes["scheme"].values()) - {""} <= IDENTIFIER_SCHEMES
    assert set(codes["reason_code"].values()) - {"*", ""} <= ALLOWANCE_REASONS | CHARGE_REASONS
    assert set(codes.get("vat_category", {}).values()) <= VAT_CATEGORIES


def test_nothing_but_edifact_is_claimed() -> None:
    assert not claims(b"UNAWARE of any invoice", "x.edi")
    assert not claims(b"UNBOXED", "x.edi")
    assert not claims(b"", "")
