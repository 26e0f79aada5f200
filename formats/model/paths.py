"""Model paths such as `seller.address.city`: check one, and build a document from values by path.

A path is field names with dots between. A field that holds a list takes an item in brackets:

- `notes[0].text`, `notes[1].text`: one item each; an item that gets no value is not made
- `notes[].text`: a new item each time
- `identifiers[scheme=0088].value`: the item with that scheme, made where there is none. On a field
  that is no list (`electronic_address[scheme=0204].value`) it sets the scheme beside the value.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from formats.model.group import Group
from formats.model.invoice import Invoice

Value = str | Decimal | date
GroupT = TypeVar("GroupT", bound=Group)

_DOT = re.compile(r"\.(?![^\[]*\])")
_STEP = re.compile(r"([a-z][a-z_0-9]*)(?:\[([0-9]{0,3}|[a-z_]+=[^\[\]=]+)\])?")
_INCOMPLETE = re.compile(r"missing required field `(\w+)`(?: - at `\$\.?([^`]*)`)?")


class UnknownPath(ValueError):
    """The model has no such field. Says which step is wrong and what may have been meant."""


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    many: bool
    slot: str | None
    key: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One field that can be filled.

    Attributes:
        path: as it was written.
        kind: what the field holds: `str`, `Decimal` or `date`.
        groups: the steps that lead to the field's group.
        name: the field.
        plain: whether no step has brackets.
    """

    path: str
    kind: type[str] | type[Decimal] | type[date]
    groups: tuple[_Step, ...]
    name: str
    plain: bool

    @property
    def item_numbers(self) -> tuple[int, ...]:
        """The numbers in brackets, by which terms can be put in order; 0 for other brackets."""
        slots = [step.slot or "" for step in self.groups]
        return tuple(int(slot) if slot.isdigit() else 0 for slot in slots)


@cache
def term(path: str, root: type[Group] = Invoice) -> Term:
    """Return the field of `root` that `path` names.

    Raises:
        UnknownPath: no such field, brackets where no list is, or a list without brackets.

    >>> term("lines[0].net").kind
    <class 'decimal.Decimal'>
    >>> term("seler.name")
    Traceback (most recent call last):
    formats.model.paths.UnknownPath: Invoice has no field `seler`; did you mean `seller`?
    """
    *ways, leaf = _DOT.split(path)
    steps = []
    group = root
    for way in ways:
        step, group = _step(way, group)
        steps.append(step)
    types = _field(leaf, group)
    kind = next((kind for kind in (str, Decimal, date) if kind in types), None)
    if kind is None:
        raise UnknownPath(f"`{leaf}` is not one value; name a field in it: {_example(leaf, types)}")
    plain = all(step.slot is None for step in steps)
    return Term(path=path, kind=kind, groups=tuple(steps), name=leaf, plain=plain)


def paths(root: type[Group] = Invoice) -> Iterator[str]:
    """Yield every path that takes a value; lists with empty brackets.

    >>> list(paths())[:3]
    ['number', 'issue_date', 'type_code']
    """
    for name, types in _fields(root).items():
        inner = _inner(types)
        if inner is not None:
            brackets = "[]" if _is_list(types) else ""
            yield from (f"{name}{brackets}.{path}" for path in paths(inner))
        elif not _is_list(types) and bytes not in types:
            yield name


class Draft:
    """A group in the making: values by path, and where each came from.

    Attributes:
        sources: path of every value, as the built document has it, to its place.
        prefix: path of this group in the document, with a dot behind; empty for the document.

    >>> draft = Draft()
    >>> draft.put(term("buyer.identifiers[scheme=0088].value"), "4000001000005", "column GLN")
    >>> invoice, incomplete = draft.build(Invoice)
    >>> invoice.buyer.identifiers
    (Identifier(value='4000001000005', scheme='0088'),)
    >>> draft.sources
    {'buyer.identifiers[0].value': 'column GLN'}
    """

    __slots__ = ("_items", "_tree", "prefix", "sources")

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.prefix = ""
        self._tree: dict[str, Any] = {}
        self._items: dict[str, tuple[dict[str, Any], str]] = {}

    def put(self, term: Term, value: Value, place: str) -> None:
        """Set the field; a value that is already there is replaced."""
        node = self._tree
        if term.plain:
            for step in term.groups:
                node = node.setdefault(step.name, {})
            path = term.path
        else:
            node, path = self._walk(term.groups)
            path += term.name
        node[term.name] = value
        self.sources[self.prefix + path] = place

    def set(self, term: Term, value: Value) -> None:
        """Set a field without brackets in its path, whose place the caller keeps."""
        node = self._tree
        for step in term.groups:
            node = node.setdefault(step.name, {})
        node[term.name] = value

    def get(self, term: Term) -> Value | None:
        """Return what was put to the field, if anything; `[]` names no item that is there."""
        node, key = self._tree, ""
        for step in term.groups:
            if term.plain:
                node = node.get(step.name, {})
            else:
                key += f"{step.name}[{step.slot}]."
                node = self._items.get(key, ({}, ""))[0] if step.many else node.get(step.name, {})
        value: Value | None = node.get(term.name)
        return value

    def number(self, term: Term) -> Decimal | None:
        """Return what was put to a field that holds a number."""
        value = self.get(term)
        return value if isinstance(value, Decimal) else None

    def has_items(self, term: Term) -> bool:
        """Whether all list items on the way to the field are there already."""
        key = ""
        for step in term.groups:
            key += f"{step.name}[{step.slot}]."
            if step.many and key not in self._items:
                return False
        return True

    def add(self, path: str) -> "Draft":
        """Return the draft of a new item of the list at `path`; its sources are this draft's."""
        *ways, name = path.split(".")
        node = self._tree
        for way in ways:
            node = node.setdefault(way, {})
        items = node.setdefault(name, [])
        item = Draft()
        item.sources = self.sources
        item.prefix = f"{self.prefix}{path}[{len(items)}]."
        items.append(item._tree)
        return item

    def build(self, root: type[GroupT]) -> tuple[GroupT, tuple[str, ...]]:
        """Return the group, and what had to be left out of it.

        A few groups are nothing without one field (an identifier without its value). Where that
        field got no value, the group is left out and the field's path returned.
        """
        incomplete: list[str] = []
        while True:
            try:
                return msgspec.convert(self._tree, root), tuple(incomplete)
            except msgspec.ValidationError as error:
                found = _INCOMPLETE.search(str(error))
                if found is None or not found[2]:
                    raise
                self._leave_out(found[2])
                incomplete.append(f"{found[2]}.{found[1]}")

    def _walk(self, steps: tuple[_Step, ...]) -> tuple[dict[str, Any], str]:
        node, path, key = self._tree, "", ""
        for step in steps:
            key += f"{step.name}[{step.slot}]."
            if step.many:
                node, path = self._item(node, step, path, key)
            else:
                node = node.setdefault(step.name, {})
                path += f"{step.name}."
                if step.slot is not None:
                    node.setdefault(step.key, step.value)
        return node, path

    def _item(
        self, node: dict[str, Any], step: _Step, path: str, key: str
    ) -> tuple[dict[str, Any], str]:
        if step.slot and key in self._items:
            return self._items[key]
        items = node.setdefault(step.name, [])
        item = {step.key: step.value} if step.key else {}
        found = (item, f"{path}{step.name}[{len(items)}].")
        items.append(item)
        if step.slot:
            self._items[key] = found
        return found

    def _leave_out(self, path: str) -> None:
        *ways, last = re.findall(r"\w+", path)
        node: Any = self._tree
        for way in ways:
            node = node[int(way)] if way.isdigit() else node[way]
        del node[int(last) if last.isdigit() else last]
        for source in [source for source in self.sources if source.startswith(f"{path}.")]:
            del self.sources[source]


def _step(way: str, group: type[Group]) -> tuple[_Step, type[Group]]:
    found = _STEP.fullmatch(way)
    if found is None:
        raise UnknownPath(f"`{way}` is not a field name, with an item in brackets where it is many")
    name, slot = found[1], found[2]
    types = _field(name, group)
    inner, many = _inner(types), _is_list(types)
    if inner is None:
        raise UnknownPath(f"`{name}` is one value and has no fields")
    if many and slot is None:
        raise UnknownPath(f"`{name}` is many; write `{name}[0]`, or `{name}[]` for a new one")
    key, _, value = (slot or "").partition("=")
    if not value and slot and not many:
        raise UnknownPath(f"`{name}` is not many; write `{name}` without `[{slot}]`")
    if value:
        _field(key, inner)
    return _Step(name, many, slot, key if value else "", value), inner


def _field(name: str, group: type[Group]) -> tuple[Any, ...]:
    fields = _fields(group)
    if name not in fields:
        near = difflib.get_close_matches(name, fields, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(fields)}"
        raise UnknownPath(f"{group.__name__} has no field `{name}`; {hint}")
    return fields[name]


@cache
def _fields(group: type[Group]) -> dict[str, tuple[Any, ...]]:
    """Return each field's types without None: `(str,)`, `(Party,)`, `(tuple[Line, ...],)`."""
    return {field.name: _types(field.type) for field in msgspec.structs.fields(group)}


def _types(annotation: Any) -> tuple[Any, ...]:
    if isinstance(annotation, UnionType):
        return tuple(kind for kind in get_args(annotation) if kind is not NoneType)
    return (annotation,)


def _is_list(types: tuple[Any, ...]) -> bool:
    return get_origin(types[0]) is tuple


def _inner(types: tuple[Any, ...]) -> type[Group] | None:
    kind = get_args(types[0])[0] if _is_list(types) else types[0]
    return kind if isinstance(kind, type) and issubclass(kind, Group) else None


def _example(name: str, types: tuple[Any, ...]) -> str:
    inner = _inner(types)
    brackets = "[0]" if _is_list(types) else ""
    return f"`{name}{brackets}.{next(paths(inner))}`" if inner else "none can be filled from text"
