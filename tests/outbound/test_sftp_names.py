"""Names at a partner's: plain, never upwards, and only of words that are known."""

from dataclasses import replace
from typing import Any

import pytest

from outbound.channel import Enclosure, Refused
from outbound.sftp import Settings
from outbound.sftp_names import Template, file_name, folder_name
from tests.outbound.rigs import parcel

PINNED = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

NAMES = {
    ("{number}-{key}{suffix}", "RE-1", "k1", "a.pdf", 0): "RE-1-k1.pdf",
    ("{number}-{key}{suffix}", "RE-1", "k1", "a.pdf", 1): "RE-1-k1-2.pdf",
    ("{key}{suffix}", "RE-1", "k1", "without", 0): "k1",
    ("{number}_{key}{suffix}", "Ré 1/2026", "k1", "a.XML", 0): "Re_1_2026_k1.XML",
    ("{number}-{key}{suffix}", "../../etc", "k1", "a.pdf", 0): "etc-k1.pdf",
    ("{number}-{key}{suffix}", "\u202egnp.exe\0", "k1", "a.pdf", 0): "gnp.exe_-k1.pdf",
    ("{date}_{key}{suffix}", "", "k1", "a.pdf", 0): "2026-11-04_k1.pdf",
    ("{recipient}-{key}", "", "k1", "a.pdf", 0): "Backerei_Sussmund_GmbH-k1",
    ("{key}{suffix}", "", "a/b", "x.pdf", 0): "c14cddc033f64b9dea80ea675cf280a0.pdf",
}


@pytest.mark.parametrize("case", NAMES)
def test_file_name_is_plain(case: tuple[str, str, str, str, int]) -> None:
    template, number, key, name, position = case
    made = parcel(key, labels={"number": number})
    enclosure = Enclosure(name=name, media_type="x/y", data=b"")
    assert file_name(Template(template), made, enclosure, position) == NAMES[case]


COPIES = {
    ("{number}-{key}{suffix}", "copy"): "RE-1-k1-copy.xml",
    ("{number}-{key}{suffix}", "original"): "RE-1-k1.xml",
    ("{copy}-{number}-{key}{suffix}", "copy"): "copy-RE-1-k1.xml",
    ("{copy}-{number}-{key}{suffix}", "original"): "original-RE-1-k1.xml",
    ("{key}{suffix}", None): "k1.xml",
    ("{copy}_{key}", None): "original_k1",
}
"""Template and label to the name; None: a parcel without the label."""


@pytest.mark.parametrize("case", COPIES)
def test_a_copy_is_called_one(case: tuple[str, str | None]) -> None:
    template, copy = case
    made = parcel("k1", labels={"number": "RE-1"} | ({"copy": copy} if copy else {}))
    enclosure = Enclosure(name="RE-1.xml", media_type="x/y", data=b"")
    assert file_name(Template(template), made, enclosure, 0) == COPIES[case]
    assert folder_name(Template("out/{copy}"), made) == f"out/{copy or 'original'}/"


def test_a_key_that_looks_like_an_option_stands_there_as_its_hash() -> None:
    enclosure = Enclosure(name="a.pdf", media_type="x/y", data=b"")
    assert len(file_name(Template("{key}{suffix}"), parcel("-rf"), enclosure, 0)) == 36


FOLDERS: dict[tuple[str, str, str], str | None] = {
    ("", "x", ""): "",
    ("in", "x", "4711"): "in/4711/",
    ("/in//{year}/{month}", "x", ""): "/in/2026/11/",
    ("{tenant}/{number}", "a/../b", ""): "nord/a_.._b/",
    ("{tenant}/{number}", "../../etc", ""): "nord/etc/",
    ("{number}", "..", ""): None,
    ("{number}", "", ""): None,
    ("{syntax}", "x", ""): None,
    ("in/../..", "x", ""): None,
    ("in", "x", "/etc"): "in/etc/",
    ("in", "x", "../up"): None,
    ("a b", "x", ""): None,
}
"""Template, number and the recipient's folder to the folder; None: refused."""


@pytest.mark.parametrize("case", FOLDERS)
def test_folder_leads_downwards_or_is_refused(case: tuple[str, str, str]) -> None:
    template, number, own = case
    made = parcel("k", labels={"number": number, "tenant": "nord"})
    addressed = replace(made, destination=replace(made.destination, folder=own))
    if FOLDERS[case] is None:
        with pytest.raises(Refused, match=r"folder|label"):
            folder_name(Template(template), addressed)
    else:
        assert folder_name(Template(template), addressed) == FOLDERS[case]


WRONG: dict[str, dict[str, Any]] = {
    "name must contain {key}": {"name": "{number}.pdf"},
    "name: unknown {batch}; known: key, suffix, number": {"name": "{batch}-{key}"},
    "name: only a word may stand in braces": {"name": "{key.__class__}"},
    "name: only a word may stand in": {"name": "{key:>1000000000}"},
    "name: only a word": {"name": "{key!r}"},
    "name: only a": {"name": "{key}{0}"},
    "name: Single '}'": {"name": "{key}}"},
    "folder: unknown {key}": {"folder": "{key}"},
    "marker_text: unknown {size}": {"marker_text": "{size}"},
    "marker '.part' cannot": {"marker": ".part"},
    "pickup looks for files that are gone": {"pickup": "hint", "keeps_files": True},
    "pgp_signing_key_file needs pgp_key_file": {"pgp_signing_key": "x"},
    "set either host_key or host_keys": {"host_keys": (PINNED,)},
    "is no fingerprint": {"host_key": "ssh-ed25519 AAAA"},
    "host_keys are two": {"host_key": "", "host_keys": (PINNED, PINNED, PINNED)},
}


@pytest.mark.parametrize("words", WRONG)
def test_settings_that_cannot_be_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"^.") as caught:
        Settings(**{"host": "h", "username": "u", "host_key": PINNED, **WRONG[words]})
    assert words in str(caught.value)


def test_a_name_that_gets_too_long_or_lacks_its_word_is_refused() -> None:
    enclosure = Enclosure(name="a.pdf", media_type="x/y", data=b"")
    with pytest.raises(Refused, match="longer"):
        file_name(Template("{number}{number}{number}{key}"), parcel("k" * 60), enclosure, 0)
    with pytest.raises(Refused, match="syntax"):
        file_name(Template("{syntax}-{key}"), parcel("k"), enclosure, 0)
