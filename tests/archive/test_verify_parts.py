"""The verifier's smaller parts, each at what it must refuse."""

import itertools
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from archive import ledger, verify_der
from archive.archive import Archive
from archive.erasing import Erasure
from archive.evidence import (
    Checkpoint,
    is_consistent,
    open_checkpoint,
    open_consistency,
    open_rotation,
    read_vault,
)
from archive.report import Report
from archive.seal import sign_note, verifier_key
from archive.verify import check, check_archive
from archive.verify_closings import check_seals, read_tree, root_of
from archive.verify_keys import read_keys
from archive.verify_log import LogCheck
from archive.verify_time import Stamps, read_stamp
from archive.verify_told import Told
from tests.archive.filing import KEY, MASTERS, ORIGIN, authority, draft, drafts, opened, stamp

NAME = f"{ORIGIN}/acme/2026"
SECOND, THIRD = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (2, 3))


def line(key: Ed25519PrivateKey, name: str = NAME) -> str:
    return verifier_key(name, key.public_key())


def rotation(key: Ed25519PrivateKey, by: Ed25519PrivateKey, name: str = NAME) -> str:
    return sign_note(f"facteur key rotation\n{NAME}\n{line(key, name)}", NAME, by)


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


# ---- consistency ---------------------------------------------------------------------------------


def heads(size: int) -> tuple[list[Checkpoint], Callable[[int], list[bytes]]]:
    leaves = [ledger.leaf_hash(bytes([n])) for n in range(size)]

    def node(level: int, index: int) -> bytes:
        return ledger.root(leaves[index << level : (index + 1) << level])

    made = [Checkpoint("o", n, ledger.root(leaves[:n])) for n in range(size + 1)]
    return made, lambda old: ledger.consistency(old, size, node)


def test_every_log_continues_how_it_began_and_nothing_else() -> None:
    for size in range(1, 18):
        of_size, prove = heads(size)
        for old in range(1, size + 1):
            path = prove(old)
            assert is_consistent(of_size[old], of_size[size], path)
            forged = Checkpoint("o", old, bytes(32))
            assert not is_consistent(forged, of_size[size], path)
            assert not is_consistent(of_size[old], Checkpoint("o", size, bytes(32)), path)
            assert not is_consistent(of_size[old], of_size[size], [*path, bytes(32)])
            assert old == size or not is_consistent(of_size[old], of_size[size], path[:-1])
        assert not is_consistent(of_size[size], of_size[size - 1], [])
        assert not is_consistent(of_size[0], of_size[size], [])


@pytest.mark.parametrize("text", ["", "old 0\n\nnote", "old x\n\nnote", "old 07\n\nnote", "7\n\n"])
def test_what_is_no_proof_of_consistency(text: str) -> None:
    with pytest.raises(ValueError, match="is not a consistency proof"):
        open_consistency(text)


# ---- keys ----------------------------------------------------------------------------------------


def test_a_key_is_followed_by_the_one_it_signed() -> None:
    assert open_rotation(rotation(SECOND, by=KEY), NAME, [raw(KEY)]) == raw(SECOND)
    for note, said in (
        (rotation(SECOND, by=THIRD), "is not signed"),
        (rotation(SECOND, by=KEY, name="other/acme/2026"), "brings the key of other"),
        (sign_note(f"facteur key rotation\n{NAME}\n", NAME, KEY), "is not the rotation"),
        (sign_note(f"another note\n{NAME}\n{line(SECOND)}", NAME, KEY), "is not the rotation"),
        (rotation(SECOND, by=KEY).replace("facteur", "another"), "has a wrong signature"),
        ("", "is not a signed note"),
    ):
        with pytest.raises(ValueError, match=said):
            open_rotation(note, NAME, [raw(KEY)])


def test_the_keys_of_a_log_are_a_chain(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "acme-2026.vkey").write_text(line(KEY), "utf-8")
    (keys / "acme-2026.1.rotation").write_text(rotation(SECOND, by=KEY), "utf-8")
    (keys / "acme-2026.2.rotation").write_text(rotation(THIRD, by=SECOND), "utf-8")
    chain = [raw(KEY), raw(SECOND), raw(THIRD)]
    for given in ([], [line(KEY)], [line(SECOND)], [line(THIRD)]):
        report = Report()
        assert read_keys(tmp_path, given, report) == {NAME: chain}
        assert report.ok
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    report = Report()
    assert read_keys(tmp_path, [line(stranger)], report) == {NAME: [raw(stranger)]}
    assert str(report.faults[0]) == "keys/acme-2026.vkey: is not the key that was given"
    (keys / "acme-2026.1.rotation").unlink()
    report = Report()
    assert read_keys(tmp_path, [], report) == {NAME: [raw(KEY)]}
    assert [str(fault) for fault in report.faults] == [
        "keys/acme-2026.1.rotation: is missing",
        "keys/acme-2026.2.rotation: is not signed by the log's key",
    ]


def test_only_the_last_key_signs_what_is_in_force(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
        note = archive.checkpoint("acme/2026")
    keys = {NAME: [raw(KEY), raw(SECOND)]}
    assert open_checkpoint(note, keys).size == 1
    with pytest.raises(ValueError, match="is not signed by the log's key"):
        open_checkpoint(note, keys, by_last=True)
    (tmp_path / "keys/acme-2026.1.rotation").write_text(rotation(SECOND, by=KEY), "utf-8")
    (fault,) = check(tmp_path).faults
    assert str(fault) == "acme/2026/log/checkpoint: is not signed by the log's key"


# ---- places --------------------------------------------------------------------------------------


def test_links_and_pipes_are_named_and_never_waited_for(tmp_path: Path) -> None:
    root = tmp_path / "root"
    with opened(root) as archive:
        archive.append(drafts(range(3)))
    pack = root / "acme/2026/packs/000000000.zip"
    shutil.move(pack, tmp_path / "pack")
    pack.symlink_to(tmp_path / "pack")
    assert [str(fault) for fault in check(root).faults] == [
        "acme/2026/packs/000000000.zip: is a link"
    ]
    pack.unlink()
    os.mkfifo(pack)
    assert [str(fault) for fault in check(root).faults] == [
        "acme/2026/packs/000000000.zip: is neither file nor folder"
    ]


# ---- encrypted and erased ------------------------------------------------------------------------

VAULT = "facteur vault 1\n"


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", VAULT[:-1].encode(), b"other\n", f"{VAULT}x\n".encode(), VAULT.encode() + b"x"],
)
def test_what_is_no_vault(data: bytes) -> None:
    with pytest.raises(ValueError, match="is not a list of keys"):
        read_vault(data)


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    with opened(tmp_path, masters=MASTERS) as archive:
        archive.append([draft(1), draft(2)])
        archive.append([draft(3)])
    return tmp_path


VAULT_FILE = "acme/2026/vault/000000000.keys"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"facteur", b"another", "is not a list of keys"),
        (b"\n", b"\n" + b"0" * 64 + b" " + b"-" * 124 + b"\n", "has other members than the pack"),
    ],
)
def test_a_vault_that_was_changed_is_named(
    encrypted: Path, old: bytes, new: bytes, said: str
) -> None:
    path = encrypted / VAULT_FILE
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    for faults in (check(encrypted).faults, verified(encrypted)):
        assert f"{VAULT_FILE}: {said}" in map(str, faults)


def verified(root: Path) -> list[object]:
    with opened(root, masters=MASTERS) as archive:
        return list(archive.verify().faults)


def test_a_key_that_is_gone_must_have_been_erased(encrypted: Path) -> None:
    path = encrypted / VAULT_FILE
    head, first, *rest = path.read_text("ascii").split("\n")
    path.write_text("\n".join([head, first[:65] + "-" * 124, *rest]), "ascii")
    (fault, *_) = [str(f) for f in verified(encrypted) if "its key is gone" in str(f)]
    assert fault.startswith(VAULT_FILE)
    assert check_archive(encrypted).faults == []
    assert check_archive(encrypted).notes == [
        "acme/2026: 2 packs are encrypted; without their key no content was read"
    ]


def test_what_was_erased_is_counted_and_no_fault(encrypted: Path) -> None:
    with opened(encrypted, masters=MASTERS) as archive:
        erase(archive, "d1")
        report = archive.verify()
    assert (report.faults, report.erased) == ([], {"acme/2026": 1})
    assert report.entries == {"acme/2026": 4}
    assert check_archive(encrypted).faults == []
    test_a_key_that_is_gone_must_have_been_erased_in_any_case(encrypted)


def erase(archive: Archive, document: str) -> None:
    erasure = Erasure(
        key=f"erase:{document}",
        tenant="acme",
        documents=(document,),
        rule="own",
        reason="over",
        asked_by="one",
        approved_by="another",
    )
    archive.erase(erasure)


def test_a_key_that_is_gone_must_have_been_erased_in_any_case(encrypted: Path) -> None:
    path = encrypted / VAULT_FILE
    head, first, second, *rest = path.read_text("ascii").split("\n")
    path.write_text("\n".join([head, first, second[:65] + "-" * 124, *rest]), "ascii")
    assert any("its key is gone" in str(fault) for fault in verified(encrypted))


def test_what_is_wrong_with_keys_is_said_of_the_keys(encrypted: Path) -> None:
    path = encrypted / VAULT_FILE
    text = path.read_text("ascii")

    def said() -> list[str]:
        opens = opened(encrypted, masters=MASTERS).open_member
        return [str(fault) for fault in check_archive(encrypted, open_member=opens).faults]

    first = text.split("\n")[1]
    path.write_text(text.replace(first[80:90], first[80:90].swapcase(), 1), "ascii")
    assert f"{VAULT_FILE} member {first[:64]}: does not open it" in said()
    path.rename(path.with_stem("000000999"))
    assert {f"{VAULT_FILE}: is missing", f"{VAULT_FILE[:-8]}999.keys: is of no pack"} <= set(said())
    path.with_stem("000000999").rename(path)
    path.write_text(text, "ascii")
    path.with_stem("000000003").write_text("left", "ascii")
    assert said() == []

    def refuse(*_: object) -> tuple[str, bytes]:
        raise ValueError

    report = check_archive(encrypted, open_member=refuse)
    assert [str(fault) for fault in report.faults] == ["acme/2026/vault/key: opens nothing"]


@pytest.mark.parametrize("listing", [b"", b"[]", b"{}", b'{"members":[{}]}', b'{"members":7}'])
def test_a_listing_that_cannot_be_read_erases_nothing(listing: bytes) -> None:
    told = Told()
    told.read_erasures(listing)
    assert told.erased == set()


def test_packs_that_lie_elsewhere(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(2)))
    pack = tmp_path / "acme/2026/packs/000000000.zip"
    data = pack.read_bytes()
    pack.rename(pack.with_suffix(".s3"))
    assert check(tmp_path).faults == []
    assert check(tmp_path).notes == ["acme/2026: 1 packs lie elsewhere and were not read"]
    assert check_archive(tmp_path, open_pack=lambda _log, _start: data).entries == {"acme/2026": 2}
    for spoilt in (b"", data[:-1], data.replace(b"document 0", b"document 9")):
        opener = {("acme/2026", 0): spoilt}
        assert not check_archive(tmp_path, open_pack=lambda *place: opener[place]).ok  # noqa: B023


def test_a_tile_that_is_being_written_is_none(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
    (tmp_path / "acme/2026/log/tile/0/.001.part").write_bytes(b"half")
    assert check(tmp_path).faults == []


def test_a_log_without_its_head(tmp_path: Path) -> None:
    report = Report()
    stamps = Stamps([], report)
    check = LogCheck(tmp_path, "acme/2026", keys={}, report=report, told=Told(), stamps=stamps)
    check.run([])
    assert [str(fault) for fault in report.faults] == ["acme/2026/log/checkpoint: is missing"]


# ---- time stamps ---------------------------------------------------------------------------------


def test_a_stamp_is_read_with_and_without_its_response() -> None:
    response = stamp(b"data")
    whole = read_stamp(response)
    bare = read_stamp(whole.token)
    assert (whole.is_bare, bare.is_bare) == (False, True)
    assert (whole.at, whole.imprint, whole.token) == (bare.at, bare.imprint, bare.token)
    assert whole.at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert whole.is_over(b"data")
    assert not whole.is_over(b"date")
    for spoilt in (
        b"",
        b"0",
        b"0\x80",
        b"0\x03\x02\x01\x00",
        response[:-1],
        response[:40],
        b"\x04\0",
    ):
        with pytest.raises(ValueError, match="is not a time stamp"):
            read_stamp(spoilt)


def test_no_stamp_however_spoilt_stops_the_check() -> None:
    response = stamp(b"data")
    for at in range(len(response)):
        for value in (0, 0x7F, 0xFF, response[at] ^ 1):
            with suppress(ValueError):
                read_stamp(response[:at] + bytes([value]) + response[at + 1 :])


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70_000])
def test_der_is_written_as_it_is_read(size: int) -> None:
    inside = bytes(size)
    value = verify_der.one(verify_der.sequence(inside), verify_der.SEQUENCE)
    assert (value.content, len(value.raw)) == (inside, len(verify_der.sequence(inside)))


def pem(path: Path) -> Path:
    path.write_bytes(authority().issuer.public_bytes(Encoding.PEM))
    return path


def test_openssl_is_asked_where_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, token = tmp_path / "data", tmp_path / "token"
    data.write_bytes(b"data")
    token.write_bytes(stamp(b"data"))
    trusted, other = [pem(tmp_path / "ca.pem")], tmp_path / "other.pem"
    other.write_bytes(b"")

    def said(authorities: list[Path], **over: object) -> Report:
        report = Report()
        Stamps(authorities, report).check("token", token, **over)  # type: ignore[arg-type]
        return report

    assert said(trusted, data=data).stamped == ["token: stamped at 2026-11-21 12:00:00 UTC"]
    assert said([other], data=data).seals[0].startswith("openssl ts -verify -data ")
    assert str(said(trusted, root=bytes(32)).faults[0]) == "token: stamps something else"
    token.write_bytes(token.read_bytes()[:-1] + bytes([token.read_bytes()[-1] ^ 1]))
    assert "token: openssl does not accept it" in str(said(trusted, data=data).faults[0])
    token.write_bytes(stamp(b"data"))
    monkeypatch.setattr("shutil.which", lambda _: "/no/openssl")
    assert "No such file" in str(said(trusted, data=data).faults[0])


def test_stamps_of_a_chain_are_in_the_order_of_time(tmp_path: Path) -> None:
    report = Report()
    first = read_stamp(stamp(b"data"))
    later = replace(first, at=first.at + timedelta(days=1))
    Stamps([], report).check_chain("record", [later, first])
    assert "is renewed by an earlier one" in str(report.faults[0])
    Stamps([], report).check_chain("record", [first, later])
    assert len(report.faults) == 1
    far = replace(first, at=datetime(2099, 1, 1, tzinfo=UTC), token=b"")
    Stamps([pem(tmp_path / "ca.pem")], report).check_chain("record", [first, far])
    assert "does not accept it as of 2099-01-01" in str(report.faults[1])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"2026-11-20.tsr": b""}, "stamps a checkpoint that is missing"),
        ({"20.checkpoint": b""}, "is not named after a day"),
        ({"2026-11-20.checkpoint": b"", "2026-11-21.tsr": b""}, "has lost its time stamp"),
    ],
)
def test_seals_that_do_not_pair(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    report = Report()
    check_seals(tmp_path, "seals", report, Stamps([], report))
    assert any(said in str(fault) for fault in report.faults)


@pytest.mark.parametrize("text", ["", "sha256", "md5\na 00", "sha256\na 0", "sha256\na 00\na 01"])
def test_what_is_no_tree(text: str) -> None:
    with pytest.raises(ValueError, match=r"hash tree|fromhex"):
        read_tree(text)


def test_a_tree_of_any_width_has_a_root() -> None:
    hashes = [bytes([n]) * 32 for n in range(7)]
    roots = [root_of("sha256", hashes[:n]) for n in range(1, 8)]
    assert roots[0] == hashes[0]
    assert len(set(roots)) == 7
    for one, other in itertools.pairwise(roots):
        assert one != other
