"""Evidence records: nothing but the whole truth about these files is accepted."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from archive.closing.evidence_record import (
    check_record,
    read_record,
    way_up,
    write_record,
)
from archive.closing.token import BadStamp, read_stamp
from archive.closing.tree import Digest, Tree, group_hash
from tests.archive.closing.office import DAY, MORNING
from tests.archive.closing.stamping import Town

FILES = (b"a manifest", b"a letter", b"an invoice")
OTHER = (b"another",)
SHA256 = Digest.SHA256


def hashes(files: tuple[bytes, ...]) -> Callable[[Digest], list[bytes]]:
    return lambda digest: [digest.of(data) for data in files]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path, MORNING)


@pytest.fixture
def record(town: Town) -> bytes:
    groups = {str(n): hashes(each)(SHA256) for n, each in enumerate((OTHER, FILES, OTHER * 2))}
    leaves = {label: group_hash(SHA256, group) for label, group in groups.items()}
    tree = Tree(digest=SHA256, leaves=leaves)
    token = read_stamp(town.authority("a").respond(SHA256, tree.root)).token
    own = way_up(SHA256, groups["1"], tree.beside("1"))
    return write_record([(replace(own, token=token),)])


def since(record: bytes, files: tuple[bytes, ...], town: Town, now: datetime) -> datetime:
    return check_record(record, hashes(files), town.judge(), now)


def test_it_proves_these_files_since_the_time_stamp(record: bytes, town: Town) -> None:
    assert since(record, FILES, town, MORNING + DAY) == MORNING
    assert since(record, FILES[::-1], town, MORNING + DAY) == MORNING
    assert write_record(read_record(record)) == record


@pytest.mark.parametrize(
    "files", [OTHER, FILES[:2], (*FILES, b"more"), (*FILES[:2], b"an invoice!")]
)
def test_of_other_files_it_proves_nothing(
    record: bytes, town: Town, files: tuple[bytes, ...]
) -> None:
    with pytest.raises(BadStamp, match="of other files"):
        since(record, files, town, MORNING + DAY)


def test_no_byte_of_it_may_be_another(record: bytes, town: Town) -> None:
    """What of a token is not signed, CMS says; anything else breaks here, or where it is read."""
    (chain,) = read_record(record)
    for at in range(record.index(chain[0].token)):
        with pytest.raises(BadStamp):
            since(flipped(record, at), FILES, town, MORNING + DAY)
    for at in range(0, len(record), 3):
        with suppress(BadStamp):
            check_record(flipped(record, at), hashes(FILES), lambda *_: None, MORNING + DAY)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("cut", [0, 1, 5, 100, -1])
def test_what_is_cut_off_or_goes_on_is_none(record: bytes, cut: int) -> None:
    for data in (record[:cut], record + b"\0" * (cut % 3 + 1)):
        with pytest.raises(BadStamp):
            read_record(data)


def test_it_must_hold_now_and_not_have_been_made_tomorrow(record: bytes, town: Town) -> None:
    with pytest.raises(BadStamp, match="certificate has expired"):
        since(record, FILES, town, MORNING + 1201 * DAY)
    with pytest.raises(BadStamp, match="is followed by one of"):
        since(record, FILES, town, MORNING - DAY)
