"""The job ticket as XJDF 2.1 (CIP4): the few elements that say how letters are made.

Source:
    CIP4, XJDF Specification 2.1: root and ResourceSet (chapters 3 and 6), Media, LayoutIntent,
    RunList, ColorIntent.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from outbound.print_mail.batches import Make

NAMESPACE = "http://www.CIP4.org/JDFSchema_2_0"
_SIDES = {True: "TwoSidedHeadToHead", False: "OneSided"}


def xjdf(job: str, make: Make, *, sheets: int, pieces: int) -> bytes:
    """Return the ticket: paper, sides, the PDF to run, and what each envelope is."""
    root = Element(
        "XJDF",
        {
            "xmlns": NAMESPACE,
            "Version": "2.1",
            "JobID": job,
            "Types": "DigitalPrinting Folding Inserting",
        },
    )
    products = SubElement(root, "ProductList")
    product = SubElement(products, "Product", {"ID": "letter", "Amount": str(pieces)})
    layout = SubElement(product, "Intent", {"Name": "LayoutIntent"})
    SubElement(layout, "LayoutIntent", {"Sides": _SIDES[make.duplex]})
    colour = SubElement(product, "Intent", {"Name": "ColorIntent"})
    SubElement(colour, "ColorIntent", {"ColorStandard": make.colour})
    _resource(root, "RunList", "Input", "RunList", FileURL=f"{job}.pdf")
    _resource(
        root,
        "Media",
        "Input",
        "Media",
        Amount=str(sheets),
        MediaType="Paper",
        Dimension="595.276 841.89",
        DescriptiveName=make.paper,
    )
    _resource(root, "Component", "Input", "Component", DescriptiveName=make.envelope)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _resource(root: Element, name: str, usage: str, element: str, **attributes: str) -> None:
    """Add a set with one resource; the amount belongs to the resource."""
    amount = attributes.pop("Amount", None)
    described = attributes.pop("DescriptiveName", None) if element == "Component" else None
    resources = SubElement(root, "ResourceSet", {"Name": name, "Usage": usage})
    resource = SubElement(
        resources, "Resource", {"DescriptiveName": described} if described else {}
    )
    if amount:
        parts = SubElement(resource, "AmountPool")
        SubElement(parts, "PartAmount", {"Amount": amount})
    if element == "RunList":
        run = SubElement(resource, element)
        SubElement(run, "FileSpec", {"URL": attributes["FileURL"]})
    else:
        SubElement(resource, element, attributes)
