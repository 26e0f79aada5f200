"""DE-R-*: what Peppol asks where seller and buyer are German; the same that XRechnung asks."""

from dataclasses import replace
from functools import partial

from formats.findings import Severity
from formats.rules import de_xrechnung
from formats.rules.countries import both_in
from formats.rules.engine import Rule

TAKEN_OVER = {
    **{f"DE-R-{n:03}": f"BR-DE-{n}" for n in (*range(1, 12), *range(14, 21), 22, 26, 27, 28)},
    **{f"DE-R-{n:03}": f"BR-DE-{n}" for n in (30, 31)},
    **{f"DE-R-{n:03}-1": f"BR-DE-{n}-a" for n in (23, 24, 25)},
    **{f"DE-R-{n:03}-2": f"BR-DE-{n}-b" for n in (23, 24, 25)},
    "DE-R-T02": "BR-TMP-2",
}
"""Peppol's id to that of XRechnung's rule with the same test."""

MILDER = {"DE-R-T02": Severity.WARNING}

_GERMAN = partial(both_in, "DE")
_XRECHNUNG = {rule.id: rule for rule in de_xrechnung.OWN}
_CONTEXTS = {
    context: context.where("between Germans", _GERMAN)
    for context in {_XRECHNUNG[rule].context for rule in TAKEN_OVER.values()}
}


def _taken_over(rule: str, from_xrechnung: Rule) -> Rule:
    return replace(
        from_xrechnung,
        id=rule,
        context=_CONTEXTS[from_xrechnung.context],
        severity=MILDER.get(rule, from_xrechnung.severity),
    )


RULES: tuple[Rule, ...] = tuple(
    _taken_over(rule, _XRECHNUNG[original]) for rule, original in TAKEN_OVER.items()
)
