"""Authorities by settings, asked over HTTP: each under its own policy and roots."""

from pathlib import Path

import pytest

from archive.closing.token import Authority, NoStamp, read_stamp
from archive.closing.tree import Digest
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.sealing.authorities import authorities_of
from hub.simulators.time_stamp import POLICY
from tests.servers.simulators import simulator


def asked(folder: Path, text: str) -> list[Authority]:
    (folder / "facteur.toml").write_text(text, "utf-8")
    return authorities_of(load(folder / "facteur.toml"))


def test_each_stamps_by_any_digest_under_its_policy_and_roots(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        simulator("time_stamp", tmp_path) as peer,
        simulator("time_stamp", tmp_path / "other") as other,
    ):
        text = f"""
[archive]
time_stamp_url = "http://127.0.0.1:{peer.port}/"
[archive.authorities.good]
url = "http://127.0.0.1:{peer.port}/"
policy = "{POLICY}"
roots = ["ca.pem"]
[archive.authorities.strange]
url = "http://127.0.0.1:{other.port}/"
roots = ["ca.pem"]
[archive.authorities.loose]
url = "http://127.0.0.1:{peer.port}/"
policy = "1.2.3"
[archive.authorities.away]
url = "http://127.0.0.1:1/"
"""
        good, *bad = asked(tmp_path, text)
        for digest in Digest:
            stamp = read_stamp(good.respond(digest, digest.of(b"x")))
            assert (stamp.digest, stamp.imprint) == (digest, digest.of(b"x"))
            assert (stamp.policy, good.name) == (POLICY, "good")
        words = {
            "strange": "not below a trusted certificate",
            "loose": f"of policy {POLICY}",
            "away": "cannot be reached",
        }
        for own in bad:
            with pytest.raises(NoStamp, match=f"authority {own.name}: .*{words[own.name]}"):
                own.respond(Digest.SHA256, bytes(32))


def test_the_one_of_time_stamp_url_stays(tmp_path: Path) -> None:
    assert asked(tmp_path, "") == []
    (own,) = asked(tmp_path, '[archive]\ntime_stamp_url = "http://127.0.0.1:1/"\n')
    assert own.name == "authority"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[archive.authorities."A B"]\nurl = "http://a"\n', "archive.authorities: .* at `key`"),
        ('[archive.authorities.a]\nurl = "ftp://a"\n', "url"),
        ('[archive.authorities.a]\nurl = "http://a"\npolicy = "x"\n', "policy"),
        ('[archive.authorities.a]\nurl = "http://a"\nroots = ["no.pem"]\n', "no.pem"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        asked(tmp_path, text)
