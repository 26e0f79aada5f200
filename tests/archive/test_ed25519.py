import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.ed25519 import verify

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
RFC_8032_SECTION_7_1 = {
    "test 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "test 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "test 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}


@pytest.mark.parametrize("case", RFC_8032_SECTION_7_1)
def test_vectors(case: str) -> None:
    key, message, signature = map(bytes.fromhex, RFC_8032_SECTION_7_1[case])
    assert verify(key, signature, message)
    assert not verify(key, signature, message + b"x")


def test_what_the_library_signs() -> None:
    for n in range(8):
        private = Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)
        key, message = private.public_key().public_bytes_raw(), b"message" * n
        signature = private.sign(message)
        assert verify(key, signature, message)
        for at in (0, 17, 31, 32, 50, 63):
            spoiled = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            assert not verify(key, spoiled, message)


def test_what_is_no_signature() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes_raw(), private.sign(b"")
    second = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    beyond = (2**255 - 1).to_bytes(32, "little")
    for wrong in (
        b"",
        signature[:-1],
        signature + b"\0",
        signature[:32] + second.to_bytes(32, "little"),
        beyond + signature[32:],
        bytes(64),
    ):
        assert not verify(key, wrong, b"")
    for no_point in (b"", key[:-1], beyond, b"\2" + bytes(31), b"\1" + bytes(30) + b"\x80"):
        assert not verify(no_point, signature, b"")
