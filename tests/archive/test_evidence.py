"""The outsider's reading. Where it meets the writer's, see test_seal, test_store, properties."""

import pytest

from archive.evidence import (
    Tree,
    open_proof,
    parse_tile_path,
    read_key,
    read_manifest,
    root_by_inclusion,
)

# From the tests of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_key_that_go_wrote() -> None:
    assert read_key(GO_KEY)[0] == "PeterNeumann"
    for wrong in (GO_KEY[:-1] + "X", GO_KEY.replace("c7", "c8"), "name", "", "a+b", "a+b+c"):
        with pytest.raises(ValueError, match=r".+"):
            read_key(wrong)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("tile/0/000", ("0", 0, 256)),
        ("tile/entries/x001/234.p/7", ("entries", 1234, 7)),
        ("tile/63/x001/x234/067", ("63", 1234067, 256)),
    ],
)
def test_tile_paths(path: str, place: tuple[str, int, int]) -> None:
    assert parse_tile_path(path) == place


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/1", "tile/0/0000", "tile/0/x000/001", "tile/0/x1/001", "tile/0//001", "tile/0/"),
        *("tile/0/000.p/256", "tile/0/000.p/007", "tile/0/000.p/0", "tile/0/000.p/x"),
        *("tile/00/000", "tile/bundles/000", "tile/0/.000.part", "tile/0", "tile", "", "/000"),
    ],
)
def test_what_is_no_tile(path: str) -> None:
    assert parse_tile_path(path) is None


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 1\n\nnote", "index 1\n\nnote"],
)
def test_what_is_no_proof(text: str) -> None:
    with pytest.raises(ValueError, match="is not a tlog-proof"):
        open_proof(text)


@pytest.mark.parametrize(
    ("position", "size", "path", "said"),
    [
        (3, 3, 2, "beyond the log"),
        (-1, 3, 2, "beyond the log"),
        (0, 1, 1, "too long"),
        (0, 3, 3, "too long"),
        (0, 3, 1, "too short"),
    ],
)
def test_what_proves_no_inclusion(position: int, size: int, path: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        root_by_inclusion(bytes(32), position, size, [bytes(32)] * path)


def test_no_leaves_have_the_root_that_the_standard_gives() -> None:
    assert Tree().root().hex()[:8] == "e3b0c442"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"document":null}',
        b'{"document":"d","log":"l","items":[{}]}',
        b'{"document":"d","log":"l","items":7}',
    ],
)
def test_what_is_no_manifest(data: bytes) -> None:
    assert read_manifest(data) is None
