"""`facteur worklist`, `settle` and `cancel`, as their user meets them."""

from pathlib import Path

import pytest

from outbound.channel import Deferred, InDoubt, Refused
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl

BY = ("--as", "A. Clerk", "--reason", "rang the customer")


def submit(facteur: Facteur, hub: Hub, *answers: Exception, number: str = "R-1") -> str:
    """Drop an invoice whose channels answer so; returns its document."""
    Path("in.xml").write_bytes(ubl(number=number))
    for name, answer in zip(hub.outboxes, answers, strict=False):
        hub.outboxes[name].answers = [answer]
    (made,) = facteur("submit", "--sender", "erp", "--json", "in.xml").json
    hub.work()
    return f"{made['submission']}-1"


@pytest.mark.usefixtures("hub")
def test_nothing_waits(facteur: Facteur) -> None:
    shown = facteur("worklist")
    assert (shown.code, shown.out) == (0, "nothing waits for a person\n")
    assert facteur("worklist", "--tenant", "nobody").code == 2
    assert facteur("worklist", "0123456789ab").code == 2
    assert facteur("worklist", "--retry").code == 2


def test_a_cause_is_listed_looked_into_and_retried(facteur: Facteur, hub: Hub) -> None:
    document = submit(facteur, hub, Refused("no"), Refused("nor here"))
    listed = facteur("worklist")
    assert listed.code == 1
    assert "No road to the recipient is left" in listed.out
    (group,) = facteur("worklist", "--json").json
    assert (group["act"], group["items"][0]["subject"]) == ("retry", document)
    assert group["actor"] == "operator"
    cause = group["cause"]
    one = facteur("worklist", cause)
    assert document in one.out
    would = facteur("worklist", cause, "--retry", "--dry-run")
    assert (would.code, would.out) == (0, f"{document}  R-1: would go through again\n")
    assert facteur("worklist").code == 1
    done = facteur("worklist", cause, "--retry", "--as", "A. Clerk")
    assert (done.code, done.out) == (0, f"{document}  R-1: goes through again\n")
    again = facteur("worklist", "--retry", "--only", document)
    assert again.code == 1
    assert "waits for nothing here any more" in again.out
    hub.work()
    assert [parcel.labels["number"] for parcel in hub.outboxes["post"].sent] == ["R-1"]


@pytest.mark.parametrize(
    ("said", "sent", "by"),
    [("--arrived", 0, "{}-d0"), ("--not-arrived", 1, "{}-d0"), ("--arrived", 0, "{}")],
)
def test_a_doubt_is_settled_with_name_and_reason(
    facteur: Facteur, hub: Hub, said: str, sent: int, by: str
) -> None:
    delivery = by.format(submit(facteur, hub, InDoubt("cut")))
    assert facteur("settle", delivery, said).code == 2, "who, and why?"
    assert facteur("settle", delivery, *BY).code == 2, "did it arrive?"
    assert facteur("settle", delivery, said, *BY).out == f"{delivery}: stated and filed\n"
    assert facteur("settle", delivery, said, *BY).code == 2
    hub.work()
    assert len(hub.outboxes["post"].sent) == sent
    assert "A. Clerk: it" in facteur("status", "R-1").out.replace("decided by ", "")


def test_what_waits_is_cancelled_and_what_has_left_is_not(facteur: Facteur, hub: Hub) -> None:
    submit(facteur, hub, Deferred("busy"))
    assert facteur("cancel", "R-1").code == 2, "why?"
    shown = facteur("cancel", "R-1", "--reason", "ordered twice")
    assert shown.code == 0
    assert "cancelled, nothing of it leaves" in shown.out
    assert "cancelled by command line: ordered twice" in facteur("status", "R-1").out
    left = submit(facteur, hub, number="R-2")
    refused = facteur("cancel", f"{left}-d0", "--reason", "too late")
    assert (refused.code, refused.err.split(": ", 2)[2]) == (
        2,
        "it has left by post: handed_over\n",
    )


def test_a_control_total_is_settled(facteur: Facteur, hub: Hub) -> None:
    document = submit(facteur, hub)
    file = document.rpartition("-")[0]
    refused = facteur("settle", file, *BY)
    assert (refused.code, "nothing differs" in refused.err) == (2, True)
    odd = facteur("settle", file, "--arrived", *BY)
    assert (odd.code, "not of a total" in odd.err) == (2, True)
