"""Which rule sets judge a document: those it claims to obey (BT-24), in the syntax it came in.

`SPECIFICATIONS` is the table; a row names sets by their keys in `formats.rules.catalogue`, newer
ones of the same standard after older ones, and of these the ones in force on the day are taken. Of
a standard that has gone on without us the last set still judges, for most of its rules live on, and
the certificate says so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from formats.certificate.dating import ended, ending, for_day, in_force, outlived
from formats.certificate.form import UNKNOWN_SPECIFICATION
from formats.findings import Actor, Finding, Severity
from formats.model import Document, Invoice
from formats.rules.catalogue import NEWER, RULESETS


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
        remarks: which set will soon be replaced by one that is not here.
    """

    keys: tuple[str, ...]
    absent: Mapping[str, str] = field(default_factory=dict)
    out_of_force: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()


CORE: Final[Mapping[str, str]] = {"ubl": "en16931", "cii": "en16931-cii"}
"""The core rules as CEN judges them in each syntax; other formats are judged as UBL."""

_EN = r"urn:cen\.eu:en16931:2017"
_FACTURX = r"(factur-x\.eu:1p0|zugferd\.de:2p0)"
"""BASIC and EXTENDED of 2018 have colons around it, where later ones have `#` and `urn`."""


def _both(*keys: str) -> Mapping[str, tuple[str, ...]]:
    return {"ubl": keys, "cii": keys}


def _peppol(key: str) -> Mapping[str, tuple[str, ...]]:
    """Return the sets of Peppol: in CII those for UBL judge what they can, and do not suffice."""
    versions = (key, *NEWER[key])
    return {"ubl": versions, "cii": (*versions, f"{key}-cii")}


_ABSENT: Final[Mapping[str, str]] = {
    "peppol-bis-3-cii": "OpenPeppol's rules for CII are in no package that can be had; those for"
    " UBL have judged what they can, but in CII PEPPOL-EN16931-R002 allows no note with a subject"
    " code, and R003, R053, R054, R055 and R120 are others, too",
    "peppol-selfbilling-3-cii": "OpenPeppol publishes rules of self-billing for UBL only; these"
    " have judged what they can",
}
"""Key to why there is no such set."""


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
        sets=_peppol("peppol-bis-3"),
    ),
    Specification(
        name="Peppol BIS Self-Billing 3.0",
        pattern=_EN + r"#compliant#urn:fdc:peppol\.eu:2017:poacc:selfbilling:3\.0",
        sets=_peppol("peppol-selfbilling-3"),
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
        pattern=rf"urn:{_FACTURX}:minimum",
        core=False,
        sets={"cii": ("facturx-minimum",)},
    ),
    Specification(
        name="Factur-X BASIC WL",
        pattern=rf"urn:{_FACTURX}:basicwl",
        core=False,
        sets={"cii": ("facturx-basicwl",)},
    ),
    Specification(
        name="Factur-X BASIC",
        pattern=_EN + rf"(#compliant#urn|:compliant):{_FACTURX}:basic",
        sets={"cii": ("facturx-basic",)},
    ),
    Specification(
        name="Factur-X EXTENDED",
        pattern=_EN + rf"(#conformant#urn|:(conformant|compliant)):{_FACTURX}:extended",
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

HYBRIDS: Final[tuple[Specification, ...]] = (
    Specification(name="Factur-X EN 16931", pattern=_EN, sets={"cii": ("facturx-en16931",)}),
)
"""What a BT-24 stands for in a PDF as well."""


def choose(document: Document, syntax: str, day: date, *, hybrid: bool = False) -> Choice:
    """Return the sets that a document claims to obey, as far as they are known and in force.

    Args:
        document: its BT-24 decides; one that is no invoice has a set of its own.
        syntax: `ubl` or `cii`.
        day: of which the sets must be in force.
        hybrid: it came inside a PDF.
    """
    if not isinstance(document, Invoice):
        return Choice(keys=("claims",))
    named = " ".join((document.specification or "").split())
    found = _matching(SPECIFICATIONS, named)
    level = _matching(HYBRIDS, named) if hybrid else None
    claims = [each for each in (found, level, _process(document)) if each is not None]
    below = _below(key for each in claims for key in _sets(each, syntax))
    asked = [_asked(each, syntax, day, below) for each in claims]
    keys = tuple(key for each in asked for key in each.judging)
    if found is None or found.core or not keys:
        keys = (CORE[syntax], *keys)
    absent = {key: why for each in asked for key, why in each.absent.items()}
    return Choice(
        keys=keys,
        absent=absent if found or not named else {named: "no rules of this specification are here"},
        out_of_force=tuple(key for each in asked for key in each.known if key not in keys),
        findings=(
            *(_unknown(named, keys) if found is None else ()),
            *(_without(each.name, key, keys) for each in asked for key in each.without),
            *(outlived(RULESETS[key], day) for key in keys if ended(RULESETS[key], day)),
        ),
        remarks=tuple(ending(RULESETS[key]) for each in asked for key in each.ending(day)),
    )


def _process(invoice: Invoice) -> Specification | None:
    return _matching(PROCESSES, invoice.business_process or "")


def _matching(table: Sequence[Specification], named: str) -> Specification | None:
    return next((each for each in table if re.fullmatch(each.pattern, named)), None)


def _sets(claim: Specification, syntax: str) -> tuple[str, ...]:
    return claim.sets.get(syntax, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What one claim asks for.

    Attributes:
        name: of the claim.
        known: keys of sets that are here, newer ones after older ones.
        judging: those of them that judge on the day.
        absent: key of a set that is not here, to the reason.
    """

    name: str
    known: tuple[str, ...]
    judging: tuple[str, ...]
    absent: Mapping[str, str]

    @property
    def without(self) -> tuple[str, ...]:
        """Keys of sets that are missed on that day; of several versions the first."""
        return (*self.absent, *(() if self.judging else self.known[:1]))

    def ending(self, day: date) -> tuple[str, ...]:
        """Return the key of the last set, where it will come to an end."""
        last = self.known[-1:]
        return tuple(
            key for key in last if RULESETS[key].valid_until and in_force(RULESETS[key], day)
        )


def _asked(claim: Specification, syntax: str, day: date, below: frozenset[str]) -> _Asked:
    wanted = [key for key in _sets(claim, syntax) if key not in below]
    known = [key for key in wanted if key in RULESETS]
    return _Asked(
        name=claim.name,
        known=tuple(known),
        judging=tuple(each.key for each in for_day([RULESETS[key] for key in known], day)),
        absent={
            key: _ABSENT.get(key, f"{claim.name} is not here")
            for key in wanted
            if key not in RULESETS
        },
    )


def _below(keys: Iterable[str]) -> frozenset[str]:
    """Return the sets that another of these stacks on: those judge with it."""
    sets = [RULESETS[key] for key in keys if key in RULESETS]
    return frozenset(each.key for ruleset in sets for each in ruleset.extends)


def _unknown(named: str, judged_by: Sequence[str]) -> tuple[Finding, ...]:
    if not named:
        return ()  # BR-01 says so
    return (
        Finding(
            rule=UNKNOWN_SPECIFICATION,
            term="BT-24",
            path="specification",
            message=f"specification {named} is not known here; judged by {', '.join(judged_by)}",
            value=named,
            fix="name a specification that is known, or have its own rules checked elsewhere; a hub"
            " sends it where `specifications` in `[check]` of its settings lists it",
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
