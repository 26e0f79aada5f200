"""FX-SCH-*: what the levels of Factur-X 1.09 demand, from `facturx.toml` beside this file.

The Schematron of a level has three kinds of rules that the model can show. Core rules, which
MINIMUM and BASIC list under ids of their own: here they keep the id of EN 16931, and `CORE_OF` has
the pairs. Rules that something must be there, and rules that a value is of a code list: they are
read from the table. All others are listed with their reason.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from formats.model import codes as code_lists
from formats.model.codes import CodeList
from formats.model.terms import TERMS, term_of
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import Context, Rule, RuleSet, getter
from formats.rules.extended_sheet import IN_CII, lay_out_for
from formats.rules.line_groups import counted, placed
from formats.rules.tolerances import broken_down, payable, taxable, taxed, totals
from formats.rules.worksheet import Places, Worksheet, lay_out

FXEXT: Final = "BR-FXEXT"
VERSION: Final = "1.09"
SOURCE: Final = "FNFE-MPE and FeRD, Factur-X 1.09 / ZUGFeRD 2.4, Schematron of the level"
CORE: Final[Mapping[str, Rule]] = {rule.id: rule for rule in EN16931_CII}
AS_IN_UBL: Final[Mapping[str, Rule]] = {rule.id: rule for rule in EN16931 if rule.id == "BR-CO-18"}
"""Core rules that the Schematron of a level tests as CEN does for UBL."""

_TABLE: Final = tomllib.loads(files("formats.rules").joinpath("facturx.toml").read_text("utf-8"))
_REASONS: Final[Mapping[str, str]] = {
    "once": "the model has one; of several the reader leaves all but the first",
    "structure": "how CII writes it is seen by the reader, not in the model",
    "tolerance": "the tolerances, codes and measured values of EXTENDED are not judged here",
    "extension": "what EXTENDED has beyond EN 16931 is not in the model",
}
_MOST_CODES: Final = 12
"""Codes that a sentence may name."""


@cache
def _values(group: str, field: str) -> Context[Any]:
    """Return the context of a field of every group at a model path such as `lines[].item`.

    Its subjects are values, None where the field has none; its places are those of the field.
    """
    steps = [(step.removesuffix("[]"), step.endswith("[]")) for step in group.split(".") if step]
    get: Callable[[object], Any] = getter(field)

    def find(sheet: Worksheet) -> Places[Any]:
        places: Places[Any] = [("", sheet.invoice)]
        for name, many in steps:
            found: Places[Any] = []
            for at, holder in places:
                value = getattr(holder, name)
                if many:
                    found += [(f"{at}{name}[{n}].", each) for n, each in enumerate(value)]
                elif value is not None:
                    found.append((f"{at}{name}.", value))
            places = found
        return [(f"{at}{field}", get(holder)) for at, holder in places]

    return Context(name=f"each {group} {field}", find=find)


def _any(contexts: tuple[Context[Any], ...]) -> Context[Any]:
    """Return one context of all these places."""
    if len(contexts) == 1:
        return contexts[0]
    return Context(
        name=" and ".join(context.name for context in contexts),
        find=lambda sheet: [place for context in contexts for place in context.find(sheet)],
    )


def _terms(paths: Iterable[str]) -> dict[str, str]:
    return {path.replace("[]", ""): term_of(path) or "" for path in paths}


def _named(terms: Iterable[str]) -> str:
    return " and ".join(f"{term} ({TERMS[term].name})" for term in dict.fromkeys(terms))


def _must(rule: str, rows: Sequence[tuple[str, str]]) -> Rule:
    terms = _terms(f"{group}.{field}" if group else field for group, field in rows)
    return _any(tuple(_values(group, field) for group, field in rows))(
        rule,
        terms,
        f"an invoice of this level states {_named(terms.values())} where the group around it is",
        lambda value: value not in (None, ()),
        fix=f"send {' and '.join(dict.fromkeys(terms.values()))}",
    )


def _coded(rule: str, rows: Sequence[tuple[str, str]]) -> Rule:
    terms = _terms(path for path, _ in rows)
    lists = {_list(key) for _, key in rows}
    names = " or ".join(sorted(listed.name for listed in lists))
    known = sorted(frozenset().union(*lists))
    shown = f": {', '.join(known)}" if len(known) <= _MOST_CODES else ""
    return _any(tuple(_listed(path, _list(key)) for path, key in rows))(
        rule,
        terms,
        f"the value of {_named(terms.values())} is one of {names}{shown}",
        lambda verdict: verdict,
        fix=f"map the ERP's value to a code of {names}",
    )


def _listed(path: str, listed: CodeList) -> Context[Any]:
    """Return the context of a field; its subjects say whether the value is of the list."""
    group, _, field = path.rpartition(".")
    values = _values(group, field)
    return Context(
        name=f"{values.name} of {listed.name}",
        find=lambda sheet: [
            (at, None if value is None else value in listed) for at, value in values.find(sheet)
        ],
    )


@cache
def _list(key: str) -> CodeList:
    own = _TABLE["lists"].get(key)
    if own is not None:
        return CodeList(own, name="the level's list", version=VERSION)
    found: CodeList = getattr(code_lists, key.upper())
    return found


def _read(level: str) -> Iterator[Rule]:
    for rule, rows in _TABLE[level]["must"].items():
        yield _must(rule, rows)
    for rule, rows in _TABLE[level]["coded"].items():
        yield _coded(rule, rows)


def _with_b(letters: str) -> str:
    """Name the rule on taxable amounts, in which the file forgets a hyphen."""
    return "-S08b" if letters == "S" else f"-{letters}-08b"


PAYABLE: Final = payable(of_invoices_only=False)
TOLERANT: Final = (
    PAYABLE,
    *totals(FXEXT),
    *broken_down(FXEXT, by_logistics=True),
    *taxable(FXEXT, _with_b),
    taxed("BR-FXEXT-S-09b", by_rate_too=True),
    *counted(FXEXT, infix="BR-"),
    *placed(FXEXT, "05", itself=True),
    *(replace(CORE[rule], id=f"{FXEXT}-{rule}") for rule in ("BR-38", "BR-44")),
)
"""What EXTENDED has in place of core rules."""


def _parts(letters: str, *numbers: int) -> Iterator[tuple[str, str]]:
    for number, part in zip(numbers, ("08ini", "08rev", "08b"), strict=True):
        yield f"FX-SCH-A-000{number}", f"{FXEXT}-{letters}-{part}"


BORROWED: Final[Mapping[str, Mapping[str, str]]] = {
    "minimum": {
        **dict(_parts("G", 388, 389, 390)),
        **dict(_parts("IC", 392, 393, 391)),
        **dict(_parts("O", 395, 396, 394)),
        **dict(_parts("Z", 398, 399, 397)),
    }
}
"""Level to an id of its own to the rule of EXTENDED that judges the same."""


def _borrowed(level: str) -> tuple[Rule, ...]:
    rules = {rule.id: rule for rule in TOLERANT}
    return tuple(replace(rules[of], id=own) for own, of in BORROWED.get(level, {}).items())


def _unjudged(level: str) -> dict[str, str]:
    kinds: dict[str, str] = _TABLE[level]["unjudged"]
    reasons = {rule: _REASONS[kind] for kind, ids in kinds.items() for rule in ids.split()}
    core = {
        rule: EN16931_CII.all_unjudged().get(known, "this id is in no core rule of EN 16931")
        for rule, known in _TABLE[level]["core"].items()
        if known not in CORE and rule != PAYABLE.id
    }
    judged = CORE.keys() | {rule.id for rule in TOLERANT} | BORROWED.get(level, {}).keys()
    return {rule: reason for rule, reason in (reasons | core).items() if rule not in judged}


CORE_OF: Final[Mapping[str, Mapping[str, str]]] = {
    level: {rule: known for rule, known in table["core"].items() if known in CORE}
    for level, table in _TABLE.items()
    if level != "lists"
}
"""Level to official id to the core rule that judges it."""


def _level(level: str, *more: Rule, stacked: bool) -> RuleSet:
    """Return the set of a level: on top of the core, or of those core rules that it has."""
    named = dict.fromkeys(CORE_OF[level].values())
    core = AS_IN_UBL if stacked else {rule: AS_IN_UBL.get(rule, CORE[rule]) for rule in named}
    return RuleSet(
        key=f"facturx-{level}",
        version=VERSION,
        source=SOURCE,
        lay_out=lay_out,
        extends=(EN16931_CII,) if stacked else (),
        rules=(*core.values(), *_read(level), *more),
        unjudged=_unjudged(level),
    )


_EXTENDED_SHEET: Final = lay_out_for(IN_CII)
MINIMUM: Final = replace(
    _level("minimum", *_borrowed("minimum"), stacked=False), lay_out=_EXTENDED_SHEET
)
BASIC_WL: Final = _level("basicwl", stacked=False)
BASIC: Final = _level("basic", stacked=True)
LEVEL_EN16931: Final = _level("en16931", stacked=True)
EXTENDED: Final = replace(_level("extended", *TOLERANT, stacked=False), lay_out=_EXTENDED_SHEET)
FACTURX: Final = (MINIMUM, BASIC_WL, BASIC, LEVEL_EN16931, EXTENDED)
