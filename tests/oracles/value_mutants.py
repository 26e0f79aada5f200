"""Spoils attributes and texts of invoices as schemas look at them: deterministic for a seed."""

import copy
from collections.abc import Callable, Iterator
from random import Random

from lxml import etree

from formats.xml.names import Element

VALUES = (
    *("", " ", "abc", "1", "+1.", "-.5", ".", "1e3", "1,5", " 1.00\n", "1 2", "00012.50", "\u0661"),
    *("true", "TRUE", "0", "yes", "2026-01-31", "2026-02-29", "2024-02-29Z", "2026-1-31"),
    *("2026-04-31", "2026-01-31+14:00", "2026-01-31+14:01", "20260131", "12026-01-01"),
    *("2026-01-31T13:20:00", "2026-01-31T24:00:00.0Z", "2026-01-31T25:00:00", "13:20:00", "13:20"),
    *("13:20:00.5-05:00", "24:00:00", "24:00:01", "AAAA", "AAA=", "AA==", "AB==", "AAB=", "AAA"),
    *("en", "de-AT", "en_US", "abcdefghi", "urn:x:y", "http://a.example/ä b?c#d", "%zz", "1:2"),
    *("http://a.example:x/", "http://[::1]:80/", "a#b#c", "KGM", "KGMS", "4405_Accounting"),
)
NAMES = (
    *("currencyID", "unitCode", "schemeID", "listID", "listURI", "schemeURI", "languageID", "uri"),
    *("mimeCode", "filename", "format", "name", "listAgencyID", "currencyid", "own"),
    *("{urn:own}own", "{http://www.w3.org/XML/1998/namespace}lang"),
    *("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",),
)


def value_mutants(root: Element, *, count: int, random: Random) -> Iterator[tuple[str, bytes]]:
    """Yield what was done and the spoilt document; `root` itself stays as it is."""
    for _ in range(count):
        mutant = copy.deepcopy(root)
        target = random.choice(list(mutant.iter("*")))
        spoil = random.choice(SPOILS)
        done = spoil(target, random)
        yield f"{spoil.__name__} {etree.QName(target).localname} {done}", etree.tostring(mutant)


def text(target: Element, random: Random) -> str:
    leaf = random.choice([leaf for leaf in target.iter("*") if len(leaf) == 0])
    leaf.text = random.choice(VALUES)
    return f"{etree.QName(leaf).localname} {leaf.text!r}"


def stray(target: Element, random: Random) -> str:
    """Write behind an element what is white space to some."""
    said = random.choice((" \t\r\n", "x", "\u00a0", "\u2003\n", None))
    if target.getparent() is None:
        target.text = said
    else:
        target.tail = said
    return repr(said)


def attribute(target: Element, random: Random) -> str:
    name, value = random.choice(NAMES), random.choice(VALUES)
    target.set(name, value)
    return f"{name}={value!r}"


def bare(target: Element, random: Random) -> str:
    """Take the attributes of an element that has some."""
    with_some = [each for each in target.getroottree().iter("*") if each.attrib]
    chosen = random.choice(with_some or [target])
    names = chosen.keys()
    chosen.attrib.clear()
    return f"{etree.QName(chosen).localname} {names}"


SPOILS: tuple[Callable[[Element, Random], str], ...] = (text, text, text, stray, attribute, bare)
