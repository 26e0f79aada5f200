"""Expected values: the test vectors of Certificate Transparency's reference implementation."""

import pytest

from archive.ledger import (
    Edge,
    consistency,
    extend,
    inclusion,
    leaf_hash,
    partial_tiles,
    read_bundle,
    root,
    tile_nodes,
    tile_path,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_root(size: int) -> None:
    assert root([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size - 1]
    assert extend(Edge(), LEAVES[:size])[0].root().hex() == ROOTS[size - 1]


def test_proofs_of_the_example_tree() -> None:
    """The tree of seven leaves in RFC 6962 section 2.1.3, by the names it gives the nodes."""
    edge, files = extend(Edge(), LEAVES[:7])
    a, b, c, d, e, f, j = (leaf_hash(leaf) for leaf in LEAVES[:7])
    g, h, i = root([a, b]), root([c, d]), root([e, f])
    k, l_ = root([a, b, c, d]), root([e, f, j])
    node = tile_nodes(edge.size, files.__getitem__)
    assert [inclusion(n, 7, node) for n in (0, 3, 4, 6)] == [
        [b, h, l_],
        [c, g, l_],
        [f, j, k],
        [i, k],
    ]
    assert [consistency(n, 7, node) for n in (3, 4, 6, 7)] == [[c, d, g, l_], [l_], [i, j, k], []]


def test_tiles_of_the_specification() -> None:
    """The example of C2SP tlog-tiles: a tree of 70,000."""
    edge, files = extend(Edge(), [b"leaf"] * 70_000)
    hashes = {path: data for path, data in files.items() if "entries" not in path}
    assert [len(data) for data in hashes.values()] == (
        [8192] * 273 + [112 * 32] + [8192] + [17 * 32] + [32]
    )
    assert list(hashes)[-5:] == [
        *("tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"),
    ]
    assert partial_tiles(70_000) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert partial_tiles(256) == [(0, 1, 0), (1, 0, 1)]
    assert [len(row) for row in edge.rows] == [112, 17, 1]
    bundles = [data for path, data in files.items() if "entries" in path]
    assert [len(read_bundle(bundle)) for bundle in bundles] == [256] * 273 + [112]


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (999, 1, "tile/0/999.p/1"),
        (1000, 256, "tile/0/x001/000"),
        (1234067, 255, "tile/0/x001/x234/067.p/255"),
    ],
)
def test_tile_path(index: int, width: int, path: str) -> None:
    assert tile_path("0", index, width) == path
