"""Who is written to: a customer for each fate, and the rules by which his road is found."""

from formats.model import Identifier, PostalAddress
from routing_rules.recipient import Recipient

_EMAIL = '{ channel = "email", format = "ubl" }'
_PARTNER = '{ channel = "partner", format = "ubl" }'
_SIGNED = '{ channel = "partner", format = "ubl", signature = "xades-b-b" }'
_NETWORK = '{ channel = "access-point", format = "ubl" }'
_LETTER = '{ channel = "print-house", format = "letter-din5008" }'
_ROADS = {
    "mail": (_EMAIL,),
    "partner": (_SIGNED,),
    "network": (_NETWORK,),
    "letter": (_LETTER,),
    "fallback": (_EMAIL, _PARTNER),
    "strict-partner": (_PARTNER, _EMAIL),
    "strict-network": (_NETWORK, _PARTNER),
    "strict-letter": (_LETTER, _PARTNER),
}
"""One group of customers for each road, and those whose first road ends."""
_REMINDING = {
    "mail": '{ channel = "email", format = "canonical" }',
    "partner": '{ channel = "partner", format = "canonical" }',
}
"""Roads of reminders, which no invoice format carries; letters carry all."""

REFUSED_BY_NETWORK = "9930:DE900002008"
"""A receiver that is to be refused by the access point."""


def _rule(name: str, group: str, roads: str, kind: str = "") -> str:
    return f"""
[[rule]]
name = "{name}"
because = "fault test"
source = "fault test"
when.group = "{group}"
{f'when.kind = "{kind}"' if kind else ""}
roads = [{roads}]
"""


RULES = "".join(
    [
        *(_rule(f"{g} reminders", g, road, "reminder") for g, road in _REMINDING.items()),
        *(_rule(group, group, ", ".join(roads)) for group, roads in _ROADS.items()),
    ]
)


def customers() -> list[Recipient]:
    """Return the address book: one customer for each fate."""
    scheme, _, refused = REFUSED_BY_NETWORK.partition(":")
    return [
        _customer("K-mail", "mail", email="buchhaltung@kunde.example"),
        _customer("K-report", "mail", email="delivered-to@kunde.example"),
        _customer("K-refuse", "fallback", email="refuse-this@kunde.example"),
        _customer("K-reject", "fallback", email="reject-this@kunde.example"),
        _customer("K-bounce", "fallback", email="full-this@kunde.example"),
        _customer("K-partner", "partner"),
        _customer("K-strict-partner", "strict-partner", email="einkauf@streng.example"),
        _customer("101001", "network", endpoint=Identifier(value="DE900001009", scheme="9930")),
        _customer(
            "K-strict-network", "strict-network", endpoint=Identifier(value=refused, scheme=scheme)
        ),
        _customer("K-letter", "letter"),
        _customer("K-strict-letter", "strict-letter"),
    ]


def _customer(key: str, group: str, **more: object) -> Recipient:
    facts = {
        "key": key,
        "name": f"Customer {key}",
        "group": group,
        "country": "DE",
        "language": "de",
        "address": PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE"),
    }
    return Recipient(**facts | more)  # type: ignore[arg-type]
