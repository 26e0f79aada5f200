"""Leitweg-ID: how a German public body is addressed."""

import re

_SHAPE = re.compile(r"\d{2,12}(?:-[0-9A-Za-z]{1,30})?-\d{2}", re.ASCII)

SCHEME = "0204"
"""Its code in ISO 6523 and in the EAS list."""


def is_leitweg_id(text: str) -> bool:
    """Whether `text` has the shape and the check digits of a Leitweg-ID.

    Source:
        KoSIT, Leitweg-ID Formatspezifikation 2.0.2: check digits by ISO/IEC 7064, MOD 97-10.

    >>> is_leitweg_id("04011000-1234512345-06"), is_leitweg_id("04011000-1234512345-07")
    (True, False)
    >>> is_leitweg_id("4500012345")
    False
    """
    if not _SHAPE.fullmatch(text):
        return False
    digits = "".join(str(int(character, 36)) for character in text.replace("-", ""))
    return int(digits) % 97 == 1
