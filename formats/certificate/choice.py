"""Which rule sets judge a document: those it claims to obey (BT-24), in the syntax it came in.

`SPECIFICATIONS` is the table; a row names sets by their keys in `formats.rules.catalogue`, newer
ones of the same standard after older ones, and of these the ones in force on the day are taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from formats.findings import Actor, Finding, Severity
from formats.model import Document, Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What a BT-24 stands for.

    Attributes:
        name: as people call it.
        pattern: of the whole BT-24.
        core: whether it builds on the core rules.
        sets: keys of rule sets on top of the core, by syntax.
    """

    name: str
    pattern: str
    core: bool = True
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to judge a document.

    Attributes:
        keys: sets that judge, in order.
        absent: key of a set that should judge and cannot, to the reason.
        out_of_force: sets that are known but not in force on that day.
        findings: what is odd about the claim.
    """

    keys: tuple[str, ...]
    absent: Mapping[str, str] = field(default_factory=dict)
    out_of_force: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


CORE: Final[Mapping[str, str]] = {"ubl": "en16931", "cii": "en16931-cii"}
"""The core rules as CEN judges them in each syntax; other formats are judged as UBL."""

_EN = r"urn:cen\.eu:en16931:2017"


def _both(*keys: str) -> Mapping[str, tuple[str, ...]]:
    return {"ubl": keys, "cii": keys}


SPECIFICATIONS: Final[tuple[Specification, ...]] = (
    Specification(name="EN 16931", pattern=_EN),
    Specification(
        name="XRechnung 3.0",
        pattern=_EN + r"#compliant#urn:xeinkauf\.de:kosit:xrechnung_3\.0(#.+)?",
        sets={"ubl": ("xrechnung-3.0",), "cii": ("xrechnung-3.0-cii",)},
    ),
    Specification(
        name="Peppol BIS Billing 3.0",
        pattern=_EN + r"#compliant#urn:fdc:peppol\.eu:2017:poacc:billing:3\.0",
        sets=_both("peppol-bis-3"),
    ),
    Specification(
        name="Peppol BIS Self-Billing 3.0",
        pattern=_EN + r"#compliant#urn:fdc:peppol\.eu:2017:poacc:selfbilling:3\.0",
        sets=_both("peppol-selfbilling-3"),
    ),
    Specification(
        name="CIUS-RO",
        pattern=_EN + r"#compliant#urn:efactura\.mfinante\.ro:CIUS-RO:1\.0\.[01]",
        sets=_both("cius-ro"),
    ),
    Specification(
        name="French EXTENDED-CTC-FR",
        pattern=_EN + r"#conformant#urn\.cpro\.gouv\.fr:1p0:extended-ctc-fr",
        core=False,
        sets={"ubl": ("fr-extended-ctc",), "cii": ("fr-extended-ctc-cii",)},
    ),
    Specification(
        name="Factur-X MINIMUM",
        pattern=r"urn:(factur-x\.eu:1p0|zugferd\.de:2p0):minimum",
        core=False,
        sets={"cii": ("facturx-minimum",)},
    ),
    Specification(
        name="Factur-X BASIC WL",
        pattern=r"urn:(factur-x\.eu:1p0|zugferd\.de:2p0):basicwl",
        core=False,
        sets={"cii": ("facturx-basicwl",)},
    ),
    Specification(
        name="Factur-X BASIC",
        pattern=_EN + r"#compliant#urn:(factur-x\.eu:1p0|zugferd\.de:2p0):basic",
        sets={"cii": ("facturx-basic",)},
    ),
    Specification(
        name="Factur-X EXTENDED",
        pattern=_EN + r"#conformant#urn:(factur-x\.eu:1p0|zugferd\.de:2p0):extended",
        core=False,
        sets={"cii": ("facturx-extended",)},
    ),
)

PROCESSES: Final[tuple[Specification, ...]] = (
    Specification(
        name="French reform (BR-FR), by its billing mode in BT-23",
        pattern="[BSM][1-9]",
        sets={"ubl": ("fr-ctc",), "cii": ("fr-ctc-cii",)},
    ),
)
"""What a BT-23 asks for, whatever BT-24 says."""


def choose(document: Document, syntax: str, day: date) -> Choice:
    """Return the sets that a document claims to obey, as far as they are known and in force.

    Args:
        document: its BT-24 decides; one that is no invoice has a set of its own.
        syntax: `ubl` or `cii`.
        day: of which the sets must be in force.
    """
    if not isinstance(document, Invoice):
        return Choice(keys=("claims",))
    named = " ".join((document.specification or "").split())
    found = _matching(SPECIFICATIONS, named)
    process = _matching(PROCESSES, document.business_process or "")
    wanted = _without_those_below(_wanted(syntax, found, process))
    known = [key for key in wanted if key in RULESETS]
    keys = [key for key in known if in_force(RULESETS[key], day)]
    if found is None or found.core or not keys:
        keys = [CORE[syntax], *keys]
    return Choice(
        keys=tuple(keys),
        absent={key: f"{name} is not here" for key, name in wanted.items() if key not in RULESETS},
        out_of_force=tuple(key for key in known if key not in keys),
        findings=(
            *(_unknown(named, keys) if found is None else ()),
            *(_without(name, key, keys) for key, name in wanted.items() if key not in keys),
        ),
    )


def _matching(table: Sequence[Specification], named: str) -> Specification | None:
    return next((each for each in table if re.fullmatch(each.pattern, named)), None)


def _wanted(syntax: str, *claims: Specification | None) -> dict[str, str]:
    """Return the keys that are asked for, each with the name of what asks for it."""
    return {key: claim.name for claim in claims if claim for key in claim.sets.get(syntax, ())}


def _without_those_below(wanted: dict[str, str]) -> dict[str, str]:
    """Return them without sets that another of them stacks on: those judge with it."""
    sets = [RULESETS[key] for key in wanted if key in RULESETS]
    below = {each.key for ruleset in sets for each in ruleset.extends}
    return {key: name for key, name in wanted.items() if key not in below}


def in_force(ruleset: RuleSet, day: date) -> bool:
    """Whether documents issued on that day are judged by this set."""
    begun = ruleset.valid_from is None or ruleset.valid_from <= day
    return begun and (ruleset.valid_until is None or day <= ruleset.valid_until)


def _unknown(named: str, judged_by: Sequence[str]) -> tuple[Finding, ...]:
    if not named:
        return ()  # BR-01 says so
    return (
        Finding(
            rule="IN-SPECIFICATION",
            term="BT-24",
            path="specification",
            severity=Severity.WARNING,
            message=f"specification {named} is not known here; judged by {', '.join(judged_by)}",
            value=named,
            fix="name a specification that is known, or have its own rules checked elsewhere",
        ),
    )


def _without(name: str, key: str, judged_by: Sequence[str]) -> Finding:
    return Finding(
        rule="IN-RULES",
        term="BT-24",
        path="specification",
        severity=Severity.WARNING,
        message=f"the rules of {name} ({key}) have not judged; judged by {', '.join(judged_by)}",
        fix="have them checked elsewhere before this document leaves",
        actor=Actor.OPERATOR,
    )
