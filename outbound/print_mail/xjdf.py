"""The job ticket as XJDF 2.1 (CIP4): what is to be made, without how a partner makes it.

Source:
    CIP4, XJDF Specification 2.1: products (3.1.2), a letter in an envelope (AssemblingIntent and
    example 4.1), Media, RunList. `make oracles` has CIP4's schema judge it.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from outbound.print_mail.batches import Make

NAMESPACE = "http://www.CIP4.org/JDFSchema_2_0"
_SIDES = {True: "TwoSidedHeadToHead", False: "OneSided"}
_A4_POINTS = "595.276 841.89"


def xjdf(job: str, make: Make, *, sheets: int, pieces: int) -> bytes:
    """Return the ticket: filled envelopes, what is in each, the paper, and the PDF to print."""
    root = Element("XJDF", {"xmlns": NAMESPACE, "Version": "2.1", "JobID": job, "Types": "Product"})
    _products(SubElement(root, "ProductList"), make, pieces)
    SubElement(SubElement(_resource(root, "RunList"), "RunList"), "FileSpec", URL=f"{job}.pdf")
    paper = _resource(root, "Media", name=make.paper)
    SubElement(SubElement(paper, "AmountPool"), "PartAmount", Amount=str(sheets))
    SubElement(paper, "Media", Dimension=_A4_POINTS, MediaType="Paper")
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _products(products: Element, make: Make, pieces: int) -> None:
    """Add the filled envelope, and after it each product that it is put together of."""
    inserts = {f"insert-{number}": name for number, name in enumerate(make.inserts, 1)}
    whole = SubElement(
        products, "Product", Amount=str(pieces), IsRoot="true", ProductType="FilledEnvelope"
    )
    assembling = _intent(whole, "AssemblingIntent", Container="envelope")
    for part in ("letter", *inserts):
        SubElement(assembling, "BlowIn", ChildRef=part)
    _part(products, "envelope", "Envelope", make.envelope)
    letter = _part(products, "letter", "Letter")
    _intent(letter, "LayoutIntent", Sides=_SIDES[make.duplex])
    _intent(letter, "ColorIntent", make.colour)
    for part, name in inserts.items():
        _part(products, part, "Insert", name)


def _part(products: Element, part: str, kind: str, name: str = "") -> Element:
    """Add a product of which there is one in each envelope, by the partner's own name for it."""
    facts = {"Amount": "1", **_named(name), "ID": part, "IsRoot": "false", "ProductType": kind}
    return SubElement(products, "Product", facts)


def _intent(product: Element, kind: str, name: str = "", **facts: str) -> Element:
    return SubElement(SubElement(product, "Intent", {**_named(name), "Name": kind}), kind, facts)


def _resource(root: Element, kind: str, *, name: str = "") -> Element:
    resources = SubElement(root, "ResourceSet", Name=kind, Usage="Input")
    return SubElement(resources, "Resource", _named(name))


def _named(name: str) -> dict[str, str]:
    return {"DescriptiveName": name} if name else {}
