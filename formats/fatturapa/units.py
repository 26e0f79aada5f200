"""UnitaMisura, which is any word, to a unit of UN/ECE Recommendation 20."""

from typing import Final

from formats.model.codes import UNITS

ONE: Final = "C62"
"""What is counted where no unit is stated."""

_WORDS: Final = {
    "C62": "N N. NR NR. N° NUM NUMERO UN UNITA CAD CORPO",
    "H87": "PZ PZ. PEZZO PEZZI PCE",
    "HUR": "H H. ORA ORE HH",
    "MIN": "MINUTO MINUTI",
    "DAY": "G GG GG. GIORNO GIORNI",
    "WEE": "SETTIMANA SETTIMANE",
    "MON": "MESE MESI",
    "ANN": "ANNO ANNI",
    "GRM": "GR GR. GRAMMO GRAMMI",
    "KGM": "KG KG. CHILO CHILI KILOGRAMMO KILOGRAMMI",
    "DTN": "QL QUINTALE QUINTALI",
    "TNE": "T TN TON TONNELLATA TONNELLATE",
    "MLT": "ML",
    "LTR": "L L. LT LT. LITRO LITRI",
    "CMT": "CM",
    "MTR": "M M. MT MT. METRO METRI",
    "KMT": "KM CHILOMETRO CHILOMETRI",
    "MTK": "MQ MQ. M2 M²",
    "MTQ": "MC MC. M3 M³",
    "KWH": "KW/H",
    "PR": "PAIO PAIA",
    "SET": "KIT",
}
_UNIT_OF: Final = {word: unit for unit, words in _WORDS.items() for word in words.split()}


def unit_of(word: str) -> str | None:
    """Return the unit that a word means, Italian words before codes; None if none is known.

    >>> unit_of("ore"), unit_of("KGM"), unit_of("bancale"), unit_of("mc")
    ('HUR', 'KGM', None, 'MTQ')
    """
    plain = " ".join(word.upper().split())
    return _UNIT_OF.get(plain) or (plain if plain in UNITS else None)
