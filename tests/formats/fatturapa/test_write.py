"""What an invoice says in FatturaPA; each value worked out by hand from samples/national/italy."""

from typing import Any

import pytest

from formats.codec import Material
from formats.fatturapa.carried import CARRIED
from formats.fatturapa.write import WRITER
from formats.model import Invoice
from tests.formats.national_samples import carried, every_term, said, sample


def written(**changes: Any) -> bytes:
    return WRITER.write(sample("italy", **changes), Material())


SAID = {
    "DatiTrasmissione/IdTrasmittente/IdCodice": ["01234567890"],
    "DatiTrasmissione/ProgressivoInvio": ["202617"],
    "DatiTrasmissione/FormatoTrasmissione": ["FPA12"],
    "DatiTrasmissione/CodiceDestinatario": ["UFABCD"],
    "CedentePrestatore/CodiceFiscale": ["01234567890"],
    "CedentePrestatore/RegimeFiscale": ["RF01"],
    "CedentePrestatore/Provincia": ["RM"],
    "IscrizioneREA/CapitaleSociale": ["10000.00"],
    "IscrizioneREA/StatoLiquidazione": ["LN"],
    "Contatti/Telefono": ["06000000"],
    "CessionarioCommittente/Denominazione": ["Comune di Esempio"],
    "DatiGeneraliDocumento/TipoDocumento": ["TD01"],
    "DatiGeneraliDocumento/Numero": ["2026/17"],
    "DatiRitenuta/ImportoRitenuta": ["200.00"],
    "DatiBollo/ImportoBollo": ["2.00"],
    "DatiCassaPrevidenziale/ImportoContributoCassa": ["40.00"],
    "DatiCassaPrevidenziale/AlCassa": ["4.00"],
    "DatiCassaPrevidenziale/ImponibileCassa": ["1000.00"],
    "ImportoTotaleDocumento": ["1420.00"],
    "Causale": ["Fornitura di marzo - secondo contratto", "30 giorni"],
    "DatiOrdineAcquisto/IdDocumento": ["PO-5", "PO-5"],
    "DatiOrdineAcquisto/NumItem": ["10"],
    "DatiOrdineAcquisto/CodiceCUP": ["CUP123"],
    "DatiOrdineAcquisto/CodiceCIG": ["Z123456789"],
    "DatiContratto/IdDocumento": ["C-77"],
    "DatiRicezione/IdDocumento": ["RA-1"],
    "DatiFattureCollegate/Data": ["2026-02-01"],
    "DatiDDT/DataDDT": ["2026-02-27"],
    "DettaglioLinee/NumeroLinea": ["1", "2", "3", "4"],
    "TipoCessionePrestazione": ["SC", "AC"],
    "DettaglioLinee/Descrizione": ["Consulenza - on site", "Formazione", "Sconto", "Trasporto"],
    "DettaglioLinee/Quantita": ["10.00", "2.00"],
    "DettaglioLinee/PrezzoUnitario": ["100.00", "100.00", "-50.00", "10.00"],
    "DettaglioLinee/ScontoMaggiorazione/Importo": ["2.00", "2.00"],
    "DettaglioLinee/ScontoMaggiorazione/Tipo": ["SC", "MG"],
    "DettaglioLinee/PrezzoTotale": ["1000.00", "200.00", "-50.00", "10.00"],
    "DettaglioLinee/AliquotaIVA": ["22.00", "0.00", "22.00", "22.00"],
    "DettaglioLinee/Natura": ["N4"],
    "DettaglioLinee/Ritenuta": ["SI"],
    "CodiceArticolo/CodiceTipo": ["INTERNO", "EAN"],
    "AltriDatiGestionali/RiferimentoTesto": ["Lotto 4"],
    "DatiRiepilogo/ImponibileImporto": ["1000.00", "200.00"],
    "DatiRiepilogo/Imposta": ["220.00", "0.00"],
    "DatiRiepilogo/EsigibilitaIVA": ["I", "I"],
    "DatiRiepilogo/RiferimentoNormativo": ["art. 10 DPR 633/72"],
    "DettaglioPagamento/ModalitaPagamento": ["MP05"],
    "DettaglioPagamento/ImportoPagamento": ["1120.00"],
    "DettaglioPagamento/IBAN": ["IT60X0542811101000000123456"],
    "Allegati/NomeAttachment": ["ore.pdf"],
    "Allegati/FormatoAttachment": ["PDF"],
    "Allegati/Attachment": ["JVBERi0="],
    "SoggettoEmittente": [],
}

IN_SWITZERLAND = {"line_1": "Gasse 3", "city": "Bern", "post_code": "3011", "country": "CH"}
OTHERWISE: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "a credit note": ({"type_code": "381"}, {"TipoDocumento": ["TD04"]}),
    "self-billed": ({"type_code": "389"}, {"TipoDocumento": ["TD01"], "SoggettoEmittente": ["CC"]}),
    "rounded": (
        {"totals__rounding": "0.02"},
        {"ImportoTotaleDocumento": ["1420.02"], "DatiGeneraliDocumento/Arrotondamento": ["0.02"]},
    ),
    "a buyer outside the Union without number": (
        {
            "buyer__vat_identifier": None,
            "buyer__electronic_address": None,
            "buyer__address": IN_SWITZERLAND,
        },
        {
            "CodiceDestinatario": ["XXXXXXX"],
            "CessionarioCommittente/IdCodice": ["OO99999999999"],
            "CessionarioCommittente/CAP": ["00000"],
            "CessionarioCommittente/Indirizzo": ["Gasse 3, 3011"],
            "FormatoTrasmissione": ["FPR12"],
        },
    ),
    "certified mail": (
        {"buyer__electronic_address": {"value": "a@pec.example", "scheme": "0202"}},
        {"CodiceDestinatario": ["0000000"], "PECDestinatario": ["a@pec.example"]},
    ),
    "split payment": (
        {"vat_breakdown__0__category": "B", "extensions__it__vat_due": None},
        {"EsigibilitaIVA": ["S"]},
    ),
    "an intra-community supply": (
        {"vat_breakdown__1__category": "K", "extensions__it__natures": None},
        {"DatiRiepilogo/Natura": ["N3.2"]},
    ),
    "goods that came back": (
        {"lines__1__quantity": "-2", "lines__1__net": "-200.00"},
        {
            "DettaglioLinee/Quantita": ["10.00", "2.00"],
            "PrezzoUnitario": ["100.00", "-100.00", "-50.00", "10.00"],
        },
    ),
    "a third of a cent": (
        {"lines__0__price": {"net": "1", "base_quantity": "3"}},
        {"PrezzoUnitario": ["0.33333333", "100.00", "-50.00", "10.00"]},
    ),
}


@pytest.mark.parametrize("path", SAID)
def test_the_sample_says(path: str) -> None:
    assert said(written(), path)[path] == SAID[path]


@pytest.mark.parametrize("case", OTHERWISE)
def test_other_invoices_say(case: str) -> None:
    changes, expected = OTHERWISE[case]
    assert said(written(**changes), *expected) == expected


def test_it_repeats_itself_and_writes_what_there_is_of_a_fragment() -> None:
    assert written() == written()
    assert b"FatturaElettronica" in WRITER.write(Invoice(number="1"), Material())


def test_what_is_carried_is_what_shows() -> None:
    """Each field of invoices that state every term is changed, and the table says if it shows."""
    shown = set()
    for invoice in every_term("italy"):
        shown |= carried(lambda changed: WRITER.write(changed, Material()), invoice)
    assert {path for path in shown if "extensions" not in path} == CARRIED
