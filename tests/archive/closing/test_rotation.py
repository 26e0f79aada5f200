"""Another key for the logs: known to all who check, from the entry on that tells of it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.closing.closing import Closer
from archive.closing.rotation import rotate
from archive.entry import ArchiveDamaged
from archive.seal import sign_note
from archive.verify import check
from tests.archive.closing.office import DAY, LOG, MORNING, Office
from tests.archive.closing.stamping import Town
from tests.archive.export.exporting import ORDER, exported
from tests.archive.filing import KEY, ORIGIN, draft

SECOND, THIRD, THIEF = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))


def opened(office: Office, key: Ed25519PrivateKey, *former: Ed25519PrivateKey) -> Archive:
    return Archive(
        office.root,
        origin=ORIGIN,
        key=key,
        clock=lambda: office.town.now,
        random_bytes=bytes,
        former=[each.public_key() for each in former],
    )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, Town(tmp_path, MORNING))
    made.file(1, 2)
    made.at(MORNING + DAY).close()
    return made


def faults(office: Office, **more: object) -> list[str]:
    return [str(fault) for fault in check(office.root, **more).faults]  # type: ignore[arg-type]


def test_the_new_key_signs_from_the_entry_on_and_all_are_believed(office: Office) -> None:
    witnessed, old_line = office.archive.checkpoint(LOG), office.archive.verifier_key(LOG)
    with opened(office, SECOND, KEY) as archive:
        (entry,) = rotate(archive, KEY)
        assert (entry.kind, entry.step, entry.subject) == ("key", "rotate", f"key:{LOG}")
        assert rotate(archive, KEY) == [entry], "done again, it is the same"
        archive.append([draft(3)])
        closer = Closer(archive=archive, authorities=(), clock=lambda: office.town.now + DAY)
        assert len(closer.close_all().filed) == 1
    with opened(office, THIRD, SECOND, KEY) as archive:
        rotate(archive, SECOND)
        third_line = archive.verifier_key(LOG)
        assert archive.verify().ok
        archive.reindex()
        assert archive.append([draft(4)])[0].position == 7
    names = sorted(path.name for path in (office.root / "keys").iterdir())
    assert names == ["acme-2026.1.rotation", "acme-2026.2.rotation", "acme-2026.vkey"]
    assert faults(office, earlier=[("witness", witnessed)]) == []
    assert faults(office, keys=[old_line]) == faults(office, keys=[third_line]) == []
    for path in (office.root / "keys").glob("*.rotation"):
        path.unlink()
    head = office.root / LOG / "log/checkpoint"
    text = head.read_text("utf-8").partition("\n\n")[0] + "\n"
    head.write_text(sign_note(text, f"{ORIGIN}/{LOG}", KEY), "utf-8")
    missing = "the exchange of the key that was filed is missing"
    assert any(said.endswith(missing) for said in faults(office))


def test_a_log_that_was_begun_with_the_key_is_not_rotated_when_it_is_done_again(
    office: Office,
) -> None:
    with opened(office, SECOND, KEY) as archive:
        first = rotate(archive, KEY)
    office.at(MORNING + 90 * DAY)
    with opened(office, SECOND, KEY) as archive:
        archive.append([draft(3)])
        assert archive.logs() == (LOG, "acme/2027")
        assert rotate(archive, KEY) == first
    assert faults(office) == []


def test_a_key_that_nobody_announced_is_not_believed(office: Office) -> None:
    with pytest.raises(ArchiveDamaged, match="not signed by the log's key"):
        opened(office, THIEF).append([draft(3)])
    shutil.rmtree(office.root / "index.db", ignore_errors=True)
    with opened(office, SECOND, KEY) as archive:
        rotate(archive, KEY)
        line = archive.verifier_key(LOG)
    statement = office.root / "keys/acme-2026.1.rotation"
    good = statement.read_text("utf-8")
    text = f"facteur key rotation\n{ORIGIN}/{LOG}\n{line}"
    statement.write_text(sign_note(text, f"{ORIGIN}/{LOG}", THIEF), "utf-8")
    assert any("1.rotation" in each for each in faults(office))
    statement.unlink()
    assert any("log/checkpoint" in each for each in faults(office))
    statement.write_text(good, "utf-8")
    assert faults(office) == []


def test_a_copy_of_before_the_exchange_takes_nothing_until_its_statement_is_there(
    office: Office,
) -> None:
    copy = Office(office.root.with_name("copy"), office.town)
    shutil.copytree(office.root, copy.root, dirs_exist_ok=True)
    with opened(office, SECOND, KEY) as archive:
        rotate(archive, KEY)
    name = "keys/acme-2026.1.rotation"
    with opened(copy, SECOND, KEY) as archive:
        with pytest.raises(ArchiveDamaged, match=r"put acme-2026\.\*\.rotation beside it"):
            archive.append([draft(3)])
        shutil.copy(office.root / name, copy.root / name)
        out = exported(archive, copy.folder / "bag", replace(ORDER, documents=("d1",)))
    assert faults(copy) == list(map(str, check(out.path).faults)) == []


def test_a_head_that_the_former_key_signed_is_a_fault(office: Office) -> None:
    head = office.root / LOG / "log/checkpoint"
    former = head.read_text("utf-8")
    with opened(office, SECOND, KEY) as archive:
        archive.succeed(LOG, KEY)
        assert head.read_text("utf-8").split("\n— ")[0] == former.split("\n— ")[0]
        assert archive.verify().ok
    head.write_text(former, "utf-8")
    assert any("log/checkpoint" in each for each in faults(office))
