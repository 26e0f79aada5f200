"""The entries of a document are numbered and linked, whoever files them, wherever and whenever."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import Trail
from archive.erasing import Erasure
from archive.index.sqlite import Index
from tests.archive.filing import MASTERS, NOON, draft, opened

EARLIER = NOON.replace(year=2025)


def step(n: int, name: str, document: str | None = "d1") -> str:
    return f"{document}/{name}/{n}"


def file(archive: Archive, *keys: str, document: str | None = "d1", tenant: str = "acme") -> None:
    archive.append([draft(1, key=each, document=document, tenant=tenant) for each in keys])


def linked(archive: Archive, document: str = "d1", tenant: str = "acme") -> list[str]:
    """Return the keys of a document's entries from the first to the last, as they are linked."""
    own = [each for each in archive.entries(document=document) if each.tenant == tenant]
    places = {each.trail: each for each in own if each.trail}
    assert len(places) == len(own)
    found, trail = [], Trail(number=1, previous=None)
    while trail in places:
        found.append(places[trail].key)
        trail = Trail(number=trail.number + 1, previous=places[trail].id)
    assert len(found) == len(own)
    return found


def test_every_entry_of_a_document_has_its_place(tmp_path: Path) -> None:
    """In one commit, in many, of other processes, over New Year and back, and built anew."""
    with opened(tmp_path) as one, opened(tmp_path) as other, opened(tmp_path, at=EARLIER) as back:
        file(one, "a", "b")
        file(one, "of another document", document="d2")
        file(one, "of none", document=None)
        file(one, "of another tenant", tenant="other")
        file(other, "c")
        file(back, "d")
        file(back, "e", "f")
        file(one, "g", "a")
        assert linked(one) == list("abcdefg")
        assert linked(one, tenant="other") == ["of another tenant"]
        assert linked(one, document="d2") == ["of another document"]
        assert [each.trail for each in one.entries(subject="s1") if not each.document] == [None]
        one.reindex()
        file(other, "h")
        assert linked(one) == list("abcdefgh")
        assert one.verify().faults == []


def test_every_entry_of_a_file_that_came_has_its_place(tmp_path: Path) -> None:
    """Documents of it have trails of their own."""
    came = [replace(draft(1, key=n, document=None), kind="submission") for n in "abc"]
    with opened(tmp_path) as one, opened(tmp_path, at=EARLIER) as back:
        said = replace(came[0], key="says nothing", subject="s3", fields={})
        one.append([came[0], said, draft(1, key="of a document of it")])
        one.append([replace(said, key="nor this")])
        assert [e.trail.number for e in one.entries(subject="s3") if e.trail] == [1, 2]
        one.append([replace(came[1], tenant="other"), replace(came[1], subject="s2", key="x")])
        back.append(came[1:2])
        one.reindex()
        one.append(came[2:])
        about = [each for each in one.entries(subject="s1") if each.tenant == "acme"]
        own = sorted((e.trail.number, e.key, e.trail.previous) for e in about if e.trail)
        ids = {each.key: each.id for each in about}
        of_file = [(1, "a", None), (2, "b", ids["a"]), (3, "c", ids["b"])]
        assert own == sorted([*of_file, (1, "of a document of it", None)])
        assert one.verify().faults == []


def test_those_who_file_at_the_same_time_get_each_a_place(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as other, ThreadPoolExecutor(8) as pool:
        archives = (one, other)
        list(pool.map(lambda n: file(archives[n % 2], f"{n}a", f"{n}b"), range(32)))
        assert len(linked(one)) == 64
        assert one.verify().faults == []


def test_what_a_dead_process_has_not_indexed_has_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as archive, monkeypatch.context() as dying:
        dying.setattr(Index, "add", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            file(archive, "a")
    with opened(tmp_path) as archive:
        file(archive, "b")
        assert linked(archive) == ["a", "b"]


def test_entries_of_before_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as archive:
        with monkeypatch.context() as before:
            before.setattr("archive.trails.Trails.next", lambda *_: None)
            file(archive, "a")
            file(archive, "b")
        file(archive, "c")
        *old, new = archive.entries(document="d1")
        assert [each.trail for each in old] == [None, None]
        assert new.trail == Trail(number=3, previous=old[-1].id)
        assert archive.verify().faults == []


def test_a_trail_goes_on_after_an_erasure(tmp_path: Path) -> None:
    erasure = Erasure(
        key="e",
        tenant="acme",
        documents=("d1",),
        rule="own",
        reason="over",
        asked_by="one",
        approved_by="another",
    )
    with opened(tmp_path, masters=MASTERS) as archive:
        file(archive, "a", "b")
        archive.append([replace(draft(1, key="h1"), kind="hold")])
        file(archive, "c")
        archive.erase(erasure)
        file(archive, "d")
        trails = [each.trail for each in archive.entries(document="d1")]
        assert [each.number for each in trails if each] == [3, 4]
        assert archive.verify().faults == []
