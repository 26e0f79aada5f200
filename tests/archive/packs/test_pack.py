import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from archive.content import measure
from archive.entry import ArchiveDamaged
from archive.evidence import read_pack
from archive.packs.pack import PACK_MEMBERS_MAX, read_directory, write_pack
from archive.packs.source import LocalFile
from tests.archive.filing import sha256_hex

CONTENTS = (b"", b"a", b"PK\3\4" * 99, bytes(range(256)) * 300)
MEMBERS = [(sha256_hex(data), data) for data in CONTENTS]
MEASURED = [measure(data) for data in CONTENTS]


def test_any_zip_program_opens_a_pack(tmp_path: Path) -> None:
    parts, places = write_pack(MEASURED)
    pack = tmp_path / "pack.zip"
    pack.write_bytes(b"".join(parts))
    with zipfile.ZipFile(pack) as opened:
        assert opened.testzip() is None
        assert [(i.filename, opened.read(i)) for i in opened.infolist()] == MEMBERS
        assert {i.date_time for i in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    command = ["python3", "-m", "zipfile", "-t", str(pack)]
    assert "Done" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert read_directory(LocalFile(pack)) == places
    assert [LocalFile(pack).read(p.offset, p.size_bytes) for p in places] == list(CONTENTS)


def test_a_pack_follows_from_its_members() -> None:
    raw = b"".join(write_pack(MEASURED)[0])
    assert b"".join(write_pack(MEASURED)[0]) == raw
    assert read_pack(raw) == read_pack(memoryview(raw)) == (MEMBERS, None)
    for at in range(0, len(raw), 37):
        spoiled = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        assert read_pack(spoiled)[1] in range(len(raw))
    for end in (0, 1, 50, len(raw) - 1):
        assert read_pack(raw[:end])[1] in range(end + 1)
    assert read_pack(raw + b"x")[1] == len(raw)


def test_a_pack_made_by_another_program_is_not_ours(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.comment = b"of another program"
        for name, data in MEMBERS:
            pack.writestr(name, data)
    assert read_pack(buffer.getvalue())[1] in range(30)
    lying = LocalFile(tmp_path / "pack.zip")
    lying.path.write_bytes(buffer.getvalue())
    found = [(place.sha256, place.size_bytes) for place in read_directory(lying)]
    assert found == [(name, len(data)) for name, data in MEMBERS]


def test_more_than_a_zip_file_holds() -> None:
    with pytest.raises(ValueError, match="do not go into one pack"):
        write_pack([measure(b"")] * (PACK_MEMBERS_MAX + 1))


@pytest.mark.parametrize("data", [b"", b"no ZIP file at all"])
def test_what_is_no_pack_is_damaged(tmp_path: Path, data: bytes) -> None:
    pack = LocalFile(tmp_path / "pack.zip")
    with pytest.raises(ArchiveDamaged, match="is missing"):
        read_directory(pack)
    pack.path.write_bytes(data)
    with pytest.raises(ArchiveDamaged, match="not a zip file"):
        read_directory(pack)
