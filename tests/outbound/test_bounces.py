"""Delivery reports: what each action means, and that no mail in the world upsets us."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from outbound.bounces import put_away, read_report, waiting
from outbound.channel import DeliveryState

CORPUS = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora")) / "email-dsn"

VERDICTS = {
    "Action: failed\nStatus: 5.1.1": (DeliveryState.REJECTED, True),
    "Action: failed\nStatus: 4.2.2": (DeliveryState.REJECTED, True),
    "Action: FAILED (gave up)\nStatus: 4.4.1": (DeliveryState.REJECTED, True),
    "Action: delayed\nStatus: 4.4.1": (DeliveryState.HANDED_OVER, False),
    "Action: relayed\nStatus: 2.0.0": (DeliveryState.HANDED_OVER, True),
    "Action: expanded\nStatus: 2.0.0": (DeliveryState.HANDED_OVER, True),
    "Action: delivered\nStatus: 2.0.0": (DeliveryState.DELIVERED, True),
    "Status: 5.7.1": (DeliveryState.REJECTED, True),
    "Status: 4.7.1": (DeliveryState.HANDED_OVER, False),
    "Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.0.0": (
        DeliveryState.REJECTED,
        True,
    ),
    "Final-Recipient: rfc822; a@b.example": None,
    "Action: unheard-of": None,
}


@pytest.mark.parametrize("fields", VERDICTS)
def test_action_counts_before_status(fields: str) -> None:
    head = (
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status"
    )
    report = read_report(f"{head}\n\nReporting-MTA: dns; mx\n\n{fields}\n\n--b--\n".encode())
    assert (None if report is None else (report.state, report.final)) == VERDICTS[fields]


def _corpus() -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes, and what the corpus' own tests expect of it."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}: set FACTEUR_CORPORA")
    with (CORPUS / "EXPECTED.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["file"], (CORPUS / row["file"]).read_bytes(), row["expected"]


def test_real_reports_are_read_and_nothing_crashes() -> None:
    reports = {name: (read_report(data), expected) for name, data, expected in _corpus()}
    read = {name: report for name, (report, _) in reports.items() if report is not None}
    assert len(read) >= 140
    hard = [n for n, (_, expected) in reports.items() if n in read and "hard=true" in expected]
    assert len(hard) >= 30
    assert [name for name in hard if read[name].state is not DeliveryState.REJECTED] == []


def test_no_prefix_of_a_report_crashes() -> None:
    for name, data, _ in _corpus():
        if "postfix-0" in name or "rfc3464" in name:
            for length in range(0, min(len(data), 6000), 97):
                read_report(data[:length])


def test_message_is_put_away_once(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    for name in "2", "1":
        (tmp_path / "new" / name).write_bytes(b"")
    assert [file.name for file in waiting(tmp_path)] == ["1", "2"]
    for _ in range(2):
        put_away(tmp_path, "1")
    put_away(tmp_path, "2", seen=False)
    assert list(waiting(tmp_path)) == []
    assert {file.name for file in (tmp_path / "cur").iterdir()} == {"1:2,S", "2:2,"}
