"""What arrived is known by what is in the file."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from hub.demo.expected import SAMPLES
from hub.demo.peers import arrivals, number_of, reports_waiting

NUMBERS = ("WS-2042", "WS-20420", "26-3001")
UBL = (SAMPLES / "shop/order-20417.xml").read_bytes()


def log(folder: Path, *lines: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def mailed(peers: Path, name: str) -> None:
    message = EmailMessage()
    message.set_content("an invoice")
    message.add_attachment(UBL, maintype="application", subtype="xml", filename="a.xml")
    new = peers / "mail" / "maildir" / "new"
    new.mkdir(parents=True, exist_ok=True)
    (new / name).write_bytes(message.as_bytes())
    log(peers / "mail", {"event": "accepted", "file": name, "envid": f"key-{name}"})


def reported(peers: Path, folder: str, name: str, action: str) -> None:
    box = peers / "bounces" / folder
    box.mkdir(parents=True, exist_ok=True)
    text = f"Original-Envelope-Id: key-{name}\n\nAction: {action}\n"
    (box / f"{name}.{action}").write_text(text, encoding="utf-8")


def submitted(peers: Path, name: str, status: str, answer: str) -> None:
    for folder in ("documents", "transactions"):
        (peers / "access-point" / folder).mkdir(parents=True, exist_ok=True)
    (peers / "access-point" / "documents" / f"{name}.xml").write_bytes(UBL)
    row = json.dumps({"status": status, "mlsStatus": answer})
    (peers / "access-point" / "transactions" / f"{name}.json").write_text(row, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("shop/order-20417.xml", "WS-20417"),
        ("shop/order-20418.xml", "WS-20418"),
        ("shop/order-20419.pdf", "WS-20419"),
        ("shop/order-20420.pdf", "WS-20420"),
        ("shop/order-20421.xml", "WS-20421"),
    ],
)
def test_a_file_is_known_by_its_own_number(file: str, number: str) -> None:
    assert number_of((SAMPLES / file).read_bytes(), NUMBERS) == number


def test_a_page_that_names_none_is_nobodys() -> None:
    assert number_of((SAMPLES / "shop/order-20420.pdf").read_bytes(), ["26-3001"]) == "?"


def test_where_nothing_came_nothing_is_counted(tmp_path: Path) -> None:
    assert arrivals(tmp_path, NUMBERS) == []
    assert reports_waiting(tmp_path) == 0


def test_what_came_back_or_was_rejected_has_not_arrived(tmp_path: Path) -> None:
    peers = tmp_path / "peers"
    for name, folder, action in (("a", "new", "failed"), ("b", "cur", "failed"), ("c", "new", "")):
        mailed(peers, name)
        reported(peers, folder, name, action or "delivered")
    submitted(peers, "d", "sent", "received_re")
    submitted(peers, "e", "permanently_failed", "pending")
    submitted(peers, "f", "sent", "received_ap")
    found = arrivals(tmp_path, NUMBERS)
    assert [tuple(one) for one in found] == [
        ("WS-20417", "email", "c"),
        ("WS-20417", "access-point", "f.xml"),
    ]
    assert reports_waiting(tmp_path) == 2


def test_each_arrival_counts(tmp_path: Path) -> None:
    partner = tmp_path / "peers" / "sftp-partner"
    (partner / "files").mkdir(parents=True)
    for name in ("a.xml", "b.xml"):
        (partner / "files" / name).write_bytes(UBL)
    log(partner, *({"event": "arrived", "path": name} for name in ("a.xml", "b.xml", "a.xml")))
    log(partner, {"event": "cut", "name": "a.xml"})
    found = arrivals(tmp_path, NUMBERS)
    assert [one.place for one in found] == ["a.xml", "b.xml", "a.xml"]
    assert {(one.number, one.channel) for one in found} == {("WS-20417", "edi")}


def test_a_piece_is_what_its_pages_say_and_only_in_a_sound_job(tmp_path: Path) -> None:
    printer = tmp_path / "peers" / "print-house"
    (printer / "jobs").mkdir(parents=True)
    incoming = printer / "files" / "incoming"
    incoming.mkdir(parents=True)
    pieces = [{"first_page": 1, "last_page": 1, "sequence": 1, "document": "26-3001"}]
    for job, faults in (("sound", []), ("unsound", ["page 1: no mark"])):
        (incoming / f"{job}.pdf").write_bytes((SAMPLES / "shop/order-20420.pdf").read_bytes())
        report = json.dumps({"job": job, "faults": faults, "pieces": pieces})
        (printer / "jobs" / f"{job}.json").write_text(report, encoding="utf-8")
    assert [tuple(one) for one in arrivals(tmp_path, NUMBERS)] == [
        ("WS-20420", "print-house", "sound:1")
    ]
