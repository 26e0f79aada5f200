"""Weak evidence is called weak, whatever state it speaks of."""

from datetime import UTC, datetime

import pytest

from hub.console.proofs import Proof
from hub.console.worth import worth

EMAIL = {  # step, state, words, strong; and how the worth begins
    ("send", "handed_over", "250 2.0.0 kept", True): "weak: accepted by the next mail server",
    ("confirm", "handed_over", "relayed 2.0.0 smtp; 250 queued", True): "weak: relayed",
    ("confirm", "handed_over", "delayed 4.2.2 mailbox full", False): "weak: a mail server still",
    ("confirm", "handed_over", "automatic reply: out of office", False): "weak: a machine's reply",
    ("confirm", "delivered", "delivered 2.0.0 to mailbox", True): "strong: delivered",
    ("confirm", "delivered", "read receipt: displayed", False): "weak: a read receipt",
    ("confirm", "delivered", "complaint: abuse", False): "weak: reported as unwanted",
    ("confirm", "delivered", "opened: the document was fetched", True): "strong: opened",
    ("confirm", "rejected_permanent", "no such address: failed", True): "strong: refused",
    ("send", "", "somebody: it arrived", True): "",
}


def proof(step: str, state: str, words: str, *, strong: bool) -> Proof:
    return Proof(
        at=datetime(2026, 11, 20, tzinfo=UTC),
        channel="email",
        step=step,
        state=state,
        words=words,
        strong=strong,
        files=(),
        entry="e",
    )


@pytest.mark.parametrize("case", EMAIL)
def test_worth_of_email_evidence(case: tuple[str, str, str, bool]) -> None:
    step, state, words, strong = case
    found = worth("email", proof(step, state, words, strong=strong))
    assert found.startswith(EMAIL[case])
    assert bool(found) is bool(EMAIL[case])


def test_other_channels_say_what_they_did() -> None:
    assert worth("sftp", proof("send", "handed_over", "kept", strong=True)) == "technical proof"
    assert worth("print", proof("confirm", "delivered", "x", strong=False)) == "a hint, not a proof"
