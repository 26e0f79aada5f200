"""The hash tree against RFC 6962's own recursive definitions, and two independent readers."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from archive import evidence
from archive.ledger import (
    Edge,
    consistency,
    extend,
    inclusion,
    is_consistent,
    leaf_hash,
    root_by_inclusion,
    tile_nodes,
)
from tests.properties.examples import examples

SIZES = st.integers(1, 700)
TREES = st.lists(st.integers(1, 300), min_size=1, max_size=6)


def leaves(size: int) -> list[bytes]:
    return [f"leaf {n}".encode() for n in range(size)]


def mth(d: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = 1
    while k * 2 < len(d):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


@given(TREES)
@settings(max_examples=examples(8), deadline=None)
def test_a_tree_grown_in_any_steps_is_the_tree_of_its_leaves(steps: list[int]) -> None:
    edge, files, grown = Edge(), dict[str, bytes](), evidence.Tree()
    for step in steps:
        edge, more = extend(edge, leaves(edge.size + step)[edge.size :])
        files |= more
    for leaf in leaves(edge.size):
        grown.add(leaf_hash(leaf))
    assert edge.root() == mth(leaves(edge.size)) == grown.root()
    for level, row in grown.rows.items():
        for index in range(0, len(row), 256):
            tile = row[index : index + 256]
            path = evidence.tile_path(str(level), index // 256, len(tile))
            assert files[path] == b"".join(tile)
            assert evidence.parse_tile_path(path) == (str(level), index // 256, len(tile))


@given(SIZES, st.data())
@settings(max_examples=examples(15), deadline=None)
def test_inclusion_is_proved_for_what_is_there_and_nothing_else(
    size: int, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, size - 1))
    edge, files = extend(Edge(), leaves(size))
    path = inclusion(position, size, tile_nodes(size, files.__getitem__))
    leaf = leaf_hash(leaves(size)[position])
    readers = (root_by_inclusion, evidence.root_by_inclusion)
    wrong = [
        (leaf_hash(b"other"), position, path),
        (leaf, (position + 1) % size, path),
        (leaf, position, path[:-1]),
        (leaf, position, [*path, leaf]),
        (leaf, position, [*path[:-1], leaf]),
        (leaf, position, path[::-1]),
    ]
    for read in readers:
        assert read(leaf, position, size, path) == edge.root()
        for case in wrong:
            if case != (leaf, position, path):
                with suppress(ValueError):
                    assert read(*case[:2], size, case[2]) != edge.root()


@given(SIZES, st.data())
@settings(max_examples=examples(15), deadline=None)
def test_consistency_is_proved_for_a_prefix_and_nothing_else(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    edge, files = extend(Edge(), leaves(size))
    proof = consistency(old, size, tile_nodes(size, files.__getitem__))
    then, now = mth(leaves(old)), edge.root()
    assert is_consistent(then, old, now, size, proof)
    forged = mth([*leaves(old - 1), b"forged"])
    assert not is_consistent(forged, old, now, size, proof)
    assert not is_consistent(then, old, leaf_hash(now), size, proof)
    assert not is_consistent(then, old, now, size, [*proof, now])
    assert not (proof and is_consistent(then, old, now, size, proof[:-1]))
    for n in range(len(proof)):
        spoiled = [*proof[:n], leaf_hash(proof[n]), *proof[n + 1 :]]
        assert not is_consistent(then, old, now, size, spoiled)
