"""The simulated authority is a real one to OpenSSL, and refuses as RFC 3161 says."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers.simulators import Peer, simulator

QUERIES = {
    "nonce": ("-sha256", "-cert"),
    "no nonce": ("-sha256", "-cert", "-no_nonce"),
    "longer digest": ("-sha512", "-cert"),
}
REFUSALS = {
    "digest of old": (("-sha1",), "/", "unrecognized or unsupported algorithm"),
    "asked to": (("-sha256",), "/refuse", "time source is not available"),
}


@pytest.fixture(scope="module", params=["ec", "rsa"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peer]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")
    faults = [{"do": "refuse", "match": "/refuse"}]
    with simulator("time_stamp", folder, "--key", request.param, faults=faults) as peer:
        yield peer


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", "ts", *arguments], capture_output=True, check=False)
    return (done.stdout + done.stderr).decode()


def ask(peer: Peer, path: str, options: tuple[str, ...]) -> None:
    folder, url = peer.folder, f"http://127.0.0.1:{peer.port}{path}"
    (folder / "data").write_bytes(b"a checkpoint")
    openssl("-query", "-data", folder / "data", *options, "-out", folder / "query")
    answer = httpx.post(url, content=(folder / "query").read_bytes())
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    (folder / "reply").write_bytes(answer.content)


@pytest.mark.parametrize("query", QUERIES)
def test_openssl_accepts_the_answer(authority: Peer, query: str) -> None:
    folder = authority.folder
    ask(authority, "/", QUERIES[query])
    verdict = openssl(
        *("-verify", "-in", folder / "reply", "-queryfile", folder / "query"),
        *("-CAfile", folder / "ca.pem"),
    )
    assert "Verification: OK" in verdict


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_why(authority: Peer, case: str) -> None:
    options, path, words = REFUSALS[case]
    ask(authority, path, options)
    verdict = openssl("-reply", "-in", authority.folder / "reply", "-text")
    assert "Status: Rejected." in verdict
    assert words in verdict


def test_what_is_no_query_is_refused(authority: Peer) -> None:
    answer = httpx.post(f"http://127.0.0.1:{authority.port}/", content=b"hello")
    (authority.folder / "reply").write_bytes(answer.content)
    assert "wrong format" in openssl("-reply", "-in", authority.folder / "reply", "-text")
