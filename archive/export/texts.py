"""What people read in an export: README.txt in German and English, and a list to be printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

LISTED_MAX = 20_000

README = """\
EXPORT AUS EINEM ARCHIV (FACTEUR)                              English below

Was gefragt wurde
{asked}

So prüfen Sie diesen Ordner
  Sie brauchen Python 3.11 oder neuer, sonst nichts; keine Verbindung ins Netz.
  Für Zeitstempel wird zusätzlich das Programm openssl benutzt.

    python verify.py
    python verify.py --earlier ÄLTERER_EXPORT      (oder eine Datei *.checkpoint)
    python verify.py --key SCHLÜSSEL.vkey          (auf anderem Weg erhalten)
    python verify.py --authority STEMPELDIENST.pem (auf anderem Weg erhalten)

  Die letzte Zeile sagt, wie viele Dateien geprüft wurden und wie viele falsch sind.
  Was verändert wurde, wird mit Namen genannt. Ein Ordner für sich beweist nur, dass er
  in sich stimmt und wer unterschrieben hat. Dass nichts nachträglich ersetzt wurde,
  beweist der Vergleich mit einem älteren Export, mit einem Prüfpunkt, den Sie früher
  erhalten haben, oder ein Zeitstempel.

Was wo liegt
  CONTENTS.html    Liste der Belege, zum Lesen und Drucken
  data/            je Eintrag ein Ordner: manifest.json und alle Dateien, unverändert
  tables/          Tabellen für Prüfprogramme, mit index.xml (Beschreibungsstandard)
  spreadsheet/     dieselben Tabellen für Menschen; jede Zelle ist Text
  proofs/          Beweise, dass jeder Eintrag im Protokoll steht
  checkpoints/     unterschriebener Stand jedes Protokolls
  closings/        Tagesabschlüsse mit Zeitstempeln
  keys/, trust/    Schlüssel der Protokolle; Zertifikate der Zeitstempeldienste
  policy/          geltende Aufbewahrungsregeln und Verfahrensdokumentation
  manifest-*.txt, tagmanifest-*.txt   Listen aller Dateien (BagIt, RFC 8493)

  In tables/ stehen die Daten genau so, wie sie aufgezeichnet sind. Öffnen Sie diese
  Dateien nicht mit einer Tabellenkalkulation: sie deutet Text als Formel. Dafür ist
  spreadsheet/ da.

------------------------------------------------------------------------------------

AN EXPORT FROM AN ARCHIVE (FACTEUR)

What was asked for
{asked}

How to check this folder
  You need Python 3.11 or newer and nothing else; no connection to any network.
  For time stamps the program openssl is used, too.

    python verify.py
    python verify.py --earlier OLDER_EXPORT        (or a file *.checkpoint)
    python verify.py --key KEY.vkey                (received by another road)
    python verify.py --authority STAMPS.pem        (received by another road)

  The last line says how many files were checked, and how many are wrong. What was
  changed is named. A folder alone proves only that it agrees with itself, and who
  signed it. That nothing was replaced later is proven by comparing it with an older
  export, with a checkpoint that you were given before, or by a time stamp.

What lies where
  CONTENTS.html    list of the documents, to be read and printed
  data/            a folder for each entry: manifest.json and all files, as they were
  tables/          tables for audit programs, with index.xml that describes them
  spreadsheet/     the same tables for people; every cell is text
  proofs/          that each entry is in its log
  checkpoints/     the signed head of each log
  closings/        what was closed each day, with time stamps
  keys/, trust/    keys of the logs; certificates of the time-stamp authorities
  policy/          rules of retention in force, and the documentation of procedure
  manifest-*.txt, tagmanifest-*.txt   lists of all files (BagIt, RFC 8493)

  In tables/ the data are exactly as they were recorded. Do not open these files in a
  spreadsheet program: it takes text for formulas. That is what spreadsheet/ is for.
"""

_STYLE = (
    "body{font:10pt/1.4 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #999;padding:.2em .6em;text-align:left;vertical-align:top}"
    ".amount{text-align:right;white-space:nowrap}thead{display:table-header-group}"
    "tr{break-inside:avoid}@page{margin:15mm}"
)
_HEADS = (
    "Nummer / number",
    "Datum / date",
    "Art / kind",
    "Kunde / customer",
    "Betrag / amount",
    "Einträge / entries",
    "Ordner / folder",
)


def readme(asked: Mapping[str, str]) -> bytes:
    """Return README.txt."""
    lines = "\n".join(f"  {name}: {value}" for name, value in asked.items())
    return README.format(asked=lines).encode()


def contents(
    asked: Mapping[str, str], counts: Mapping[str, int], documents: Iterable[Mapping[str, str]]
) -> Iterator[bytes]:
    """Yield CONTENTS.html: what was asked for, how much is here, and each document in a line."""
    yield (
        '<!doctype html><html lang="de"><head><meta charset="utf-8">'
        f"<title>Export</title><style>{_STYLE}</style></head><body>"
        f"<h1>Inhalt des Exports / contents of the export</h1>{_pairs(asked)}"
        f"{_pairs({name: str(count) for name, count in counts.items()})}"
        f"<table><thead><tr>{_cells(_HEADS, 'th')}</tr></thead><tbody>\n"
    ).encode()
    for number, document in enumerate(documents):
        if number == LISTED_MAX:
            yield "</tbody></table><p>… tables/documents.csv</p></body></html>\n".encode()
            return
        yield f"<tr>{_row(document)}</tr>\n".encode()
    yield b"</tbody></table></body></html>\n"


def _row(document: Mapping[str, str]) -> str:
    shown = [document[name] for name in ("number", "issue_date", "kind", "customer_name")]
    amount = f"{document['total']} {document['currency']}".strip()
    end = [document["entries"], document["folder"]]
    return f'{_cells(shown)}<td class="amount">{escape(amount)}</td>{_cells(end)}'


def _cells(texts: Sequence[str], name: str = "td") -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for text in texts)


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = (f"<tr>{_cells((name, value))}</tr>" for name, value in pairs.items())
    return f"<table>{''.join(rows)}</table>"
