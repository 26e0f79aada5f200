"""Whatever a parcel is called, its file name is plain, and another parcel has another one."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from outbound.channel import Enclosure
from outbound.sftp_names import Template, file_name
from tests.outbound.rigs import parcel

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
TEXT = st.text(max_size=80)
KEYS = st.text(min_size=1, max_size=80)


def named(key: str, number: str, ending: str) -> str:
    made = parcel(key, labels={"number": number})
    enclosure = Enclosure(name=f"invoice.{ending}", media_type="x/y", data=b"")
    return file_name(Template("{number}-{key}{suffix}"), made, enclosure, 0)


@given(key=KEYS, number=TEXT, ending=TEXT)
def test_file_name_is_plain(key: str, number: str, ending: str) -> None:
    assert PLAIN.fullmatch(named(key, number, ending))


@given(first=KEYS, second=KEYS, number=TEXT)
def test_other_key_is_another_name(first: str, second: str, number: str) -> None:
    assume(first != second)
    assert named(first, number, "pdf") != named(second, number, "pdf")
