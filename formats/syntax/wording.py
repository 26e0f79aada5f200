"""What findings say of rules that only count: a sentence and an order, made of elements' names."""

from formats.syntax.rules import SyntaxRule
from formats.xml.names import Element, name_of

_TIMES = {1: "once", 2: "twice"}


def message(rule: SyntaxRule, what: str, where: str, there: int) -> str:
    """Return what is wrong where something stands so many times in a context.

    >>> from formats.findings import Severity
    >>> rule = SyntaxRule(id="X-1", severity=Severity.FATAL, path="cac:Item/cbc:Name", most=1)
    >>> message(rule, "cac:Item/cbc:Name", "cac:InvoiceLine", 3)
    'cac:Item/cbc:Name may stand once in cac:InvoiceLine, but stands there 3 times'
    """
    if there < rule.least:
        return f"{what} must stand in {where}, but is missing"
    if rule.most:
        return f"{what} may stand {_times(rule.most)} in {where}, but stands there {_times(there)}"
    more = f"; it stands there {_times(there)}" if there > 1 else ""
    return f"{what} in {where} is not part of the core invoice{more}"


def fix(rule: SyntaxRule, what: str, there: int) -> str:
    """Return what the sender must do about it, as an order."""
    if there < rule.least:
        return f"give {what}"
    return f"keep {rule.most} of {what}" if rule.most else f"leave out {what}"


def path_of(element: Element, depth: int) -> str:
    """Return the path of an element from an element so many levels above it.

    >>> from formats.xml.parsing import parse
    >>> path_of(parse(b"<a><b><c/></b></a>", what="an example")[0][0], 2)
    'b/c'
    """
    steps: list[str] = []
    node: Element | None = element
    while node is not None and len(steps) < depth:
        steps.append(name_of(str(node.tag)))
        node = node.getparent()
    return "/".join(reversed(steps))


def named(path: str, attribute: str | None) -> str:
    """Return how messages call an element at a path, or an attribute of it."""
    if attribute is None:
        return path
    return f"the attribute {attribute}" + (f" of {path}" if path else "")


def _times(count: int) -> str:
    return _TIMES.get(count, f"{count} times")
