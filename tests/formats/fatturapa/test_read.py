"""FatturaPA read: our samples as told, single elements by a table, and what others wrote."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from formats import catalogue
from formats.codec import Reading, Unreadable
from formats.fatturapa.read import READER, claims, read_fatturapa
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.rules.it_codes import (
    DOCUMENT_TYPES,
    KNOWN_NATURES,
    MEANS_CODES,
    NATURE_CATEGORIES,
    PAYMENT_MEANS,
    TYPE_CODES,
)
from formats.xml.parsing import parse
from tests.formats.guided_samples import assert_read_as_told, folders, readings_of
from tests.formats.reading import SAMPLES, silently_passed
from tests.formats.shared_examples import CORPORA, examples, name_of_example, needs_corpora

FOLDER = "italy-fatturapa"
PARCELLA = (SAMPLES / "fatturapa/parcella/in.xml").read_text("utf-8")
EXAMPLES = examples(claims, FOLDER)
REFUSED = {
    **dict.fromkeys(("ESEMPIO FT SEMPL.xml", "ESEMPIO FT SEMPL 2.xml"), "IN-FPA-SIMPLIFIED"),
    "ESEMPIO NDC SEMPL.xml": "IN-FPA-SIMPLIFIED",
    **{
        f"IT01234567890_11001{more}.xml": "IN-FPA-VERSION"
        for more in ("", "_entity", "_reso", "_spazi")
    },
    "missing_FatturaElettronicaBody.xml": "IN-FPA-EMPTY",
}
USABLE = [path for path in EXAMPLES if path.name not in REFUSED]
CONSTANTS = {"DatiTrasmissione/FormatoTrasmissione", "DatiRiepilogo/EsigibilitaIVA"}
"""What is understood without being a term: at once is the rule, split payment is category B."""


@pytest.mark.parametrize("folder", folders("fatturapa"), ids=lambda folder: folder.name)
def test_reads_as_told(folder: Path) -> None:
    assert_read_as_told(folder, readings_of(folder, READER))


def read(**changes: str) -> Reading:
    """The sample with elements that say something else, or with others in their place."""
    text = PARCELLA
    for name, value in changes.items():
        before, _, rest = text.partition(f"<{name}>")
        assert rest, name
        inner, _, after = rest.partition(f"</{name}>")
        del inner
        instead = value if value.startswith("<") or not value else f"<{name}>{value}</{name}>"
        text = before + instead + after
    (reading,) = read_fatturapa(text.encode())
    return reading


def at(invoice: Any, path: str) -> Any:
    for step in path.split("."):
        invoice = invoice[int(step)] if step.isdigit() else getattr(invoice, step)
    return invoice


D = Decimal
OTHERWISE: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "a plain invoice": (
        {"TipoDocumento": "TD01"},
        {"type_code": "380", "extensions.it.document_type": None},
    ),
    "a reverse charge that the buyer states": (
        {"TipoDocumento": "TD17"},
        {"type_code": "380", "extensions.it.document_type": "TD17"},
    ),
    "an unknown type": ({"TipoDocumento": "TD99"}, {"type_code": None}),
    "sent by the seller": (
        {"IdCodice": "01234567890", "ProgressivoInvio": "7P"},
        {"extensions.it.sender": None, "extensions.it.sending_number": None},
    ),
    "to a channel": (
        {"CodiceDestinatario": "ABC1234", "PECDestinatario": ""},
        {
            "buyer.electronic_address.value": "ABC1234",
            "buyer.electronic_address.scheme": "0205",
        },
    ),
    "to an office": (
        {"CodiceDestinatario": "UFABCD", "PECDestinatario": ""},
        {"buyer.electronic_address.scheme": "0201"},
    ),
    "to nobody in particular": (
        {"PECDestinatario": ""},
        {"buyer.electronic_address": None, "extensions.it.recipient_code": None},
    ),
    "to seven X although at home": (
        {"CodiceDestinatario": "XXXXXXX", "PECDestinatario": ""},
        {"extensions.it.recipient_code": "XXXXXXX"},
    ),
    "a negative price": (
        {"PrezzoUnitario": "-100.00"},
        {"lines.0.price.net": D("100.00"), "lines.0.quantity": D("-10.00")},
    ),
    "a discount of one unit": (
        {"Percentuale": "<Importo>5.00</Importo>"},
        {"lines.0.allowances.0.amount": D("50.00"), "lines.0.allowances.0.percent": None},
    ),
    "two discounts, each of what is left": (
        {
            "ScontoMaggiorazione": "<ScontoMaggiorazione><Tipo>SC</Tipo><Percentuale>10.00"
            "</Percentuale></ScontoMaggiorazione><ScontoMaggiorazione><Tipo>SC</Tipo><Percentuale>"
            "5.00</Percentuale></ScontoMaggiorazione>"
        },
        {
            "lines.0.allowances.0.amount": D("100.00"),
            "lines.0.allowances.1.base": D("900.00"),
            "lines.0.allowances.1.amount": D("45.00"),
        },
    ),
    "a surcharge": (
        {"Tipo": "MG"},
        {"lines.0.charges.0.amount": D("50.00"), "lines.0.charges.0.reason": "Maggiorazione"},
    ),
    "a unit code": ({"UnitaMisura": "KGM"}, {"lines.0.unit": "KGM"}),
    "a unit that nobody knows": (
        {"UnitaMisura": "a corpo"},
        {"lines.0.unit": "C62", "lines.0.item.attributes.0.value": "a corpo"},
    ),
    "an EAN": (
        {"CodiceTipo": "EAN", "CodiceValore": "4000001000005"},
        {"lines.0.item.standard_id.scheme": "0160", "lines.0.item.seller_id": None},
    ),
    "a classification": (
        {"CodiceTipo": "HS", "CodiceValore": "8517"},
        {"lines.0.item.classifications.0.code": "8517"},
    ),
    "no total": ({"ImportoTotaleDocumento": ""}, {"totals.with_vat": D("1250.36")}),
    "a total that was rounded": (
        {
            "ImportoTotaleDocumento": "<ImportoTotaleDocumento>1250.40</ImportoTotaleDocumento>"
            "<Arrotondamento>0.04</Arrotondamento>"
        },
        {"totals.with_vat": D("1250.36"), "totals.rounding": D("0.04")},
    ),
    "cash": (
        {"ModalitaPagamento": "MP01"},
        {"payment.means_code": "10", "extensions.it.payment_means": None},
    ),
    "a transfer to no account": (
        {
            "DatiPagamento": "<DatiPagamento><DettaglioPagamento><ModalitaPagamento>MP05"
            "</ModalitaPagamento></DettaglioPagamento></DatiPagamento>"
        },
        {"payment.means_code": "42", "totals.due": D("1250.36")},
    ),
    "more to pay than the total": (
        {"ImportoPagamento": "6000.00"},
        {"totals.due": D("1250.36"), "totals.paid": None},
    ),
    "deferred": ({"EsigibilitaIVA": "D"}, {"tax_point_code": "432"}),
    "split payment": (
        {"EsigibilitaIVA": "S"},
        {"lines.0.vat_category": "B", "charges.0.vat_category": "B", "lines.1.vat_category": "E"},
    ),
    "a buyer outside the Union without number": (
        {
            "CessionarioCommittente": "<CessionarioCommittente><DatiAnagrafici><IdFiscaleIVA>"
            "<IdPaese>CH</IdPaese><IdCodice>OO99999999999</IdCodice></IdFiscaleIVA><Anagrafica>"
            "<Denominazione>Muster</Denominazione></Anagrafica></DatiAnagrafici><Sede><Indirizzo>"
            "Gasse 3</Indirizzo><CAP>00000</CAP><Comune>Bern</Comune><Nazione>CH</Nazione></Sede>"
            "</CessionarioCommittente>"
        },
        {"buyer.vat_identifier": None, "buyer.address.post_code": None},
    ),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_an_element_says(name: str) -> None:
    changes, expected = OTHERWISE[name]
    document = read(**changes).document
    assert {path: at(document, path) for path in expected} == expected


def test_who_issues_tells_a_self_billed_invoice() -> None:
    text = PARCELLA.replace("TD06", "TD01").replace(
        "</CessionarioCommittente>",
        "</CessionarioCommittente><SoggettoEmittente>CC</SoggettoEmittente>",
    )
    (reading,) = read_fatturapa(text.encode())
    assert isinstance(reading.document, Invoice)
    assert reading.document.type_code == "389"
    assert not any("SoggettoEmittente" in place for place in reading.unmapped)


LEFT: dict[str, tuple[dict[str, str], tuple[str, str]]] = {
    "another kind of item number": ({"CodiceTipo": "Interno"}, ("CodiceValore", "PRJ")),
    "an allowance of the whole": (
        {
            "Causale": "<ScontoMaggiorazione><Tipo>SC</Tipo><Importo>3</Importo>"
            "</ScontoMaggiorazione>"
        },
        ("DatiGeneraliDocumento/ScontoMaggiorazione/Importo", "3"),
    ),
    "a compressed attachment": (
        {"FormatoAttachment": "<AlgoritmoCompressione>ZIP</AlgoritmoCompressione>"},
        ("Allegati/AlgoritmoCompressione", "ZIP"),
    ),
    "a Natura that is none": ({"Natura": "N9"}, ("DettaglioLinee[2]/Natura", "N9")),
    "an element that nobody knows": ({"Causale": "<Altro>1</Altro>"}, ("/Altro", "1")),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_has_no_place_is_listed(name: str) -> None:
    changes, (place, value) = LEFT[name]
    found = [said for where, said in read(**changes).unmapped.items() if f"{place} (" in where]
    assert found == [value]


FAULTS = {
    "Data": ("2026-02-30", "issue_date"),
    "Quantita": ("10,00", "lines[0].quantity"),
    "PrezzoTotale": ("1E9", "lines[0].net"),
    "Imposta": ("123456789012.00", "vat_breakdown[0].tax"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_value_of_the_wrong_kind_is_a_finding(name: str) -> None:
    value, path = FAULTS[name]
    (finding,) = read(**{name: value}).notices
    assert (finding.rule, finding.path, finding.value) == ("IN-VALUE", path, value)
    assert f"/{name} (line " in (finding.place or "")


def test_tables_of_codes_agree_in_both_directions() -> None:
    for code, kind in DOCUMENT_TYPES.items():
        assert TYPE_CODES[kind] in {code, "380", "381"}
    for means in PAYMENT_MEANS.values():
        assert PAYMENT_MEANS[MEANS_CODES[means]] == means
    assert set(MEANS_CODES) == {f"MP{number:02}" for number in range(1, 24)}
    assert set(NATURE_CATEGORIES) == KNOWN_NATURES | {"N2", "N3", "N6"}


# What others wrote.


def usable(path: Path) -> list[tuple[Reading, etree._Element]]:
    """Each document with its body."""
    data = path.read_bytes()
    bodies = parse(data, what="an example").findall("FatturaElettronicaBody")
    return list(zip(read_fatturapa(data), bodies, strict=True))


def first(element: etree._Element, path: str) -> str | None:
    """The first text at an XPath, None where there is none."""
    found = element.xpath(f"normalize-space(({path})[1])")
    assert isinstance(found, str)
    return found or None


def number(element: etree._Element, path: str) -> Decimal:
    """The sum of all at an XPath."""
    return sum((Decimal(each.text or "") for each in element.findall(path)), Decimal(0))


PARTS = {"SC", "AC"}
"""TipoCessionePrestazione of allowances and charges of the whole."""


def party(role: str) -> str:
    return f"../FatturaElettronicaHeader/{role}"


STATED: dict[str, Callable[[etree._Element], object]] = {
    "number": lambda body: first(body, "DatiGenerali/DatiGeneraliDocumento/Numero"),
    "currency": lambda body: first(body, "DatiGenerali/DatiGeneraliDocumento/Divisa"),
    "totals.without_vat": lambda body: number(body, ".//DatiRiepilogo/ImponibileImporto"),
    "totals.vat": lambda body: number(body, ".//DatiRiepilogo/Imposta"),
}


@needs_corpora
@pytest.mark.parametrize("path", USABLE, ids=name_of_example)
def test_what_others_wrote_is_read_as_it_is(path: Path) -> None:
    for reading, body in usable(path):
        document = reading.document
        assert isinstance(document, Invoice)
        assert {term: stated(body) for term, stated in STATED.items() if stated(body)} == {
            term: at(document, term) for term, stated in STATED.items() if stated(body)
        }
        for role, found in (
            ("CedentePrestatore", document.seller),
            ("CessionarioCommittente", document.buyer),
        ):
            code = first(body, f"{party(role)}/DatiAnagrafici/IdFiscaleIVA/IdCodice")
            name = first(body, f"{party(role)}/DatiAnagrafici/Anagrafica/Denominazione")
            assert code is None or (found and (found.vat_identifier or "").endswith(code))
            assert name is None or (found and " ".join((found.name or "").split()) == name)


@needs_corpora
@pytest.mark.parametrize("path", USABLE, ids=name_of_example)
def test_each_line_of_others_is_read(path: Path) -> None:
    for reading, body in usable(path):
        document = reading.document
        assert isinstance(document, Invoice)
        lines = body.findall("DatiBeniServizi/DettaglioLinee")
        plain = [line for line in lines if line.findtext("TipoCessionePrestazione") not in PARTS]
        stated = [Decimal(line.findtext("PrezzoTotale", "").strip()) for line in plain]
        assert [line.net for line in document.lines] == stated


@needs_corpora
def test_nothing_of_others_is_passed_over_in_silence() -> None:
    passed: set[str] = set()
    for path in USABLE:
        readings = read_fatturapa(path.read_bytes())
        if len(readings) == 1:
            passed |= silently_passed(path.read_bytes(), readings[0])
    ours = {name for name in passed if not name.startswith(("ds:", "xades:"))}
    assert ours - CONSTANTS <= UNDERSTOOD


UNDERSTOOD = {
    *("IdFiscaleIVA/IdPaese", "Sede/NumeroCivico", "Anagrafica/Cognome"),
    *("CodiceArticolo/CodiceTipo", "ScontoMaggiorazione/Tipo", "ScontoMaggiorazione/Importo"),
    *("DatiBollo/BolloVirtuale", "DatiOrdineAcquisto/RiferimentoNumeroLinea"),
    *("DettaglioPagamento/ImportoPagamento", "DatiPagamento/CondizioniPagamento"),
    *("DatiContratto/CodiceCIG", "DatiContratto/CodiceCUP", "Sede/CAP"),
    *("DatiTrasmissione/CodiceDestinatario", "DatiTrasmissione/ProgressivoInvio"),
    *("IdTrasmittente/IdCodice", "IdTrasmittente/IdPaese"),
}
"""What is a part of a value whose place is another element, or says again what others say."""


@needs_corpora
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_read_is_refused_by_name(name: str) -> None:
    (path,) = (path for path in EXAMPLES if path.name == name)
    with pytest.raises(Unreadable) as refusal:
        read_fatturapa(path.read_bytes())
    assert refusal.value.finding.rule == REFUSED[name]
    assert refusal.value.finding.fix


MISSING = {
    "missing_CessionarioCommittente.xml": {"BR-07", "BR-10"},
    "missing_DatiGenerali.xml": {"BR-02", "BR-03", "BR-04", "BR-05"},
    "missing_DatiGeneraliDocumento.xml": {"BR-02", "BR-03", "BR-04", "BR-05"},
    "missing_DatiGeneraliDocumento_Data.xml": {"BR-03"},
}
"""What others left out on purpose, and the rules of the core that say so."""


@needs_corpora
@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_found_by_the_rules(name: str) -> None:
    (path,) = (path for path in USABLE if path.name == name)
    (reading,) = read_fatturapa(path.read_bytes())
    found = {finding.rule for finding in check(reading.document, RULESETS["en16931"])}
    assert found >= MISSING[name]


@needs_corpora
def test_what_is_not_well_formed_is_refused_as_such() -> None:
    (path,) = (CORPORA / FOLDER).rglob("malformed.xml")
    with pytest.raises(Unreadable) as refusal:
        catalogue.read(path.read_bytes(), path.name)
    assert refusal.value.finding.rule == "IN-XML-1"


@needs_corpora
def test_all_of_the_folder_is_looked_at() -> None:
    with (CORPORA / FOLDER / "EXPECTED.csv").open(encoding="utf-8") as table:
        listed = {Path(row["file"]).name for row in csv.DictReader(table)}
    xml = {name for name in listed if name.endswith(".xml")}
    assert xml - {path.name for path in EXAMPLES} == {"malformed.xml"}
