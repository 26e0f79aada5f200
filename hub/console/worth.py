"""What each thing that became of a delivery is worth, weak and strong named as such."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from hub.console.proofs import Proof
from hub.console.wording import strength
from outbound.channel import DeliveryState


class _Row(NamedTuple):
    """How a proof is known, and what it is worth; what is empty fits all."""

    state: str
    step: str
    words: str
    worth: str


_EMAIL: Final[Sequence[_Row]] = (
    _Row("", "", "^opened: ", "strong: opened, the document was fetched by the link"),
    _Row("", "", "^read receipt: ", "weak: a read receipt, which any mail program may send or not"),
    _Row("", "", "^complaint: ", "weak: reported as unwanted, so it was there"),
    _Row("", "", "^automatic reply: ", "weak: a machine's reply, so the address takes mail"),
    _Row(
        DeliveryState.HANDED_OVER,
        "send",
        "",
        "weak: accepted by the next mail server; that it went on is not proved",
    ),
    _Row(
        DeliveryState.HANDED_OVER,
        "confirm",
        "relayed",
        "weak: relayed to a server that reports nothing more",
    ),
    _Row(DeliveryState.HANDED_OVER, "confirm", "", "weak: a mail server still tries"),
    _Row(DeliveryState.DELIVERED, "", "", "strong: delivered, says the recipient's mail server"),
    _Row(DeliveryState.REJECTED, "", "", "strong: refused, says a mail server"),
)
"""First match counts."""


def worth(kind: str, proof: Proof) -> str:
    """Return what a proof of a channel of this kind is worth; empty for a person's word."""
    if kind == "email" and proof.state:
        for row in _EMAIL:
            fits = row.state in {"", proof.state} and row.step in {"", proof.step}
            if fits and re.search(row.words, proof.words):
                return row.worth
    if not proof.strong:
        return "a hint, not a proof"
    return (strength(kind, proof.state) or "none") if proof.state else ""
