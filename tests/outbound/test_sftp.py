"""SFTP: a file is there whole or not at all, once, and at the right partner."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from outbound.channel import Deferred, DeliveryError, Enclosure, InDoubt, Parcel, Refused
from outbound.sftp import Sftp
from tests.outbound.rigs import Rig, parcel, pdf
from tests.servers import check_file, openssh
from tests.servers.simulators import Peer

LARGE = Enclosure(name="a.pdf", media_type="application/pdf", data=b"%PDF" * 100_000)

FATES: dict[str, tuple[type[DeliveryError] | None, bool]] = {
    "plain-rename": (None, True),
    "half": (Deferred, False),
    "full": (Deferred, False),
    "lost": (InDoubt, False),
}
"""Key to what is raised, and whether the file has its name afterwards."""


@pytest.mark.parametrize("key", FATES)
def test_no_part_of_a_file_under_its_name_and_the_next_try_mends_it(
    sftp_rig: Rig, partner: Peer, key: str
) -> None:
    error, arrived = FATES[key]
    channel, made = sftp_rig.channel(), parcel(key, LARGE)
    final = partner.folder / "files" / f"{key}-{key}.pdf"
    if error is None:
        channel.send(made)
    else:
        with pytest.raises(error):
            channel.send(made)
    assert final.exists() is arrived
    if not arrived:
        assert channel.resolve(made) is None
        channel.send(made)
    assert final.read_bytes() == LARGE.data
    assert sftp_rig.arrived(key) == 1


def test_partner_who_takes_files_away_leaves_doubt(sftp_rig: Rig) -> None:
    made = parcel("taken")
    sftp_rig.channel(keeps_files=False).send(made)
    assert sftp_rig.channel(keeps_files=True).resolve(made) is None
    with pytest.raises(InDoubt, match="may have taken it"):
        sftp_rig.channel(keeps_files=False).resolve(made)


def test_other_content_under_the_name_is_neither_replaced_nor_mistaken(sftp_rig: Rig) -> None:
    channel = sftp_rig.channel()
    channel.send(parcel("other"))
    with pytest.raises(Refused, match="another file"):
        channel.send(parcel("other", LARGE))
    same_size = replace(LARGE, data=pdf()[::-1])
    assert channel.resolve(parcel("other", same_size)) is None
    with pytest.raises(Refused, match="another file"):
        channel.send(parcel("other", same_size))


def test_annexes_first_then_the_document_then_the_marker(sftp_rig: Rig, partner: Peer) -> None:
    annex = Enclosure(name="terms.txt", media_type="text/plain", data=b"...")
    made = parcel("order", *parcel("x").enclosures, annex)
    receipt = sftp_rig.channel(marker=".ok").send(made)
    arrived = [row["path"] for row in partner.log("arrived") if row["path"].startswith("order")]
    assert arrived == ["order-order-2.txt", "order-order.pdf", "order-order.pdf.ok"]
    assert receipt.external_id == "order-order.pdf"
    assert arrived[1].encode() in receipt.evidence[0].data


def test_folder_of_the_parcel_lies_below_the_partners(sftp_rig: Rig, partner: Peer) -> None:
    (partner.folder / "files" / "in" / "4711").mkdir(parents=True)
    made = parcel("folder")
    addressed = replace(made, destination=replace(made.destination, folder="4711"))
    assert sftp_rig.channel(folder="in").send(addressed).external_id == "in/4711/folder-folder.pdf"


@pytest.mark.parametrize("folder", ["nowhere", "../..", "a/../../b", "a b", "..", "ä"])
def test_folder_that_is_missing_or_leads_upwards_is_refused(sftp_rig: Rig, folder: str) -> None:
    made = parcel("upwards")
    addressed = replace(made, destination=replace(made.destination, folder=folder))
    with pytest.raises(Refused, match="folder"):
        sftp_rig.channel().send(addressed)


def test_a_folder_that_is_missing_is_bad_only_where_it_is_not_made(sftp_rig: Rig) -> None:
    made, lacking = (sftp_rig.channel(folder="later", make_folders=make) for make in (True, False))
    assert isinstance(made, Sftp)
    assert "lets us in" in made.examine()
    assert isinstance(lacking, Sftp)
    with pytest.raises(Refused, match="has no folder later"):
        lacking.examine()


def test_parcels_that_leave_at_once_make_one_folder(sftp_rig: Rig, partner: Peer) -> None:
    channel = sftp_rig.channel(folder="/".join("abcdefgh"), make_folders=True)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(channel.send, [parcel(f"together-{number}") for number in range(6)]))
    assert sum("together" in row["path"] for row in partner.log("arrived")) == 6


OTHER_KEY = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def test_partner_with_another_host_key_is_not_spoken_to(sftp_rig: Rig) -> None:
    real = str(sftp_rig.settings["host_key"])
    with pytest.raises(Deferred, match="shows the host key") as caught:
        sftp_rig.channel(host_key=OTHER_KEY).send(parcel("key"))
    assert caught.value.stranger
    assert caught.value.endpoint_down
    assert real in str(caught.value)
    assert OTHER_KEY in str(caught.value)
    assert f'set host_keys = ["{OTHER_KEY}", "{real}"]' in str(caught.value)
    channel = sftp_rig.channel(host_key="", host_keys=(OTHER_KEY, real))
    assert isinstance(channel, Sftp)
    assert list(channel.notes) == []
    seen = json.loads(channel.send(parcel("key")).evidence[0].data)
    assert sftp_rig.arrived("key") == 1
    assert (seen["host_key_expected"], seen["host_key_seen"]) == ([OTHER_KEY, real], real)
    [note] = channel.notes
    assert f'drop the old one: host_key = "{real}"' in note


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"password": "wrong"}, "does not accept"), ({"private_key": "nonsense"}, "not readable")],
)
def test_partner_who_does_not_let_us_in_is_down(
    sftp_rig: Rig, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(Deferred, match=words) as caught:
        sftp_rig.channel(**changes).send(parcel("in"))
    assert caught.value.endpoint_down


@pytest.fixture(scope="module")
def real_server() -> Iterator[openssh.OpenSsh]:
    if not openssh.available():
        pytest.skip("OpenSSH's server is not installed (Debian package openssh-server)")
    with openssh.openssh() as server:
        yield server


def test_real_openssh_takes_it_by_key(sftp_rig: Rig, real_server: openssh.OpenSsh) -> None:
    channel = sftp_rig.channel(
        port=real_server.port,
        username=real_server.user,
        password=None,
        private_key=real_server.private_key,
        host_key=real_server.host_key,
        marker=".ok",
    )
    made: Parcel = parcel("real", LARGE)
    assert channel.resolve(made) is None
    receipt = channel.send(made)
    assert channel.send(made).external_id == receipt.external_id
    assert channel.resolve(made) is not None
    assert (real_server.files / receipt.external_id).read_bytes() == LARGE.data
    names = {file.name for file in Path(real_server.files).iterdir()}
    assert names == {"real-real.pdf", "real-real.pdf.ok"}


def test_where_files_are_taken_away_the_commit_is_announced(sftp_rig: Rig) -> None:
    """Before it, nothing has a name that the partner would take."""
    channel = sftp_rig.channel(keeps_files=False, marker=".ok")
    seen = []
    announced = replace(parcel("told"), committing=lambda: seen.append(sftp_rig.arrived("told")))
    channel.send(announced)
    assert channel.announces_commit
    assert seen == [0, 1], "before the file, and before its marker"


def test_what_cannot_be_noted_gets_no_name(sftp_rig: Rig) -> None:
    class NotNoted(Exception):
        pass

    def fail() -> None:
        raise NotNoted

    channel = sftp_rig.channel(keeps_files=False)
    with pytest.raises(NotNoted):
        channel.send(replace(parcel("untold"), committing=fail))
    assert sftp_rig.arrived("untold") == 0
    channel.send(parcel("untold"))
    assert sftp_rig.arrived("untold") == 1


@pytest.mark.parametrize(
    ("enclosure", "read_back", "compared"),
    [
        (replace(LARGE, data=b"%PDF" * 15_000), 1_048_576, "check-file"),
        (replace(LARGE, data=b"%PDF"), 1_048_576, "content"),
        (LARGE, 0, "size"),
        (replace(LARGE, data=b""), 1_048_576, "size"),
    ],
)
def test_a_server_that_knows_the_hash_is_asked_for_it(
    sftp_rig: Rig, tmp_path: Path, enclosure: Enclosure, read_back: int, compared: str
) -> None:
    with check_file.check_file(tmp_path) as server:
        channel = sftp_rig.channel(
            port=server.port,
            username=check_file.USER,
            password=check_file.PASSWORD,
            host_key=server.host_key,
            read_back_bytes=read_back,
        )
        receipt = channel.send(parcel("hash", enclosure))
        assert json.loads(receipt.evidence[0].data)["files"][0]["compared"] == compared
        assert (tmp_path / "hash-hash.pdf").read_bytes() == enclosure.data
        if compared == "check-file":
            with pytest.raises(Deferred, match="other bytes"):
                channel.send(parcel("spoil", enclosure))
            assert [path.name for path in tmp_path.iterdir()] == ["hash-hash.pdf"]
        channel.close()


def test_without_it_a_small_file_is_read_back(sftp_rig: Rig) -> None:
    evidence = sftp_rig.channel(read_back_bytes=1_000_000).send(parcel("back", LARGE)).evidence[0]
    assert json.loads(evidence.data)["files"][0]["compared"] == "content"
    evidence = sftp_rig.channel(read_back_bytes=1_000).send(parcel("unread", LARGE)).evidence[0]
    assert json.loads(evidence.data)["files"][0]["compared"] == "size"
