"""Addresses that reports come back to."""

import pytest

from outbound.return_path import ReturnPath

OURS = ReturnPath(local_part="bounce", domain="post.nordlicht.example", secret="key")
TOKEN = OURS.token("4711.0")

ADDRESSES = {
    (f"bounce+{TOKEN}@post.nordlicht.example",): TOKEN,
    (f"BOUNCE+{TOKEN.upper()}@Post.Nordlicht.example",): TOKEN,
    ("anna@kunde.example", f"bounce+{TOKEN}@post.nordlicht.example"): TOKEN,
    (f"bounce+{TOKEN}@other.example",): None,
    (f"other+{TOKEN}@post.nordlicht.example",): None,
    (f"bounce+{TOKEN[1:]}@post.nordlicht.example",): None,
    (f"bounce+{TOKEN[1:]}-@post.nordlicht.example",): None,
    (f"bounce+{TOKEN[1:]}\u00e9@post.nordlicht.example",): None,
    ("bounce@post.nordlicht.example",): None,
    (): None,
}


@pytest.mark.parametrize("addresses", ADDRESSES)
def test_only_our_own_addresses_name_a_parcel(addresses: tuple[str, ...]) -> None:
    assert OURS.token_of(addresses) == ADDRESSES[addresses]


def test_a_token_stands_for_its_key_and_for_our_secret_alone() -> None:
    other = ReturnPath(local_part="bounce", domain="post.nordlicht.example", secret="other")
    assert OURS.stands_for(TOKEN, "4711.0")
    assert not OURS.stands_for(TOKEN, "4711.1")
    assert not other.stands_for(TOKEN, "4711.0")
    assert OURS.message_id(TOKEN) == f"<{TOKEN}@post.nordlicht.example>"
    assert "key" not in repr(OURS)
