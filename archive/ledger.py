"""An append-only hash tree after RFC 6962, laid out as C2SP tlog-tiles.

Pure functions over hashes; reading and writing files is the caller's. A tile is a row of up to
256 hashes of one level: level 0 holds the leaves' hashes, level n + 1 the roots of level n's full
tiles. Beside the tiles lie the leaves themselves, in bundles of 256.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TILE_WIDTH = 256
_HASH = 32

Row = tuple[bytes, ...]
Node = Callable[[int, int], bytes]
"""(level, index) to the root of the complete subtree over `2**level` leaves from
`index * 2**level` on."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a row of hashes (RFC 6962 section 2.1).

    >>> root([]).hex()[:8]
    'e3b0c442'
    """
    row = list(hashes) or [hashlib.sha256().digest()]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [*map(node_hash, row[::2], row[1::2]), *odd]
    return row[0]


def subtree(start: int, end: int, node: Node) -> bytes:
    """Return the root over the leaves from `start` to before `end`."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = _middle(start, end)
    return node_hash(subtree(start, middle, node), subtree(middle, end, node))


def inclusion(position: int, size: int, node: Node) -> list[bytes]:
    """Return the path from a leaf to the root (RFC 6962 section 2.1.1)."""

    def path(start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = _middle(start, end)
        if position < middle:
            return [*path(start, middle), subtree(middle, end, node)]
        return [*path(middle, end), subtree(start, middle, node)]

    return path(0, size)


def consistency(old_size: int, size: int, node: Node) -> list[bytes]:
    """Return what proves that the tree of `old_size` is a prefix (RFC 6962 section 2.1.2)."""

    def proof(start: int, end: int, *, whole: bool) -> list[bytes]:
        if end == old_size:
            return [] if whole else [subtree(start, end, node)]
        middle = _middle(start, end)
        if old_size <= middle:
            return [*proof(start, middle, whole=whole), subtree(middle, end, node)]
        return [*proof(middle, end, whole=False), subtree(start, middle, node)]

    return proof(0, size, whole=True)


def root_by_inclusion(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which an inclusion proof leads.

    Args:
        leaf: the leaf's hash.
        position: of the leaf, below `size`.
        size: of the tree.
        path: from the leaf's sibling up.

    Raises:
        ValueError: the path is not as long as this position and size demand.
    """
    if size == 1:
        if path:
            raise ValueError("the inclusion proof is too long")
        return leaf
    if not path:
        raise ValueError("the inclusion proof is too short")
    middle = _middle(0, size)
    if position < middle:
        return node_hash(root_by_inclusion(leaf, position, middle, path[:-1]), path[-1])
    rest = root_by_inclusion(leaf, position - middle, size - middle, path[:-1])
    return node_hash(path[-1], rest)


def is_consistent(
    old_root: bytes, old_size: int, new_root: bytes, size: int, proof: Sequence[bytes]
) -> bool:
    """Say whether a consistency proof leads to both roots; 0 < `old_size` <= `size`."""

    def replay(old: int, new: int, path: Sequence[bytes], *, whole: bool) -> tuple[bytes, bytes]:
        if old == new:
            (seed,) = (old_root, *path) if whole else path
            return seed, seed
        middle = _middle(0, new)
        *lower, sibling = path
        if old <= middle:
            then, now = replay(old, middle, lower, whole=whole)
            return then, node_hash(now, sibling)
        then, now = replay(old - middle, new - middle, lower, whole=False)
        return node_hash(sibling, then), node_hash(sibling, now)

    try:
        return replay(old_size, size, proof, whole=True) == (old_root, new_root)
    except ValueError:  # a path of the wrong length does not unpack
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The right edge of a tree: all that is needed to append.

    Attributes:
        size: leaves in the tree.
        leaves: of the last, partial bundle.
        rows: per level the hashes of the last, partial tile; may be empty.
    """

    size: int = 0
    leaves: Row = ()
    rows: tuple[Row, ...] = ()

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        below: Row = ()
        for row in self.rows:
            hashes = row + below
            below = (root(hashes),) if hashes else ()
        return root(below)


def extend(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, dict[str, bytes]]:
    """Append leaves; return the new edge and the files to write, by tile path."""
    bundles = _chunks(edge.leaves + tuple(leaves))
    files = {
        tile_path("entries", index, len(bundle)): write_bundle(bundle)
        for index, bundle in enumerate(bundles, edge.size // TILE_WIDTH)
    }
    rows, level, fresh = list(edge.rows), 0, tuple(leaf_hash(leaf) for leaf in leaves)
    while fresh:
        rows += [()] * (level + 1 - len(rows))
        tiles = _chunks(rows[level] + fresh)
        for index, tile in enumerate(tiles, (edge.size >> 8 * level) // TILE_WIDTH):
            files[tile_path(str(level), index, len(tile))] = b"".join(tile)
        rows[level] = _partial(tiles)
        fresh = tuple(root(tile) for tile in tiles if len(tile) == TILE_WIDTH)
        level += 1
    size = edge.size + len(leaves)
    return Edge(size=size, leaves=_partial(bundles), rows=tuple(rows)), files


def partial_tiles(size: int) -> list[tuple[int, int, int]]:
    """Return (level, index, width) of the last tile of each level; a width may be 0."""
    counts = [size >> level for level in range(0, max(size.bit_length(), 1), 8)]
    return [(level, n // TILE_WIDTH, n % TILE_WIDTH) for level, n in enumerate(counts)]


def tile_path(level: str, index: int, width: int = TILE_WIDTH) -> str:
    """Return where a tile lies below the log's folder (C2SP tlog-tiles).

    Args:
        level: a number, or `entries` for bundles.
        index: from 0.
        width: of a partial tile, below 256.

    >>> tile_path("0", 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path("entries", 3, 17)
    'tile/entries/003.p/17'
    """
    elements = [f"{index % 1000:03}"]
    while index := index // 1000:
        elements.insert(0, f"x{index % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(elements)}{partial}"


def tile_end(path: str) -> tuple[int, int]:
    """Return a tile's level, 0 for bundles, and how many nodes that level has up to its end.

    >>> tile_end("tile/0/x001/x234/067"), tile_end("tile/entries/003.p/17")
    ((0, 315921408), (0, 785))
    """
    _, level, *elements = path.split("/")
    width = int(elements.pop()) if elements[-2:-1] and elements[-2].endswith(".p") else TILE_WIDTH
    index = int("".join(element.strip("x.p") for element in elements))
    return 0 if level == "entries" else int(level), index * TILE_WIDTH + width


def tile_nodes(size: int, read: Callable[[str], bytes]) -> Node:
    """Return the look-up of complete subtrees in the tiles of a tree of `size` leaves.

    `read` returns the tile at a path; of a partial tile it may return the full one, too.
    """
    cache: dict[str, bytes] = {}

    def node(level: int, index: int) -> bytes:
        row, height = divmod(level, 8)
        start = index << height
        number = start // TILE_WIDTH
        width = min(TILE_WIDTH, (size >> 8 * row) - number * TILE_WIDTH)
        path = tile_path(str(row), number, width)
        if path not in cache:
            cache[path] = read(path)
        offset = start % TILE_WIDTH * _HASH
        return root(read_tile(cache[path][offset : offset + (_HASH << height)]))

    return node


def read_tile(tile: bytes) -> Row:
    """Return the hashes in a tile."""
    return tuple(tile[at : at + _HASH] for at in range(0, len(tile), _HASH))


def write_bundle(leaves: Sequence[bytes]) -> bytes:
    """Return a bundle of leaves, each after its length in two bytes."""
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def read_bundle(bundle: bytes) -> Row:
    """Return the leaves in a bundle.

    >>> read_bundle(write_bundle([b"A", b"BC"]))
    (b'A', b'BC')
    """
    leaves, offset = [], 0
    while offset < len(bundle):
        start = offset + 2
        offset = start + int.from_bytes(bundle[offset:start])
        leaves.append(bundle[start:offset])
    return tuple(leaves)


def _middle(start: int, end: int) -> int:
    """Split a range at the largest power of two below its size."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _chunks(row: Row) -> list[Row]:
    return [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]


def _partial(chunks: Sequence[Row]) -> Row:
    return chunks[-1] if len(chunks[-1]) < TILE_WIDTH else ()
