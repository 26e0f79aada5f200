"""BouncyCastle judges evidence records of a log that was closed, renewed and rehashed.

For every case its verdict and that of ours must be the same.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.closing.evidence_record import check_record
from archive.closing.records import Evidence, Subject
from archive.closing.token import BadStamp
from archive.closing.tree import Digest
from archive.entry import Entry, Item
from tests.archive.closing.office import DAY, Office
from tests.archive.closing.stamping import Town
from tests.archive.filing import draft
from tests.oracles.java import BOUNCY_CASTLE
from tests.oracles.verdicts import Verdicts

JUDGE = "BouncyCastle org.bouncycastle.tsp.ers"
SOURCE = Path(__file__).parent / "VerifyEvidence.java"
BEGIN = datetime(2014, 11, 20, 8, tzinfo=UTC)
"""So long ago that no time stamp is of days to come."""
YEAR = timedelta(days=365)
STATES = ("initial", "time stamp renewed", "hash tree renewed", "time stamp renewed after that")
SIZES = (0, 1, 2, 5)
"""Files of an entry."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A record, the files it is shown with, and when."""

    record: bytes
    files: tuple[bytes, ...]
    at: datetime

    def is_right(self, town: Town) -> bool:
        """Return what we say."""

        def group(digest: Digest) -> list[bytes]:
            return [digest.of(data) for data in self.files]

        try:
            check_record(self.record, group, town.judge(), self.at)
        except BadStamp:
            return False
        return True


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder, Town(folder, BEGIN))
    for number, size in enumerate(SIZES):
        items = tuple(
            Item(
                role="file", name=f"{n}.txt", media_type="text/plain", data=f"{number}/{n}".encode()
            )
            for n in range(size)
        )
        made.archive.append([draft(number, items=items)])
    made.at(BEGIN + DAY).close()
    return made


@pytest.fixture(scope="module")
def cases(office: Office) -> Mapping[str, Case]:
    """Return each state of each entry, true and changed in every way that a record can be."""
    found: dict[str, Case] = {}
    log = "acme/2014"
    for number, state in enumerate(STATES):
        if number:
            renewer = office.at(BEGIN + 3 * number * YEAR).renewer(f"of {3 * number}")
            done = renewer.rehash(log, Digest.SHA512) if number == 2 else renewer.renew(log)
            assert len(done) == 1
        evidence = Evidence(office.archive, log)
        kept = list(office.archive.between(log, 0, len(SIZES)))
        for entry in kept:
            subject = evidence.of_entry(entry)
            assert subject is not None
            found |= _shown(
                f"{state}, entry of {len(entry.items)}", office, evidence, (entry, subject)
            )
        other = evidence.of_entry(kept[-1])
        assert other is not None
        files = _files(office, kept[1])
        found[f"{state}, another's record"] = Case(
            record=evidence.record(other), files=files, at=office.town.now
        )
    return found


def _shown(
    name: str, office: Office, evidence: Evidence, of: tuple[Entry, Subject]
) -> dict[str, Case]:
    entry, subject = of
    record, files, at = evidence.record(subject), _files(office, entry), office.town.now
    middle = evidence.chains(subject)[0][0].lists[0][0]
    changed = record.replace(middle, bytes([middle[0] ^ 1]) + middle[1:], 1)
    shown: Mapping[str, tuple[bytes, Sequence[bytes]]] = {
        "": (record, files),
        ", a file changed": (record, (*files[:-1], files[-1] + b"!")),
        ", a file added": (record, (*files, b"one more")),
        ", a hash changed": (changed, files),
    }
    if len(files) > 2:  # a single file is proven without the others of its group
        shown = {**shown, ", a file left out": (record, files[:-1])}
    return {
        f"{name}{what}": Case(record=data, files=tuple(own), at=at)
        for what, (data, own) in shown.items()
    }


def _files(office: Office, entry: Entry) -> tuple[bytes, ...]:
    hashes = [entry.id, *(item.sha256 for item in entry.items)]
    return tuple(office.archive.get(sha256) for sha256 in hashes)


@pytest.fixture(scope="module")
def words(cases: Mapping[str, Case], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return what BouncyCastle says of each case."""
    if shutil.which("javac") is None:
        pytest.skip("needs a JDK, which runs VerifyEvidence.java")
    if lacking := [jar.file for jar in BOUNCY_CASTLE if not jar.path.is_file()]:
        pytest.skip(f"{', '.join(lacking)} not here; run python -m tests.oracles.java")
    folder = tmp_path_factory.mktemp("cases")
    for number, case in enumerate(cases.values()):
        own = folder / f"{number:04}"
        (own / "files").mkdir(parents=True)
        (own / "record.ers").write_bytes(case.record)
        for n, data in enumerate(case.files):
            (own / "files" / str(n)).write_bytes(data)
    path = ":".join(str(jar.path) for jar in BOUNCY_CASTLE)
    command = ["java", "-cp", path, str(SOURCE), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    said = [line.partition("\t")[2] for line in done.stdout.splitlines()]
    return dict(zip(cases, said, strict=True))


@pytest.mark.parametrize("state", STATES)
def test_both_say_the_same(
    state: str,
    cases: Mapping[str, Case],
    words: Mapping[str, str],
    office: Office,
    verdict: Verdicts,
) -> None:
    own = {name: case for name, case in cases.items() if name.startswith(f"{state}, ")}
    assert len(own) == 19
    for name, case in own.items():
        right = name.count(",") == 1 and "another" not in name
        assert case.is_right(office.town) == right, name
        verdict(JUDGE, name, agrees=(words[name] == "right") == right, says=words[name])
