"""Any bytes for a marker or a packed file give all that they say, within bounds, or a refusal."""

import gzip
import io
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.content import pieces
from formats.codec import Unreadable
from hub.doors.completion import Marker, is_marker, read_marker
from hub.pipeline.packed import unpack
from hub.pipeline.stated import Misstated, Stated, disagreement
from tests.hub.packing import zipped
from tests.properties.examples import examples

LIMIT = 10_000
NAMES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/\\:"), min_size=1)
FILES = st.dictionaries(
    NAMES.filter(lambda name: name not in {".", ".."} and not is_marker(name)),
    st.binary(max_size=2000),
    min_size=1,
    max_size=6,
)


def marker(data: bytes) -> Marker | None:
    try:
        return read_marker(data)
    except Misstated:
        return None


def members(data: bytes) -> dict[str, bytes] | None:
    file, target = io.BytesIO(data), Path("/nothing/is/put/on/disk")
    try:
        found = unpack(file, "file", limit_bytes=LIMIT, inside=False, target=target)
    except Unreadable:
        return None
    return {one.name: b"".join(pieces(one.data)) for one in found.members}


def spoilt(draw: st.DataObject, data: bytes) -> bytes:
    """Return the bytes with some of them changed, or cut."""
    end = draw.draw(st.sampled_from([len(data), len(data) // 2, len(data) - 1]))
    made = bytearray(data[:end])
    for _ in range(draw.draw(st.integers(0, 3))):
        if made:
            made[draw.draw(st.integers(0, len(made) - 1))] = draw.draw(st.integers(0, 255))
    return bytes(made)


@settings(max_examples=examples(50), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_marker_or_refused(data: bytes) -> None:
    said = marker(data)
    assert said is None or all(len(each) == 64 for each in said.files.values())


@settings(max_examples=examples(25), deadline=None)
@given(FILES)
def test_what_a_list_of_sums_says_is_what_is_held_against_each_file(
    files: dict[str, bytes],
) -> None:
    lines = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    said = marker(lines.encode())
    assert said is not None
    for name, data in files.items():
        own = said.of(name)
        digest = sha256(data).hexdigest()
        assert disagreement(own, sha256=digest, size_bytes=len(data)) == ""
        assert disagreement(own, sha256="0" * 64, size_bytes=len(data))
        assert own.files == len(files)
    assert said.of("another").sha256 is None


@settings(max_examples=examples(25), deadline=None)
@given(FILES, st.data())
def test_a_packed_file_gives_all_its_files_or_none(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    packed = zipped(*files.items())
    fits = sum(map(len, files.values())) <= LIMIT
    assert members(packed) == (files if fits else None)
    found = members(spoilt(data, packed))
    assert found is None or sum(map(len, found.values())) <= LIMIT


@settings(max_examples=examples(25), deadline=None)
@given(st.binary(max_size=3 * LIMIT), st.data())
def test_a_gzip_file_gives_its_file_or_nothing(content: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(content)
    assert members(packed) == ({"file": content} if len(content) <= LIMIT else None)
    found = members(spoilt(data, packed))
    assert found is None or len(found["file"]) <= LIMIT


def test_nothing_stated_agrees_with_everything() -> None:
    assert disagreement(Stated(), sha256="", size_bytes=0) == ""
