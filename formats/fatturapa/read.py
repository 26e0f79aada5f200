"""FatturaPA to Invoice: FPA12 and FPR12, one or several documents a file."""

from collections.abc import Sequence
from typing import Final

from formats.binding.taking import Form, part
from formats.binding.trail import Trail
from formats.codec import Guide, Reader, Reading, Unreadable
from formats.fatturapa.reading_amounts import add_up, read_vat, take_breakdown
from formats.fatturapa.reading_general import read_contributions, read_document, read_papers
from formats.fatturapa.reading_lines import read_lines
from formats.fatturapa.reading_parties import read_header
from formats.fatturapa.reading_payment import read_attachments, read_payment
from formats.fatturapa.write import NAMESPACE
from formats.findings import Finding
from formats.xml.names import Element
from formats.xml.opening import opening_tag
from formats.xml.parsing import parse
from formats.xml.payload import unexpected
from formats.xml.places import place_of
from formats.xml.walking import held

_WHAT: Final = "an invoice in FatturaPA"
_ROOT: Final = f"{{{NAMESPACE}}}FatturaElettronica"
_SIMPLIFIED: Final = (
    "{http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0}FatturaElettronicaSemplificata"
)
_OLD: Final = frozenset(
    f"{{http://www.fatturapa.gov.it/sdi/fatturapa/v1.{minor}}}FatturaElettronica"
    for minor in (0, 1)
)
_BODY: Final = "FatturaElettronicaBody"


def claims(head: bytes, name: str) -> bool:
    """Whether the file begins like a FatturaPA of any version, simplified or not."""
    del name
    return opening_tag(head) in {_ROOT, _SIMPLIFIED, *_OLD}


def read_fatturapa(data: bytes) -> tuple[Reading, ...]:
    """Return the invoice in each FatturaElettronicaBody.

    Sums that FatturaPA does not state are those of what it states; what has a place in EN 16931
    only beside something else (a discount on the total) is among what is unmapped.

    Raises:
        Unreadable: IN-XML-…; IN-FPA-SIMPLIFIED, IN-FPA-VERSION, IN-FPA-EMPTY.
    """
    root = parse(data, what=_WHAT)
    if root.tag == _SIMPLIFIED:
        raise Unreadable(_simplified(root))
    if root.tag in _OLD:
        raise Unreadable(_old(root))
    if root.tag != _ROOT:
        raise unexpected(root, what=_WHAT)
    kept = held(root)
    bodies = root.findall(_BODY)
    if not bodies:
        raise Unreadable(_empty(root))
    return tuple(_reading(root, body, kept) for body in bodies)


def _reading(root: Element, body: Element, kept: Sequence[Element]) -> Reading:
    """Return one document; what stands beside all of them belongs to each."""
    trail = Trail(held=kept)
    form = Form(trail)
    header, general = root.find("FatturaElettronicaHeader"), part(body, "DatiGenerali")
    document, goods = part(general, "DatiGeneraliDocumento"), part(body, "DatiBeniServizi")
    vat = read_vat(body)
    read_document(document, header, form)
    read_header(header, form)
    read_contributions(document, form, vat)
    lines = read_lines(goods, form, vat)
    read_papers(general, form, lines)
    take_breakdown(body, form, vat)
    add_up(body, form)
    read_payment(body, form)
    read_attachments(body, form)
    form.leave_rest(each for each in root if each is body or each.tag != _BODY)
    return trail.reading()


def _simplified(root: Element) -> Finding:
    return Finding(
        rule="IN-FPA-SIMPLIFIED",
        message="the file is a simplified invoice (FSM10), whose lines state neither quantities "
        "nor net amounts, so that it cannot be an invoice of EN 16931",
        place=place_of(root),
        value="FSM10",
        fix="send an ordinary invoice (FPR12 or FPA12)",
    )


def _old(root: Element) -> Finding:
    version = str(root.tag).partition("}")[0].rpartition("/")[2]
    return Finding(
        rule="IN-FPA-VERSION",
        message=f"the file is in FatturaPA {version}, which SdI has not taken since 2019",
        place=place_of(root),
        value=version,
        fix=f"send FatturaPA 1.2, whose namespace is {NAMESPACE}",
    )


def _empty(root: Element) -> Finding:
    return Finding(
        rule="IN-FPA-EMPTY",
        message=f"the file holds no {_BODY}, so no invoice",
        place=place_of(root),
        fix="send the file whole",
    )


def _read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    del guides
    return read_fatturapa(data)


READER: Final = Reader(
    name="fatturapa", words="FatturaPA", media_type="application/xml", claims=claims, read=_read
)
