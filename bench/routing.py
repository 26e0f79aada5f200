"""Routing decisions a second: the shipped rules of all countries, alone and with forty of our own.

    python -m bench.routing

Recipients of ten countries, known and unknown, with and without a network, take turns; each
decision keeps every clause that it tried, as in the house. The figures are kept in `routing.json`.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from bench.invoice import invoice
from formats.model import DocumentKind, Identifier, Invoice, PostalAddress
from routing_rules import grammar
from routing_rules.decide import decide
from routing_rules.decision import Facts
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary
from routing_rules.rule import Rules

RESULTS = Path(__file__).parent / "routing.json"
COUNTRIES = ("DE", "FR", "IT", "BE", "PL", "ES", "RO", "NL", "AT", "US")
OWN_RULES = 40
_ROUNDS = 5
_DECISIONS = 20_000
_TODAY = date(2026, 11, 22)
_INVOICES = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})
_FORMATS = ("peppol-bis-3", "xrechnung-ubl", "facturx-en16931", "fatturapa", "ksef-fa3")
_HOUSE = Vocabulary(
    channels={"mail": "email", "ap": "peppol", "edi": "sftp", "post": "print"},
    formats=dict.fromkeys(_FORMATS, _INVOICES)
    | dict.fromkeys(("letter-din5008", "letter-nf"), frozenset(DocumentKind)),
    signatures=frozenset({"pades-b-b"}),
)


class Speed(msgspec.Struct, kw_only=True):
    """What one set of rules took.

    Attributes:
        clauses: tried in one decision, on average.
        a_second: decisions, the median of the rounds.
    """

    rules: int
    clauses: float
    a_second: int


def main() -> None:
    """Measure, print a line a rule set, and keep it."""
    parser = argparse.ArgumentParser(description="Measure routing decisions.")
    parser.add_argument("--quick", action="store_true", help="once; nothing is kept")
    quick = parser.parse_args().quick
    speeds = [_speed(_rules(own), 1 if quick else _ROUNDS) for own in (0, OWN_RULES)]
    for speed in speeds:
        print(
            f"{speed.rules} rules, {speed.clauses:.1f} clauses a decision: "
            f"{speed.a_second:,} decisions/s"
        )
    if not quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(speeds)) + b"\n")


def _speed(rules: Rules, rounds: int) -> Speed:
    cases = list(_cases())
    clauses = sum(len(decide(*case, rules).trials) for case in cases) / len(cases)
    speeds = sorted(_round(cases, rules) for _ in range(rounds))
    return Speed(rules=len(rules.rules), clauses=clauses, a_second=int(speeds[len(speeds) // 2]))


def _round(cases: Sequence[tuple[Invoice, Recipient, Facts]], rules: Rules) -> float:
    begun = time.perf_counter()
    for n in range(_DECISIONS):
        decide(*cases[n % len(cases)], rules)
    return _DECISIONS / (time.perf_counter() - begun)


def _rules(own: int) -> Rules:
    files = [("own.toml", "\n".join(map(_own_rule, range(own))))] if own else []
    return grammar.load([*files, *grammar.shipped()], _HOUSE)


def _own_rule(n: int) -> str:
    return (
        f'[[rule]]\nname = "customer-{n}"\nbecause = "agreed"\nsource = "contract {n}"\n'
        f'when.recipient = "K-{n}"\nwhen.total_over = "100.00"\n'
        'roads = [{ channel = "email", format = "facturx-en16931" }]\n'
    )


def _cases() -> Iterator[tuple[Invoice, Recipient, Facts]]:
    """Yield a recipient of each country who can do much, and one who can do little."""
    document = invoice(20)
    facts = Facts(tenant="nordwind", sender="erp", today=_TODAY)
    for n, country in enumerate(COUNTRIES):
        address = PostalAddress(line_1="Hafenstr. 1", city="Ort", country=country)
        yield (
            document,
            Recipient(
                key=f"K-{n * 7}",
                name=f"Kunde {n}",
                country=country,
                email="rechnung@kunde.example",
                address=address,
                identifiers=(Identifier(value=f"{country}123456789", scheme="vat"),),
                endpoint=Identifier(value="991-01234-44", scheme="0204"),
                capabilities=("peppol-bis-3", "xrechnung"),
            ),
            facts,
        )
        yield document, Recipient(country=country, address=address, known=False), facts


if __name__ == "__main__":
    main()
