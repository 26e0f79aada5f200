"""What others wrote in the national syntaxes has our elements, where the sample says the same."""

from pathlib import Path

import pytest

from formats.codec import Material, Writer
from formats.facturae.write import WRITER as FACTURAE
from formats.fatturapa.write import WRITER as FATTURAPA
from formats.ksef_fa3.write import WRITER as KSEF
from formats.model import Invoice
from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.formats.national_samples import sample
from tests.formats.shared_examples import CORPORA, needs_corpora

BY_OTHERS = {
    "fatturapa": "italy-fatturapa",
    "ksef-fa3": "poland-ksef",
    "facturae": "spain-facturae",
}
ROOTS = {
    "fatturapa": "{http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2}",
    "ksef-fa3": "{http://crd.gov.pl/wzor/2025/06/25/13775/}",
    "facturae": "{http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml}",
}
IN_COMMON = {"fatturapa": (122, 113), "ksef-fa3": (91, 87), "facturae": (138, 99)}
"""How many elements the sample writes, and how many of them some shared example has as well.

The rest are what no example has: Allegati and SocioUnico, WZ and P_19C, centres and payments on
account; the schemas know them.
"""

WRITERS: dict[str, tuple[Writer, Invoice]] = {
    "fatturapa": (FATTURAPA, sample("italy")),
    "ksef-fa3": (KSEF, sample("poland")),
    "facturae": (FACTURAE, sample("spain")),
}


def steps(root: Element) -> set[str]:
    """Each element below its parent, as `DatiBollo/ImportoBollo`."""
    found = set()
    for element in root.iter():
        parent = element.getparent()
        if parent is not None and "xmldsig" not in str(element.tag):
            names = (str(node.tag).rpartition("}")[2] for node in (parent, element))
            found.add("/".join(names))
    return found


def written_by_others(name: str) -> set[str]:
    found: set[str] = set()
    for path in sorted((CORPORA / BY_OTHERS[name]).rglob("*.xml")):
        data = path.read_bytes()
        if ROOTS[name][1:-1].encode() in data[:4096] and "error-cases" not in path.parts:
            found |= steps(parse(data, what=Path(path).name))
    return found


@needs_corpora
@pytest.mark.parametrize("name", WRITERS)
def test_others_use_the_elements_that_we_write(name: str) -> None:
    writer, invoice = WRITERS[name]
    ours = steps(parse(writer.write(invoice, Material()), what="what we wrote"))
    others = written_by_others(name)
    assert (len(ours), len(ours & others)) == IN_COMMON[name]
