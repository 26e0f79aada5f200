"""Spoils invoices in one place at a time, as senders do: deterministic for a seed."""

import copy
from collections.abc import Callable, Iterator
from random import Random

from lxml import etree

from formats.xml.names import Element

CODES = (
    *("S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X"),
    *("EUR", "SEK", "HUF", "XYZ", "DE", "IT", "EL", "ZZ", "380", "381", "384", "30", "58", "59"),
    *("0088", "EM", "9930", "C62", "HUR", "XPP", "AAI", "35", "true", "false", "2026-02-28"),
    *("0", "0.00", "1", "19", "-1", "100.005", "1000000"),
)


def mutants(root: Element, *, count: int, random: Random) -> Iterator[tuple[str, bytes]]:
    """Yield what was done and the spoilt document; `root` itself stays as it is."""
    for _ in range(count):
        mutant = copy.deepcopy(root)
        elements = [element for element in mutant.iter("*") if element is not mutant]
        target = random.choice(elements)
        spoil = random.choice(SPOILS)
        name = etree.QName(target).localname
        spoil(target, random)
        yield f"{spoil.__name__} {name}", etree.tostring(mutant)


def delete(target: Element, random: Random) -> None:
    del random
    _parent(target).remove(target)


def duplicate(target: Element, random: Random) -> None:
    del random
    target.addnext(copy.deepcopy(target))


def swap(target: Element, random: Random) -> None:
    """Change places with another element of the same parent."""
    others = list(_parent(target))
    place = _parent(target).index(target)
    _parent(target).insert(random.randrange(len(others)), others[place])


def swap_text(target: Element, random: Random) -> None:
    """Change texts with another leaf of the same name."""
    leaf = _leaf(target, random)
    other = random.choice(list(leaf.getroottree().iter(str(leaf.tag))))
    leaf.text, other.text = other.text, leaf.text


def change_text(target: Element, random: Random) -> None:
    leaf = _leaf(target, random)
    leaf.text = random.choice(CODES)


def change_number(target: Element, random: Random) -> None:
    numbers = [leaf for leaf in target.getroottree().iter("*") if _is_number(leaf)]
    leaf = random.choice(numbers or [target])
    text = (leaf.text or "").strip()
    leaf.text = random.choice(
        [_negative(text), f"{text}0", f"{text}.001", "0", _plus(text, random)]
    )


def change_attribute(target: Element, random: Random) -> None:
    leaf = _leaf(target, random)
    for name in leaf.attrib:
        if random.random() < 0.5:
            del leaf.attrib[name]
        else:
            leaf.set(name, random.choice(CODES))


def empty(target: Element, random: Random) -> None:
    _leaf(target, random).text = None


SPOILS: tuple[Callable[[Element, Random], None], ...] = (
    delete,
    delete,
    duplicate,
    swap,
    swap_text,
    change_text,
    change_number,
    change_number,
    change_attribute,
    empty,
)


def _negative(text: str) -> str:
    """Return the number with a minus, but never -0: Saxon takes that for less than 0."""
    return f"-{text.lstrip('-')}" if text.strip("-0.") else text


def _plus(text: str, random: Random) -> str:
    step = random.choice((0.01, -0.01, 0.005, 0.5, 1, 1.01, -2))
    return f"{float(text or 0) + step:.3f}".rstrip("0").rstrip(".")


def _is_number(leaf: Element) -> bool:
    text = (leaf.text or "").strip()
    return len(leaf) == 0 and bool(text) and text.lstrip("-").replace(".", "", 1).isdecimal()


def _leaf(target: Element, random: Random) -> Element:
    return random.choice([leaf for leaf in target.iter("*") if len(leaf) == 0])


def _parent(target: Element) -> Element:
    parent = target.getparent()
    assert parent is not None
    return parent
