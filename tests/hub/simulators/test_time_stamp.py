"""The simulated authority is a real one to OpenSSL, and refuses as RFC 3161 says."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")
    command = [sys.executable, "-m", "hub.simulators.time_stamp", "--dir", str(folder)]
    with subprocess.Popen(
        [*command, "--key", request.param], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        word, address = process.stdout.readline().split()
        assert word == "listening"
        yield f"http://{address}", folder
        process.terminate()


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", "ts", *arguments], capture_output=True, check=False)
    return (done.stdout + done.stderr).decode()


def ask(url: str, folder: Path, options: tuple[str, ...]) -> None:
    (folder / "data").write_bytes(b"a checkpoint")
    openssl("-query", "-data", folder / "data", *options, "-out", folder / "query")
    answer = httpx.post(url, content=(folder / "query").read_bytes())
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    (folder / "reply").write_bytes(answer.content)


@pytest.mark.parametrize("query", QUERIES)
def test_openssl_accepts_the_answer(server: tuple[str, Path], query: str) -> None:
    url, folder = server
    ask(url, folder, QUERIES[query])
    verdict = openssl(
        *("-verify", "-in", folder / "reply", "-queryfile", folder / "query"),
        *("-CAfile", folder / "ca.pem"),
    )
    assert "Verification: OK" in verdict


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_why(server: tuple[str, Path], case: str) -> None:
    url, folder = server
    options, path, words = REFUSALS[case]
    ask(url + path, folder, options)
    verdict = openssl("-reply", "-in", folder / "reply", "-text")
    assert "Status: Rejected." in verdict
    assert words in verdict


def test_what_is_no_query_is_refused(server: tuple[str, Path]) -> None:
    url, folder = server
    (folder / "reply").write_bytes(httpx.post(url, content=b"hello").content)
    assert "wrong format" in openssl("-reply", "-in", folder / "reply", "-text")
