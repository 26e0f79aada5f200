"""IPP as bytes: what is written is read again, and what is broken is said to be."""

import pytest

from outbound.ipp_message import (
    Operation,
    Tag,
    attribute,
    collection,
    group,
    inner,
    member,
    read,
    request,
)

GET_JOBS = bytes.fromhex(
    "0101 000a 0000007b"  # version, Get-Jobs, request 123
    "01"
    "47 0012 617474726962757465732d63686172736574 0008 75732d6173636969"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0005 656e2d7573"
    "45 000b 7072696e7465722d757269 0016 6970703a2f2f666f7265737470696e653a3633312f61"
    "21 0005 6c696d6974 0004 00000032"
    "44 0014 7265717565737465642d61747472696275746573 0006 6a6f622d6964"
    "44 0000 0008 6a6f622d6e616d65"
    "03"
)
"""Attributes as RFC 8010 appendix A.8 lays them out: a number, and a name with two values."""


def test_a_request_is_laid_out_as_in_the_rfc() -> None:
    made = request(
        Operation.GET_JOBS,
        group(
            Tag.OPERATION_GROUP,
            attribute(Tag.CHARSET, "attributes-charset", "us-ascii"),
            attribute(Tag.LANGUAGE, "attributes-natural-language", "en-us"),
            attribute(Tag.URI, "printer-uri", "ipp://forestpine:631/a"),
            attribute(Tag.INTEGER, "limit", 50),
            attribute(Tag.KEYWORD, "requested-attributes", "job-id", "job-name"),
        ),
        number=123,
    )
    assert made == GET_JOBS


def test_values_are_read_by_their_syntax_and_collections_passed_over() -> None:
    size = inner("media-size", member(Tag.INTEGER, "x-dimension", 21000))
    answer = read(
        request(
            Operation.GET_JOBS,
            group(
                Tag.JOB_GROUP,
                attribute(Tag.INTEGER, "job-id", -7),
                attribute(Tag.BOOLEAN, "held", True),  # noqa: FBT003
                attribute(Tag.KEYWORD, "reasons", "a", "b"),
                collection("media-col", size, member(Tag.KEYWORD, "media-source", "tray-1")),
                attribute(Tag.NAME_WITH_LANGUAGE, "job-name", "\0\2de\0\5S\xfc\xdf"),
                b"\x12\0\x07unknown\0\0",
                attribute(Tag.NAME, "last", "x"),
            ),
        )
    )
    assert answer.of(Tag.JOB_GROUP) == [
        {
            "job-id": (-7,),
            "held": (True,),
            "reasons": ("a", "b"),
            "media-col": (),
            "job-name": ("Süß",),
            "unknown": (),
            "last": ("x",),
        }
    ]


@pytest.mark.parametrize("cut", range(len(GET_JOBS)))
def test_what_is_cut_off_is_not_read(cut: int) -> None:
    with pytest.raises(ValueError, match="cut off"):
        read(GET_JOBS[:cut])


def test_an_attribute_outside_of_any_group_is_not_read() -> None:
    with pytest.raises(ValueError, match="outside"):
        read(GET_JOBS[:8] + GET_JOBS[9:])
