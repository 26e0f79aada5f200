"""A table of a few rows: what it makes of an element, and what it writes."""

from typing import Any

from formats.binding.rows import Row, Table
from formats.binding.trail import Page, Trail
from formats.model import Invoice
from formats.xml.names import NAMESPACES
from formats.xml.parsing import parse

PREFIXES = "".join(f' xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("cac", "cbc"))


def read(rows: tuple[Row, ...], inside: str, **currency: Any) -> Trail:
    trail = Trail(**currency)
    root = parse(f"<r{PREFIXES}>{inside}</r>".encode(), what="an example")
    Table(*rows).read(root, trail.document, "", trail)
    return trail


def written(rows: tuple[Row, ...], invoice: Invoice) -> list[str]:
    """Element names, with their texts, in order."""
    page = Page(invoice)
    page.open("r", PREFIXES)
    Table(*rows).write(invoice, page)
    page.close("r")
    root = parse(page.finish(), what="our own")
    names = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
    found = []
    for element in root.iterdescendants():
        namespace, _, local = str(element.tag)[1:].partition("}")
        found.append(f"{names[namespace]}:{local} {(element.text or '').strip()}".strip())
    return found
