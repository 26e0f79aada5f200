"""What a temporary refusal in SMTP is about: one mailbox, a domain, or the server that we talk to.

RFC 3463 sorts the enhanced codes: X.4 is network and routing, X.7 policy, X.3 the mail system.
"""

import re
from dataclasses import dataclass
from typing import Final

_ENHANCED: Final = re.compile(rb"(?<![\d.])4\.(\d{1,3})\.\d{1,3}\b")
_SERVICE_CLOSES: Final = 421
_NETWORK: Final = 4
_POLICY: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a 4yz reply says beyond its own parcel, in the words of `Deferred`."""

    endpoint_down: bool = False
    slow_down: bool = False
    beyond: bool = False


def trouble_of(step: str, code: int, words: bytes) -> Trouble:
    """Read a 4yz reply to a step (`MAIL`, `RCPT`, `DATA`, `the message`).

    >>> trouble_of("RCPT", 450, b"4.7.1 too many messages, slow down")
    Trouble(endpoint_down=False, slow_down=True, beyond=True)
    >>> trouble_of("RCPT", 451, b"4.4.1 connect to mx.example: timed out")
    Trouble(endpoint_down=True, slow_down=False, beyond=True)
    >>> trouble_of("RCPT", 452, b"4.2.2 mailbox full")
    Trouble(endpoint_down=False, slow_down=False, beyond=False)
    >>> trouble_of("MAIL", 421, b"4.3.2 shutting down")
    Trouble(endpoint_down=True, slow_down=True, beyond=False)
    """
    found = _ENHANCED.search(words)
    subject = int(found[1]) if found else 0
    of_recipient = step == "RCPT"
    if code == _SERVICE_CLOSES:
        policy = subject == _POLICY
        return Trouble(endpoint_down=not policy, slow_down=True, beyond=policy and of_recipient)
    return Trouble(
        endpoint_down=of_recipient and subject == _NETWORK,
        slow_down=subject == _POLICY,
        beyond=of_recipient and subject in {_NETWORK, _POLICY},
    )


def domain_of(address: str | None) -> str:
    """Return the domain of an address, lower case; empty for none.

    >>> domain_of("Ar@Kunde.Example")
    'kunde.example'
    """
    return (address or "").rpartition("@")[2].strip().rstrip(".").lower()
