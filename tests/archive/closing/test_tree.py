"""Hash trees of closings, against the RFCs' own words and the log's own tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import ledger
from archive.closing.tree import Digest, Tree, group_hash, log_root, read_tree

SHA256 = Digest.SHA256


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


A, B, C = (sha256(name) for name in (b"a", b"b", b"c"))


def test_a_group_is_hashed_in_ascending_order_and_each_file_once() -> None:
    low, high = sorted([A, B])
    assert group_hash(SHA256, [A]) == group_hash(SHA256, [A, A]) == A
    assert group_hash(SHA256, [high, low, high]) == sha256(low, high)


def test_an_odd_last_one_goes_up_as_it_is() -> None:
    tree = Tree(digest=SHA256, leaves={"a": A, "b": B, "c": C})
    pair = sha256(*sorted([A, B]))
    assert tree.root == sha256(*sorted([pair, C]))
    assert tree.beside("a") == [B, C]
    assert tree.beside("c") == [pair]


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=70, unique=True), st.data())
def test_each_leaf_leads_to_the_root(contents: list[bytes], data: st.DataObject) -> None:
    leaves = {str(n): sha256(content) for n, content in enumerate(contents)}
    tree = Tree(digest=SHA256, leaves=leaves)
    label = data.draw(st.sampled_from(sorted(leaves)))
    root = leaves[label]
    for beside in tree.beside(label):
        root = sha256(*sorted([root, beside]))
    assert root == tree.root
    assert read_tree(tree.text()).leaves == leaves


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=70))
def test_the_root_over_a_log_is_that_of_its_own_tree(leaves: list[bytes]) -> None:
    assert log_root(SHA256, leaves) == ledger.root([ledger.leaf_hash(leaf) for leaf in leaves])


@pytest.mark.parametrize(
    "text", ["", "sha256\n", "md5\na 00\n", "sha256\na\n", "sha256\na 0g\n", "sha256\na 00\na 01\n"]
)
def test_what_is_no_tree(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_tree(text)
