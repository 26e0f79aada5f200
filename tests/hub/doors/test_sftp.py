"""What clients do at the SFTP door, with clients that nobody here wrote."""

import asyncio
import hashlib
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import asyncssh
import paramiko
import pytest

from hub.doors.sftp import host_key
from hub.doors.spool import SIZE, Spool
from hub.pipeline.contents import HELD_BYTES_MAX
from tests.hub.doors.doorway import KEY, Doorway, close, open_door, upload
from tests.hub.houses import Home
from tests.servers.waiting import wait_for

CONTENT = bytes(range(256)) * 1200
needs_openssh = pytest.mark.skipif(
    shutil.which("sftp") is None, reason="OpenSSH's client is not installed (openssh-client)"
)


@pytest.fixture
def door(home: Home, tmp_path: Path) -> Iterator[Doorway]:
    with open_door(home, tmp_path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.xml"
    path.write_bytes(CONTENT)
    return path


def is_whole(door: Doorway) -> bool:
    return [s.sha256 for s in door.taken()] == [hashlib.sha256(CONTENT).hexdigest()]


@needs_openssh
@pytest.mark.parametrize(
    "lines",
    [
        ["put {file}"],
        ["put -p {file}"],
        ["put {file} invoice.xml.part", "rename invoice.xml.part invoice.xml"],
        ["put {file} invoice.xml.part", "rename -l invoice.xml.part invoice.xml"],
        ["put {file}", "put {file}"],
    ],
    ids=["put", "with times", "part, then rename", "part, then plain rename", "twice"],
)
def test_openssh_uploads_a_file_whole_and_once(door: Doorway, file: Path, lines: list[str]) -> None:
    assert door.openssh(*(line.format(file=file) for line in lines)) == (0, "")
    assert is_whole(door)
    assert door.lying()[0] == "processed/invoice.xml"


def test_openssh_uploads_a_large_file(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(bytes(range(256)) * (HELD_BYTES_MAX // 256 + 1))
    with open_door(home, tmp_path, max_file_mb=64) as door:
        assert door.openssh(f"put {file}") == (0, "")
        (taken,) = door.taken()
    assert home.house.archive.get(taken.sha256) == file.read_bytes()


@needs_openssh
def test_an_answer_is_one_packet(door: Doorway, file: Path) -> None:
    """Each one more lets a client wake for nothing; the library sent an empty one before each."""
    sftp, *rest = door.command("-b", "-")
    command = [sftp, "-o", "LogLevel=DEBUG3", *rest]
    run = subprocess.run(
        command, input=f"put {file}", capture_output=True, text=True, check=True, timeout=60
    )
    assert "receive packet: type 99" in run.stderr
    assert "SSH2_MSG_IGNORE" not in run.stderr


def test_asyncssh_uploads_a_file_whole(door: Doorway, file: Path) -> None:
    async def upload() -> None:
        async with (
            asyncssh.connect(
                "127.0.0.1", door.port, username="erp", client_keys=[KEY], known_hosts=None
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            await sftp.put(str(file), "invoice.xml", preserve=True)

    asyncio.run(upload())
    assert is_whole(door)


def test_a_part_is_not_taken_before_it_has_its_name(door: Doorway) -> None:
    with door.client() as sftp:
        upload(sftp, "a.xml.part", CONTENT)
        assert door.taken() == []
        sftp.posix_rename("a.xml.part", "a.xml")
        assert is_whole(door)


def test_a_file_that_is_still_open_gets_no_name(door: Doorway) -> None:
    with door.client() as sftp:
        part = sftp.open("a.xml.part", "wb")
        part.write(CONTENT[:100])
        with pytest.raises(OSError, match="close it first"):
            sftp.rename("a.xml.part", "a.xml")
        part.close()
    assert door.taken() == []


@needs_openssh
@pytest.mark.parametrize("how", ["the line is cut", "the client ends without a word"])
@pytest.mark.parametrize("size", [0, 1, len(CONTENT) // 2, len(CONTENT)])
def test_nothing_half_is_taken_and_an_upload_can_be_resumed(
    door: Doorway,
    file: Path,
    size: int,
    how: Literal["the line is cut", "the client ends without a word"],
) -> None:
    with door.client() as sftp:
        part = sftp.open("invoice.xml", "wb")
        part.write(CONTENT[:size])
        channel = sftp.get_channel()
        assert channel is not None
        if how == "the line is cut":
            channel.get_transport().sock.close()
        else:
            channel.shutdown_write()
            wait_for(lambda: channel.closed)
    with door.client() as sftp:
        assert sftp.stat("invoice.xml").st_size == size
    assert door.taken() == []
    again = "put" if size == len(CONTENT) else "reput"
    assert door.openssh(f"{again} {file}") == (0, "")
    assert is_whole(door)


@needs_openssh
def test_a_killed_client_leaves_its_part_and_resumes_it(
    door: Doorway, tmp_path: Path, file: Path
) -> None:
    """Its `ssh` lives on and ends the channel in good order: that must not count as the end."""
    batch = tmp_path / "batch"
    batch.write_text(f"put {file}\n")
    command = door.command("-l", "400", "-b", str(batch))
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as client:
        wait_for(lambda: [path.stat().st_size for path in door.root.glob("invoice.xml")] > [0])
        os.kill(client.pid, signal.SIGKILL)
    with door.client() as sftp:
        size = sftp.stat("invoice.xml").st_size
    assert size is not None
    assert 0 < size < len(CONTENT)
    assert door.taken() == []
    assert door.openssh(f"reput {file}") == (0, "")
    assert is_whole(door)


def test_of_two_uploads_of_one_name_the_later_is_whole_and_the_earlier_is_told(
    door: Doorway,
) -> None:
    with door.client() as hanging, door.client() as again:
        early = hanging.open("invoice.xml", "wb")
        early.write(b"half of another")
        early.flush()
        with again.open("invoice.xml", "wb") as late:
            late.write(CONTENT[:1000])
            late.flush()
            early.write(b", and more of it")
            early.flush()
            with pytest.raises(OSError, match="another upload"):
                close(hanging, early)
            assert door.taken() == []
            late.write(CONTENT[1000:])
    assert is_whole(door)


def test_of_two_that_resume_one_file_the_later_changes_nothing_of_what_was_taken(
    door: Doorway,
) -> None:
    with door.client() as first, door.client() as second:
        with first.open("invoice.xml.part", "wb") as part:
            part.write(CONTENT[:1000])
        early, late = (sftp.open("invoice.xml.part", "r+b") for sftp in (first, second))
        for file in (early, late):
            file.seek(1000)
        early.write(CONTENT[1000:])
        early.close()
        first.rename("invoice.xml.part", "invoice.xml")
        with pytest.raises(OSError, match="was taken meanwhile"):
            late.write(b"x" * (len(CONTENT) - 1000))
    assert is_whole(door)


def test_a_client_may_look_at_what_it_has_just_uploaded(door: Doorway) -> None:
    with door.client() as sftp:
        for name in ("a.xml", "a.xml", "b.xml"):
            upload(sftp, name, b"content")
            sftp.utime(name, (0, 0))
            assert sftp.stat(name).st_size == 7
            assert sorted(sftp.listdir(".")) == ["error", "processed"]
        with pytest.raises(FileNotFoundError):
            sftp.stat("c.xml")
    assert len(door.taken()) == 1


@needs_openssh
@pytest.mark.parametrize("who", ["another key", "another sender", "nobody known"])
def test_only_the_senders_own_key_opens(door: Doorway, tmp_path: Path, who: str) -> None:
    stranger = tmp_path / "stranger"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(stranger)
    stranger.chmod(0o600)
    user = {"another key": "erp", "another sender": "shop", "nobody known": "root"}[who]
    key = stranger if who == "another key" else None
    code, words = door.openssh("ls", user=user, key=key)
    assert (code, "Permission denied" in words) == (255, True)


@pytest.mark.parametrize("method", ["auth_none", "auth_password"])
def test_no_other_way_opens(door: Doorway, method: str) -> None:
    with paramiko.Transport(("127.0.0.1", door.port)) as transport:
        transport.start_client()
        secret = ["erp"] if method == "auth_password" else []
        attempt: Any = getattr(transport, method)
        with pytest.raises(paramiko.SSHException):
            attempt("erp", *secret)
        assert not transport.is_authenticated()


@pytest.mark.parametrize(
    "name", ["processed/a.xml", "error/a.xml", ".hidden", "sub/a.xml", "../../facteur.toml/x", ""]
)
def test_only_plain_names_in_the_root_are_written(door: Doorway, name: str) -> None:
    with door.client() as sftp, pytest.raises(OSError, match=r".+"):
        sftp.open(name, "wb")
    assert door.lying() == []


@pytest.mark.parametrize("name", ["../../../facteur.toml", "/etc/hostname", "//etc/passwd"])
def test_nothing_outside_the_root_is_read_or_replaced(door: Doorway, name: str) -> None:
    outside = door.home.house.config.path("facteur.toml")
    before = outside.read_bytes()
    with door.client() as sftp:
        with pytest.raises(OSError, match=r".+"):
            sftp.open(name, "rb").read()
        upload(sftp, "a.xml.part", CONTENT)
        with pytest.raises(OSError, match=r".+"):
            sftp.rename("a.xml.part", f"{name}/b.xml")
        sftp.chdir("/")
        assert sorted(sftp.listdir("../..")) == ["a.xml.part", "error", "processed"]
    assert outside.read_bytes() == before


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        ("mkdir", ("sub",)),
        ("rmdir", ("processed",)),
        ("symlink", ("/etc/passwd", "link")),
        ("rename", ("processed", "done")),
    ],
)
def test_the_root_keeps_its_shape(door: Doorway, act: str, arguments: tuple[str, ...]) -> None:
    with door.client() as sftp, pytest.raises(OSError, match=r".+"):
        getattr(sftp, act)(*arguments)
    assert sorted(path.name for path in door.root.iterdir()) == ["error", "processed"]


@pytest.mark.parametrize(
    "name",
    [b"\xff\xfe.xml", b"a\nb.xml", "Rechnung Süß.xml".encode(), b"\xe2\x80\xaegnp.xml", b"x" * 251],
    ids=["not UTF-8", "line feed", "umlauts", "right to left", "long"],
)
def test_any_name_is_a_label_only(door: Doorway, name: bytes) -> None:
    with door.client() as sftp:
        upload(sftp, name, CONTENT)
    assert is_whole(door)
    assert door.taken()[0].name.isprintable()


@pytest.mark.parametrize(
    ("content", "changes", "words"),
    [
        (b"", {}, "empty"),
        (b"x" * 3_000_000, {"max_file_mb": 2}, "max_file_mb"),
        (b"x", {"min_free_mb": 1 << 40}, "again later"),
    ],
    ids=["empty", "oversize", "no room"],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    home: Home, tmp_path: Path, content: bytes, changes: dict[str, int], words: str
) -> None:
    with open_door(home, tmp_path, **changes) as door, door.client() as sftp:
        with pytest.raises(OSError, match=words):
            upload(sftp, "a.xml", content)
        assert door.taken() == []


@pytest.mark.parametrize("name", ["a.xml", "a.xml.part"])
def test_a_file_of_which_a_part_was_refused_is_never_taken(
    home: Home, tmp_path: Path, name: str
) -> None:
    """The client closes it in good order all the same, as clients do when they tidy up."""
    with open_door(home, tmp_path, max_file_mb=1) as door, door.client() as sftp:
        file = sftp.open(name, "wb")
        file.write(b"x" * (1 << 20))
        with pytest.raises(OSError, match="max_file_mb"):
            file.write(b"x")
        for offset in (0, 1 << 20):
            file.seek(offset)
            with pytest.raises(OSError, match="could not be written"):
                file.write(b"x")
        with pytest.raises(OSError, match="could not be written"):
            close(sftp, file)
        assert (door.taken(), door.lying()) == ([], [])
        upload(sftp, name, CONTENT)
        if name.endswith(".part"):
            sftp.rename(name, "a.xml")
        assert is_whole(door)


def test_a_request_without_end_ends_its_session_only(door: Doorway) -> None:
    with door.client() as hostile, door.client() as sftp:
        file = hostile.open("a.xml", "wb")
        file.write(CONTENT)
        file.flush()
        channel = hostile.get_channel()
        assert channel is not None
        channel.sendall(b"\xff" * 5)
        wait_for(lambda: channel.closed)
        assert door.taken() == []
        upload(sftp, "a.xml", CONTENT)
    assert is_whole(door)


def test_a_file_made_long_by_its_attributes_is_not_read(door: Doorway) -> None:
    with door.client() as sftp:
        long = sftp.open("a.xml", "wb")
        long.write(b"x")
        long.truncate(1 << 40)
        with pytest.raises(OSError, match="max_file_mb"):
            close(sftp, long)
    assert (door.taken(), door.lying()) == ([], ["error/a.xml"])


def test_the_reason_lies_beside_what_was_refused(door: Doorway) -> None:
    with door.client() as sftp:
        sftp.open("a.xml", "wb").close()
        with sftp.open("error/a.xml.err.txt") as reason:
            assert b"empty" in reason.read()


def test_a_full_root_takes_nothing_more_until_it_is_tidied(home: Home, tmp_path: Path) -> None:
    with open_door(home, tmp_path, quota_mb=1, max_file_mb=2) as door, door.client() as sftp:
        upload(sftp, "a.xml", CONTENT * 4)
        with pytest.raises(OSError, match="quota"):
            sftp.open("b.xml", "wb")
        assert door.lying() == ["processed/a.xml"]
        sftp.remove("processed/a.xml")
        upload(sftp, "b.xml", CONTENT)
    assert len(door.taken()) == 2


def test_a_host_key_that_found_no_room_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "host.key"
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            host_key(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    made = host_key(path)
    assert host_key(path).get_fingerprint() == made.get_fingerprint()
    assert path.stat().st_mode & 0o777 == 0o600


HASH = hashlib.sha256(CONTENT).hexdigest()


def test_what_was_closed_before_the_process_died_enters_once_after_the_next_start(
    home: Home, tmp_path: Path
) -> None:
    with open_door(home, tmp_path) as door, door.client() as sftp:
        upload(sftp, "b.xml", b"<b/>")
        assert len(door.taken()) == 1
    closed = door.root.parent / ".closed" / "erp"
    (closed / "1").mkdir()
    left = {"a.xml": CONTENT, "1/a.xml": b"<later/>", "b.xml": b"<b/>", "empty.xml": b""}
    for name, content in left.items():
        (closed / name).write_bytes(content)
    os.setxattr(closed / "a.xml", SIZE, str(len(CONTENT)).encode())
    with open_door(home, tmp_path) as door:
        assert sorted(file.name for file in door.taken()) == ["a.xml", "a.xml", "b.xml"]
        assert door.lying() == [
            "error/empty.xml",
            *(f"processed/{name}" for name in ("a.xml", "a.xml.1", "b.xml", "b.xml.1")),
        ]


def test_what_lost_its_end_in_a_power_cut_is_not_taken_half(home: Home, tmp_path: Path) -> None:
    with open_door(home, tmp_path) as door, door.client() as sftp:
        home.house.archive._logs._refusal = "the disk has failed"
        upload(sftp, "a.xml", CONTENT)
    closed = door.root.parent / ".closed" / "erp" / "a.xml"
    os.truncate(closed, 4)
    home.house.archive._logs._refusal = ""
    with open_door(home, tmp_path) as door:
        assert not door.taken()
        assert door.lying() == ["error/a.xml"]
        assert "send it again" in (door.root / "error" / "a.xml.err.txt").read_text()


def test_only_small_files_are_kept_where_they_arrive_and_none_that_is_refused(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path, {})
    assert not spool.is_quick(1)
    spool.was_quick = True
    sizes = (0, 1, 1 << 20, (1 << 20) + 1)
    assert [spool.is_quick(size) for size in sizes] == [False, True, True, False]


def test_what_is_closed_waits_in_the_spool_while_the_archive_takes_nothing(
    home: Home, tmp_path: Path
) -> None:
    archive = home.house.archive
    with open_door(home, tmp_path) as door, door.client() as sftp:
        archive._logs._refusal = "the disk has failed"
        upload(sftp, "a.xml", CONTENT)
        assert sftp.stat("a.xml").st_size == len(CONTENT)
        closed = door.root.parent / ".closed" / "erp" / "a.xml"
        assert closed.read_bytes() == CONTENT
        archive._logs._refusal = ""
        assert is_whole(door)


@pytest.mark.parametrize("marker", [b"", f"{HASH}  a.xml".encode(), b"count=1"])
def test_with_markers_a_file_is_taken_when_its_marker_is_closed(
    home: Home, tmp_path: Path, marker: bytes
) -> None:
    with open_door(home, tmp_path, sftp_complete="marker") as door, door.client() as sftp:
        upload(sftp, "a.xml", CONTENT)
        assert (door.taken(), door.lying()) == ([], ["a.xml"])
        upload(sftp, "a.xml.ok.part", marker)
        assert door.taken() == []
        sftp.rename("a.xml.ok.part", "a.xml.ok")
        assert is_whole(door)
        assert door.lying() == ["processed/a.xml"]
        assert sftp.stat("a.xml").st_size == len(CONTENT)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        (f"{'0' * 64}  a.xml", "not what its marker states"),
        ("size=1", "1 bytes are stated"),
        ("count=many", "whole number"),
        (f"{HASH}  a.xml\n{HASH}  b.xml", "upload that first"),
    ],
)
def test_a_marker_that_contradicts_its_file_is_refused_with_it(
    home: Home, tmp_path: Path, marker: str, words: str
) -> None:
    with open_door(home, tmp_path, sftp_complete="marker") as door, door.client() as sftp:
        upload(sftp, "a.xml", CONTENT)
        with pytest.raises(OSError, match=words):
            upload(sftp, "a.xml.ok", marker.encode())
        assert door.taken() == []
        assert "error/a.xml.ok" in door.lying()
        assert ("error/a.xml" in door.lying()) is ("first" not in words)


def test_a_marker_that_comes_first_is_refused_and_its_sender_told(
    home: Home, tmp_path: Path
) -> None:
    with open_door(home, tmp_path, sftp_complete="marker") as door, door.client() as sftp:
        with pytest.raises(OSError, match=r"stands for a\.xml: upload that first"):
            upload(sftp, "a.xml.ok", b"count=1")
        assert door.lying() == ["error/a.xml.ok"]
        assert "upload that first" in (door.root / "error/a.xml.ok.err.txt").read_text("utf-8")
        upload(sftp, "a.xml", CONTENT)
        assert door.taken() == []
        upload(sftp, "a.xml.ok", b"count=1")
        assert is_whole(door)


def test_only_names_that_the_sender_may_use_are_taken(home: Home, tmp_path: Path) -> None:
    with open_door(home, tmp_path, names=("*.xml",)) as door, door.client() as sftp:
        for name in ("a.pdf", "a.pdf.part", "a.pdf.ok"):
            with pytest.raises(PermissionError):
                sftp.open(name, "wb")
        upload(sftp, "a.xml.part", CONTENT)
        with pytest.raises(PermissionError):
            sftp.rename("a.xml.part", "a.exe")
        sftp.rename("a.xml.part", "A.XML")
        assert is_whole(door)


def test_who_asks_for_nothing_is_hung_up_on(home: Home, tmp_path: Path) -> None:
    with open_door(home, tmp_path, idle_seconds=0.5) as door, door.client() as sftp:
        upload(sftp, "a.xml", CONTENT)
        channel = sftp.get_channel()
        assert channel is not None
        wait_for(lambda: channel.closed)
    assert is_whole(door)


@needs_openssh
def test_who_fails_to_log_in_too_often_has_to_wait(home: Home, tmp_path: Path, file: Path) -> None:
    with open_door(home, tmp_path, login_tries=2) as door:
        for _ in range(2):
            assert door.openssh("ls", user="nobody")[0] == 255
        assert door.openssh(f"put {file}")[0] == 255
        assert door.taken() == []
