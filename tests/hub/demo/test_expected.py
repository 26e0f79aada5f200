"""The day in day.toml is the day that lies in samples/."""

from hub.demo.expected import PARKED, SAMPLES, load

DAY = load()
BOOKS = {"address-book.csv", "open-items.csv"}


def test_every_sample_is_dropped_and_every_drop_is_a_sample() -> None:
    dropped = {name for drop in DAY.drops for name in drop.files}
    corrections = {correction.file for correction in DAY.corrections}
    files = {
        str(path.relative_to(SAMPLES))
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.parent.name != "guides" and path.name not in BOOKS
    }
    assert dropped | corrections == files


def test_every_road_and_every_door_is_shown() -> None:
    assert set(DAY.ends.values()) == {"email", "access-point", "edi", "print-house", PARKED}
    assert {drop.door for drop in DAY.drops} == {"sftp", "api", "folder"}
    again = [name for drop in DAY.drops for name, ends in drop.files.items() if not ends]
    assert len(again) == 2
    assert all(correction.parked in DAY.ends for correction in DAY.corrections)
    assert len(DAY.ends) == sum(len(e) for d in DAY.drops for e in d.files.values()) + 16
