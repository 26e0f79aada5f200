import json
import multiprocessing
import shutil
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from archive.entry import (
    ArchiveConflict,
    ArchiveDamaged,
    ArchiveUnavailable,
    Draft,
    NotKept,
    Query,
)
from tests.archive.filing import (
    KEY,
    NOON,
    append_some,
    append_until_killed,
    draft,
    drafts,
    item,
    opened,
)

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["__main__", "tests.archive.filing"])


def files(root: Path) -> list[str]:
    found = (path.relative_to(root).as_posix() for path in root.glob("**/*") if path.is_file())
    return sorted(name for name in found if not name.startswith("index."))


def test_what_was_filed_comes_back(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first, second = archive.append(drafts([1, 2]))
        (third,) = archive.append([draft(3, document="d1", subject="s2")])
        assert [(e.log, e.position, e.at) for e in (first, second, third)] == [
            ("acme/2026", n, NOON) for n in range(3)
        ]
        assert [archive.get(i.sha256) for i in first.items] == [
            b"document 1",
            b"the same every time",
        ]
        assert archive.entry(second.id) == second
        assert archive.entries(document="d1") == (first, third)
        assert archive.entries(subject="s2") == (second, third)
        assert archive.entries(document="d1", subject="s2") == (third,)
        manifest = archive.get(first.id)
        assert manifest == rfc8785.dumps(json.loads(manifest))
        assert archive.verify().ok


def test_files_of_an_archive(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts([1, 2]))
        archive.append([draft(3), draft(4, tenant="other")])
    assert files(tmp_path) == [
        "acme/2026/log/checkpoint",
        "acme/2026/log/tile/0/000.p/2",
        "acme/2026/log/tile/0/000.p/3",
        "acme/2026/log/tile/entries/000.p/2",
        "acme/2026/log/tile/entries/000.p/3",
        "acme/2026/packs/000000000.zip",
        "acme/2026/packs/000000002.zip",
        "acme/lock",
        "keys/acme-2026.vkey",
        "keys/other-2026.vkey",
        "other/2026/log/checkpoint",
        "other/2026/log/tile/0/000.p/1",
        "other/2026/log/tile/entries/000.p/1",
        "other/2026/packs/000000000.zip",
        "other/lock",
    ]


def test_partial_tiles_go_when_the_full_one_is_there(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for start, end in ((0, 200), (200, 255), (255, 256), (256, 600)):
            archive.append(drafts(range(start, end)))
            assert archive.verify().faults == []
    assert [name for name in files(tmp_path) if "/tile/" in name] == [
        "acme/2026/log/tile/0/000",
        "acme/2026/log/tile/0/001",
        "acme/2026/log/tile/0/002.p/88",
        "acme/2026/log/tile/1/000.p/1",
        "acme/2026/log/tile/1/000.p/2",
        "acme/2026/log/tile/entries/000",
        "acme/2026/log/tile/entries/001",
        "acme/2026/log/tile/entries/002.p/88",
    ]


def test_the_same_key_is_kept_once(tmp_path: Path) -> None:
    next_year = datetime(2027, 1, 1, tzinfo=UTC)
    with opened(tmp_path) as archive:
        first, again = archive.append([draft(1), draft(1)])
        assert archive.append([draft(2), draft(1)])[1] == first == again
        (elsewhere,) = archive.append([draft(1, tenant="other")])
        assert elsewhere != first
    with opened(tmp_path, at=next_year) as archive:
        assert archive.append([draft(1), draft(3)])[0] == first
        assert archive.logs() == ("acme/2026", "acme/2027", "other/2026")
        assert archive.verify().entries == {"acme/2026": 2, "acme/2027": 1, "other/2026": 1}


@pytest.mark.parametrize(
    "items", [(), (item("other"),), (item("document 1", "copy"), item("the same every time"))]
)
def test_the_same_key_with_other_items_is_refused(tmp_path: Path, items: tuple[Any, ...]) -> None:
    conflict = draft(1, items=items)
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
        before = archive.checkpoint("acme/2026")
        for call in ([draft(2), conflict], [draft(3), draft(3, items=items)]):
            with pytest.raises(ArchiveConflict, match=call[1].key):
                archive.append(call)
        assert archive.checkpoint("acme/2026") == before
        assert len(archive.append([draft(2)])) == 1


def test_what_cannot_be_repeated_to_the_byte_stays_as_filed_first(tmp_path: Path) -> None:
    with opened(tmp_path) as archive, opened(tmp_path) as other:
        (first,) = archive.append([draft(1)])
        again = [draft(1, items=(item("signed anew"),)), draft(2)]
        assert other.append(again, first_stays=True)[0] == first
        found = archive.kept("acme", ["d1/receive/1", "d2/receive/1", "d3/receive/1"])
        assert {key: entry.position for key, entry in found.items()} == {
            "d1/receive/1": 0,
            "d2/receive/1": 1,
        }
        assert archive.kept("other", ["d1/receive/1"]) == {}
        archive._index.clear()
        assert archive.kept("acme", ["d1/receive/1"]) == {"d1/receive/1": first}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tenant": "Acme"}, "tenant 'Acme'"),
        ({"tenant": "../x"}, "tenant '../x'"),
        ({"tenant": ""}, "tenant ''"),
        ({"key": ""}, "key is empty"),
        ({"fields": {"total": 12}}, "total is not text"),
        ({"fields": {"Total": "12"}}, "field name 'Total'"),
        ({"document": "\ud800"}, "document is not text"),
        ({"items": (item("x", "\udfff"),)}, "item 0 role is not text"),
        ({"step": None, "subject": 1}, "subject is not text; step is not text"),
    ],
)
def test_a_draft_that_cannot_be_filed(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with opened(tmp_path) as archive:
        with pytest.raises(ValueError, match=said):
            archive.append([draft(1), draft(2, **changes)])
        assert archive.logs() == ()


def test_an_origin_that_note_readers_cannot_parse(tmp_path: Path) -> None:
    for origin in ("", "post example", "a+b"):
        with pytest.raises(ValueError, match="origin"):
            type(opened(tmp_path))(
                tmp_path, origin=origin, key=KEY, clock=lambda: NOON, random_bytes=bytes
            )


def test_what_is_not_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for ask in (archive.get, archive.entry, archive.proof, archive.checkpoint):
            with pytest.raises(NotKept):
                ask("ab" * 32)
        assert archive.append([]) == ()
        assert archive.entries(document="d1") == archive.find(Query()) == ()
        assert archive.verify().ok


def test_a_file_is_kept_once_per_log(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(5)))
        archive.append([draft(9, items=draft(1).items)])
        assert archive.verify().files == 5 + 5 + 1 + 1
        archive.append([draft(9, tenant="other", items=draft(1).items)])
        assert archive.verify().files == 12 + 3


INVOICES = {
    "A": {"number": "R-2026-0815", "customer": "C1", "customer_name": "Müller & Söhne"},
    "B": {"number": "R-2026-0816", "customer": "C2", "customer_name": 'Société "Élan"'},
    "C": {"number": "G-77", "customer": "C1", "customer_name": "Müller & Söhne"},
    "D": {"number": "x%_'--", "customer": "C3", "customer_name": "株式会社"},
}
AMOUNTS = {"A": "100.00", "B": "250.5", "C": "-30", "D": "about ten"}
STATES = {"A": ("email", "delivered"), "B": ("sftp", "rejected_permanent"), "C": ("email", "")}


def invoice(name: str, n: int) -> Draft:
    channel, state = STATES.get(name, ("", ""))
    fields = INVOICES[name] | {
        "issue_date": f"2026-{10 + n % 3}-0{n + 1}",
        "total": AMOUNTS[name],
        "currency": "CHF" if name == "B" else "EUR",
        "kind": "credit_note" if name == "C" else "invoice",
        "channel": channel,
        "state": state,
        "sender": "erp",
    }
    kind = "delivery" if name == "B" else "document"
    return draft(n, key=name, document=name, kind=kind, fields=fields, step=f"step-{name}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "DCBA"),
        ({"limit": 2}, "DC"),
        ({"tenant": "acme"}, "DCBA"),
        ({"tenant": "other"}, ""),
        ({"number": "R-2026-0815"}, "A"),
        ({"number": "R-2026"}, ""),
        ({"number_fragment": "2026-08"}, "BA"),
        ({"number_fragment": "r-2026"}, "BA"),
        ({"number_fragment": "77"}, "C"),
        ({"number_fragment": "%_'-"}, "D"),
        ({"number_fragment": "7' OR '1'='1"}, ""),
        ({"number_fragment": '" OR number : "'}, ""),
        ({"customer": "C1"}, "CA"),
        ({"name_fragment": "muller"}, "CA"),
        ({"name_fragment": "SÖHNE"}, "CA"),
        ({"name_fragment": '"elan"'}, "B"),
        ({"name_fragment": "e"}, "CBA"),
        ({"name_fragment": "株式"}, "D"),
        ({"name_fragment": "株式会社"}, "D"),
        ({"issued_from": date(2026, 11, 1)}, "CB"),
        ({"issued_to": date(2026, 11, 2)}, "DBA"),
        ({"issued_from": date(2026, 11, 2), "issued_to": date(2026, 11, 2)}, "B"),
        ({"filed_from": NOON + timedelta(hours=2)}, "DC"),
        ({"filed_before": NOON + timedelta(hours=2)}, "BA"),
        ({"kind": "delivery"}, "B"),
        ({"step": "step-C"}, "C"),
        ({"document_kind": "credit_note"}, "C"),
        ({"currency": "EUR"}, "DCA"),
        ({"channel": "email"}, "CA"),
        ({"state": "rejected_permanent"}, "B"),
        ({"sender": "erp", "customer": "C2"}, "B"),
        ({"amount_from": Decimal(100)}, "BA"),
        ({"amount_to": Decimal("100.00")}, "CA"),
        ({"amount_from": Decimal("250.5"), "amount_to": Decimal("250.50")}, "B"),
        ({"amount_from": Decimal("250.51")}, ""),
    ],
)
def test_find(filed: Path, query: dict[str, Any], found: str) -> None:
    with opened(filed) as archive:
        assert "".join(e.key for e in archive.find(Query(**query))) == found


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("filed")
    for n, name in enumerate(INVOICES):
        with opened(root, at=NOON + timedelta(hours=n)) as archive:
            archive.append([invoice(name, n)])
    return root


FILED = {"log": 2, "entry": 12, "file": 10, "said": 12, "shared": 9, "fact": 12, "document": 12}


def test_an_index_that_is_gone_or_broken_is_built_again(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for n, name in enumerate(INVOICES):
            archive.append([invoice(name, n), draft(n), draft(n, tenant="other")])
        content = list(archive._index.content())
    assert Counter(kind for kind, *_ in content) == FILED
    index = tmp_path / "index.db"
    for damage in (index.unlink, lambda: index.write_bytes(b"no database" * 999)):
        damage()
        with opened(tmp_path) as archive:
            assert list(archive._index.content()) == content
            archive.reindex()
            assert list(archive._index.content()) == content
            assert archive.append([draft(0)])[0].position == 1


def test_what_a_killed_process_committed_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(3)))
    shutil.copytree(tmp_path, tmp_path / "saved", ignore=shutil.ignore_patterns("saved"))
    with opened(tmp_path) as archive:
        filed = archive.append(drafts(range(3, 6)))
        archive.append([draft(6)])
    shutil.copy(tmp_path / "saved" / "index.db", tmp_path / "index.db")
    shutil.rmtree(tmp_path / "saved")
    with opened(tmp_path) as archive:
        assert archive.entries(document="d4") == (filed[1],)
        assert archive.append([draft(4)]) == (filed[1],)
        assert len(archive.find(Query())) == 7


def test_a_log_that_was_rolled_back_takes_nothing_more(tmp_path: Path) -> None:
    log, earlier = tmp_path / "acme", tmp_path / "earlier"
    with opened(tmp_path) as archive:
        archive.append(drafts(range(3)))
        shutil.copytree(log, earlier)
        archive.append(drafts(range(3, 6)))
    shutil.rmtree(log)
    earlier.rename(log)
    with opened(tmp_path) as archive:
        with pytest.raises(ArchiveDamaged, match="rolled back"):
            archive.append([draft(7)])
        assert [str(fault) for fault in archive.verify().faults] == [
            "acme/2026/log/checkpoint: shows 3 entries, but index.db shows 6: rolled back"
        ]
        archive.reindex()
        assert archive.append([draft(7)])[0].position == 3
        assert archive.verify().ok


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("packs/000000003.zip", None),
        ("packs/000000003.zip", b"no zip"),
        ("packs/000000006.zip", None),
        ("log/checkpoint", None),
        ("log/checkpoint", b"no checkpoint"),
        ("log/tile/0/000.p/9", None),
        ("log/tile/0/000.p/9", bytes(9 * 32)),
        ("log/tile/entries/000.p/9", b""),
    ],
)
def test_nothing_is_built_on_a_damaged_log(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    with opened(tmp_path) as archive:
        for n in range(0, 9, 3):
            archive.append(drafts(range(n, n + 3)))
    damaged = tmp_path / "acme/2026" / file
    damaged.unlink()
    if content is not None:
        damaged.write_bytes(content)
    for name in tmp_path.glob("index.db*"):
        name.unlink()
    before = files(tmp_path)
    with opened(tmp_path) as archive:
        with pytest.raises(ArchiveDamaged):
            archive.append([draft(9)])
        with suppress(ArchiveDamaged):
            archive.reindex()
        with pytest.raises(ArchiveDamaged):
            archive.append([draft(9)])
        assert not archive.verify().ok
    assert files(tmp_path) == before


def test_a_changed_file_is_not_handed_out(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        (entry,) = archive.append([draft(1)])
        pack = tmp_path / "acme/2026/packs/000000000.zip"
        pack.write_bytes(pack.read_bytes().replace(b"document 1", b"document 7"))
        with pytest.raises(ArchiveDamaged, match="no longer holds"):
            archive.get(entry.items[0].sha256)
        pack.unlink()
        with pytest.raises(ArchiveDamaged, match="is missing"):
            archive.entry(entry.id)


def test_a_log_whose_only_pack_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
        (tmp_path / "acme/2026/packs/000000000.zip").unlink()
        with pytest.raises(ArchiveDamaged, match="entries from 0 on are missing"):
            archive.reindex()


def test_a_folder_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for root in (tmp_path, tmp_path / "file"):
        with pytest.raises(ArchiveUnavailable, match="cannot be opened"):
            opened(root)


EXCHANGED = """
UPDATE entries SET entry = -entry;
UPDATE entries SET entry = entry - (SELECT sum(entry) FROM entries);
"""


def test_an_index_that_misleads_gives_no_proof(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        (first, _) = archive.append(drafts([1, 2]))
        archive._index._db.execute(EXCHANGED)
        with pytest.raises(ArchiveDamaged, match="entry 1 is not this one"):
            archive.proof(first.id)
        archive.reindex()
        assert archive.proof(first.id).split("\n")[1] == "index 0"


def test_a_pruned_tile_is_read_from_the_full_one(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(257)))
        log = archive._logs.log("acme/2026")
        assert log._read_tile("tile/0/000.p/9") == log._read_tile("tile/0/000")
        for path in ("tile/0/002", "tile/0/002.p/9", "tile/1/000.p/2"):
            with pytest.raises(ArchiveDamaged, match="is missing"):
                log._read_tile(path)


def test_four_processes_and_four_threads_append_at_once(tmp_path: Path) -> None:
    workers = [
        PROCESSES.Process(target=append_some, args=(tmp_path, f"p{n}", 12)) for n in range(4)
    ]
    for worker in workers:
        worker.start()
    with opened(tmp_path) as archive:
        threads = [
            threading.Thread(
                target=lambda n=n: [
                    archive.append([draft(0, key=f"t{n}/{batch}")]) for batch in range(12)
                ]
            )
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0] * 4
        entries = archive.entries(document="d0")
        assert [e.position for e in entries] == list(range(4 * 12 + 12 + 4 * 12))
        assert len({e.key for e in entries}) == len(entries)
        assert archive.verify().faults == []


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for kill in range(20):
        receiver, sender = PROCESSES.Pipe(duplex=False)
        worker = PROCESSES.Process(
            target=append_until_killed, args=(tmp_path, f"k{kill}", sender.send)
        )
        worker.start()
        sender.close()
        for _ in range(kill % 4):
            acknowledged += receiver.recv()
        worker.kill()
        worker.join()
        while receiver.poll():
            try:
                acknowledged += receiver.recv()
            except EOFError:
                break
        receiver.close()
    with opened(tmp_path) as archive:
        kept = {entry.id for entry in archive.find(Query(limit=10**6))}
        assert len(acknowledged) >= 20
        assert set(acknowledged) <= kept
        assert archive.verify().faults == []


@pytest.mark.parametrize("asked", ["", "no hash", "0" * 63, "ä" * 64, "../../etc"])
def test_what_is_no_hash_is_not_kept(tmp_path: Path, asked: str) -> None:
    with opened(tmp_path) as archive:
        for ask in (archive.get, archive.entry, archive.proof):
            with pytest.raises(NotKept):
                ask(asked)
