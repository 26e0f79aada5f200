"""A letter as far as its envelope goes: how many pages, to whom, and how it is to be printed."""

import hashlib
import unicodedata

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document's letter, looked at and found fit to print.

    Attributes:
        key: of its parcel.
        tenant: whose letter it is; letters of two companies share no envelope.
        document: its number.
        pages: with a cover page.
        country: ISO 3166-1 alpha-2.
        address_lines: as printed.
        plex: `simplex`, `duplex`, or empty for what the partner does by default.
        colour: the partner's word, or empty for his default.
        inserts: names of what is put in with it.
        together: whether it may share an envelope with others to the same address.
        copy: whether it repeats one that left before; it shares no envelope with originals.
        sha256: of the PDF that is printed.
    """

    key: str
    tenant: str = ""
    document: str = ""
    pages: int
    country: str = ""
    post_code: str = ""
    address_lines: tuple[str, ...] = ()
    plex: str = ""
    colour: str = ""
    inserts: tuple[str, ...] = ()
    together: bool = False
    copy: bool = False
    sha256: str = ""

    @property
    def household(self) -> str:
        """What letters that may share an envelope have in common; its own key if it goes alone."""
        if not self.together:
            return self.key
        kind = ("copy",) if self.copy else ()
        facts = (self.tenant, self.country, *map(normalized, self.address_lines), *kind)
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def normalized(line: str) -> str:
    """Return a line of an address as two writings of it agree.

    >>> normalized("Ofenweg  3, 1.OG") == normalized("OFENWEG 3 1. OG")
    True
    """
    plain = unicodedata.normalize("NFKC", line).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
