"""Factur-X by level: how often something may stand where, and which codes it may have.

The tables are large and seldom asked for, so that each is read when a file first claims its level.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

from lxml import etree

from formats.syntax.facturx_more import more
from formats.syntax.rules import Own, Sheet, SyntaxRules, load, text
from formats.xml.names import NAMESPACES, Element, tag

LEVELS: Final[Mapping[str, str]] = {
    f"facturx-{level}": f"facturx_{level}.toml"
    for level in ("minimum", "basicwl", "basic", "en16931", "extended")
}
"""Key of the set in `formats.rules` that is completed, to the table."""

_ROW: Final = re.compile(r"^(\S+) fatal own (\S+) (\S+)$", re.MULTILINE)


@cache
def level_rules(key: str) -> SyntaxRules:
    """Return the rules of a level; the keys are those of LEVELS."""
    table = LEVELS[key]
    content = tomllib.loads(files("formats.syntax").joinpath(table).read_text("utf-8"))
    lists = {name: frozenset(codes.split()) for name, codes in content["lists"].items()}
    conditions = {name: _condition(xpath) for name, xpath in content["conditions"].items()}
    rules = load(table, key=key, own=dict(_own(content, lists)), conditions=conditions)
    return replace(rules, contexts=(*rules.contexts, *more(key)))


def _condition(xpath: str) -> Callable[[Element], bool]:
    holds = etree.XPath(f"boolean({xpath})", namespaces=dict(NAMESPACES))
    return lambda element: bool(holds(element))


def _own(
    content: Mapping[str, Any], lists: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, Own]]:
    for context in content["contexts"]:
        for rule, stated, path in _ROW.findall(context["rules"]):
            yield rule, _listed(path, lists[stated]) if stated in lists else _counted(path, stated)


def _listed(path: str, codes: frozenset[str]) -> Own:
    attribute = path.removeprefix("@") if path.startswith("@") else None
    what = f"the attribute {attribute}" if attribute else "the value"
    return Own(
        path=".",
        only=partial(_unlisted, attribute=attribute, codes=codes),
        sentence=f"{what} is none that this level of Factur-X allows",
        fix="write a code of the list that the level names",
        shows=attribute,
    )


def _unlisted(
    element: Element, _sheet: Sheet, attribute: str | None, codes: frozenset[str]
) -> bool:
    said = (element.get(attribute) or "") if attribute else text(element)
    return bool(said) and said not in codes


def _counted(path: str, occurs: str) -> Own:
    least, _, most = occurs.partition("..")
    said = {"1..n": "is missing there", "1..1": "does not stand there just once"}
    return Own(
        path=".",
        only=partial(
            _miscounted,
            name=path if path.startswith("@") else tag(path),
            least=int(least),
            most=None if most == "n" else int(most),
        ),
        sentence=f"{path} {said.get(occurs, 'stands there too often')}",
        fix=f"give {path} once" if least == "1" else f"keep {most} of {path}",
    )


def _miscounted(group: Element, _sheet: Sheet, name: str, least: int, most: int | None) -> bool:
    if name.startswith("@"):
        return group.get(name[1:]) is None
    there = sum(1 for _ in group.iterchildren(name))
    return there < least or (most is not None and there > most)
