"""What an invoice says in FA(3); each value worked out by hand from samples/national/poland."""

from datetime import date
from typing import Any

import pytest

from formats.codec import Material
from formats.ksef_fa3.carried import CARRIED
from formats.ksef_fa3.write import WRITER
from formats.model import Invoice
from tests.formats.national_samples import carried, every_term, said, sample


def written(**changes: Any) -> bytes:
    return WRITER.write(sample("poland", **changes), Material())


SAID = {
    "Naglowek/DataWytworzeniaFa": ["2026-03-02T00:00:00Z"],
    "Podmiot1/NIP": ["9999999999"],
    "Podmiot1/AdresL1": ["ul. Próbna 1"],
    "Podmiot1/AdresL2": ["90-001 Łódź"],
    "Podmiot2/NIP": ["1111111111"],
    "Podmiot2/NrKlienta": ["K-44"],
    "Podmiot2/JST": ["2"],
    "KodWaluty": ["EUR"],
    "Fa/P_2": ["FV/1/2026"],
    "Fa/P_6": ["2026-02-27"],
    "Fa/WZ": ["WZ-3"],
    "P_13_1": ["900.00"],
    "P_14_1": ["207.00"],
    "P_14_1W": ["890.10"],  # 207 x 4.3
    "P_13_2": ["100.00"],
    "P_14_2": ["8.00"],
    "P_14_2W": ["34.40"],  # 8 x 4.3, 924.50 together
    "P_13_7": ["200.00"],
    "P_15": ["1415.00"],
    "P_17": ["2"],
    "P_18": ["2"],
    "P_18A": ["1"],
    "P_19C": ["art. 43 ust. 1 pkt 18 ustawy"],
    "P_22N": ["1"],
    "P_PMarzyN": ["1"],
    "RodzajFaktury": ["VAT"],
    "TP": ["1"],
    "DodatkowyOpis/Klucz": ["Uwagi", "Referencja nabywcy", "Warunki płatności", "Uwagi", "Kolor"],
    "DodatkowyOpis/NrWiersza": ["1", "1"],
    "FaWiersz/NrWierszaFa": ["1", "2", "3", "4", "5"],
    "FaWiersz/P_7": ["Monitor", "Owoce", "Terapia", "Opakowanie", "Rabat"],
    "FaWiersz/P_8A": ["szt.", "kg", "godz."],
    "FaWiersz/P_8B": ["10", "2.5", "1"],
    "FaWiersz/P_9A": ["100.00", "40.00", "200.00"],
    "FaWiersz/P_10": ["30.00"],
    "FaWiersz/P_11": ["970.00", "100.00", "200.00", "30.00", "-100.00"],
    "FaWiersz/P_12": ["23", "8", "zw", "23", "23"],
    "FaWiersz/GTIN": ["4000001000005"],
    "FaWiersz/CN": ["8528"],
    "FaWiersz/GTU": ["GTU_06"],
    "Rozliczenie/SumaOdliczen": ["15.00"],
    "Rozliczenie/DoZaplaty": ["1400.00"],
    "Platnosc/Termin": ["2026-04-01"],
    "Platnosc/FormaPlatnosci": ["6"],
    "RachunekBankowy/NrRB": ["PL61109010140000071219812874"],
    "WarunkiTransakcji/NrUmowy": ["U-1"],
    "WarunkiTransakcji/NrZamowienia": ["Z-2"],
    "Rejestry/KRS": ["0000099999"],
    "StopkaFaktury": ["Kapitał 5000 zł"],
    "DaneFaKorygowanej": [],
}

ORIGINAL = [{"number": "FV/9/2025", "issue_date": "2025-12-01"}]
KSEF = "9999999999-20251201-0A1B2C-3D4E5F-67"
IN_BERLIN = {"line_1": "Weg 1", "city": "Berlin", "post_code": "10115", "country": "DE"}
OTHERWISE: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "a credit note": (
        {"type_code": "381", "preceding": ORIGINAL},
        {
            "RodzajFaktury": ["KOR"],
            "DataWystFaKorygowanej": ["2025-12-01"],
            "NrKSeFN": ["1"],
            "P_13_1": ["-900.00"],
            "P_15": ["-1415.00"],
            "P_8B": ["-10", "-2.5", "-1"],
            "P_11": ["-970.00", "-100.00", "-200.00", "-30.00", "100.00"],
            "DoRozliczenia": ["1400.00"],
        },
    ),
    "a correction of what KSeF knows": (
        {
            "type_code": "384",
            "extensions__pl__kind": "KOR",
            "preceding": ORIGINAL,
            "extensions__pl__registered": [{"number": "FV/9/2025", "ksef": KSEF}],
        },
        {"NrKSeF": ["1"], "NrKSeFFaKorygowanej": [KSEF], "P_15": ["1415.00"]},
    ),
    "a final invoice after an advance": (
        {"preceding": ORIGINAL, "extensions__pl__kind": "ROZ"},
        {"RodzajFaktury": ["ROZ"], "NrFaZaliczkowej": ["FV/9/2025"]},
    ),
    "a buyer in the Union": (
        {
            "buyer__vat_identifier": "DE123456789",
            "buyer__address": IN_BERLIN,
            "vat_breakdown__2__category": "K",
            "lines__2__vat_category": "K",
        },
        {
            "KodUE": ["DE"],
            "NrVatUE": ["123456789"],
            "PrefiksPodatnika": ["PL"],
            "P_13_6_2": ["200.00"],
            "P_12": ["23", "8", "0 WDT", "23", "23"],
            "P_19N": ["1"],
        },
    ),
    "taxed by a buyer in the Union": (
        {"buyer__address": IN_BERLIN, "vat_breakdown__2__category": "AE"},
        {"P_13_9": ["200.00"], "P_18": ["1"]},
    ),
    "taxed by a buyer at home": (
        {"vat_breakdown__2__category": "AE"},
        {"P_13_10": ["200.00"], "P_18": ["1"]},
    ),
    "nobody's number": ({"buyer__vat_identifier": None}, {"Podmiot2/BrakID": ["1"]}),
    "used goods under the margin scheme": (
        {"vat_breakdown__2__exemption_code": "VATEX-EU-F"},
        {"P_13_11": ["200.00"], "P_PMarzy_3_1": ["1"], "P_12": ["23", "8", "23", "23"]},
    ),
    "a new car": (
        {
            "extensions__pl__new_transports": [
                {"line": "1", "first_use": "2026-01-02", "mileage": "12", "chassis": "VIN1"}
            ]
        },
        {"P_22": ["1"], "P_42_5": ["2"], "P_22A": ["2026-01-02"], "P_22B": ["12"]},
    ),
    "a factor": (
        {"payee": {"name": "Faktor SA"}},
        {"Podmiot3/Rola": ["1"], "RachunekBankowyFaktora/SWIFT": ["WBKPPLPP"]},
    ),
    "a remittance text": (
        {"payment__remittance": "RF18"},
        {
            "DodatkowyOpis/Wartosc": [
                "Dostawa marcowa",
                "B-9",
                "30 dni",
                "RF18",
                "Partia 7",
                "czarny",
            ]
        },
    ),
    "an unknown means of payment": (
        {"payment__means_code": "ZZZ", "payment__means_text": "Weksel"},
        {"PlatnoscInna": ["1"], "OpisPlatnosci": ["Weksel"]},
    ),
}


@pytest.mark.parametrize("path", SAID)
def test_the_sample_says(path: str) -> None:
    assert said(written(), path)[path] == SAID[path]


@pytest.mark.parametrize("case", OTHERWISE)
def test_other_invoices_say(case: str) -> None:
    changes, expected = OTHERWISE[case]
    assert said(written(**changes), *expected) == expected


def test_the_day_of_making_comes_from_outside() -> None:
    made = WRITER.write(sample("poland"), Material(created=date(2026, 3, 5)))
    assert said(made, "DataWytworzeniaFa") == {"DataWytworzeniaFa": ["2026-03-05T00:00:00Z"]}


def test_it_repeats_itself_and_writes_what_there_is_of_a_fragment() -> None:
    assert written() == written()
    assert b"Faktura" in WRITER.write(Invoice(number="1"), Material())


def test_what_is_carried_is_what_shows() -> None:
    """Each field of invoices that state every term is changed, and the table says if it shows."""
    shown = set()
    for invoice in every_term("poland"):
        shown |= carried(lambda changed: WRITER.write(changed, Material()), invoice)
    assert {path for path in shown if "extensions" not in path} == CARRIED
