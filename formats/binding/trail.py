"""What a reader notes beside the document, and what a writer knows of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from formats.binding.kinds import Kind
from formats.codec import Reading
from formats.findings import Finding
from formats.model import Invoice
from formats.model.terms import term_of
from formats.xml.names import Element, name_of, tag
from formats.xml.places import Places
from formats.xml.walking import foreign_below, texts_below
from formats.xml.writing import Scribe

Values = dict[str, Any]
"""A group of the model while it is read: field to value, dict or list."""

Source = Element | tuple[Element, str]
"""Where a field came from: an element, or an attribute of it."""

_LONGEST_TEXT: Final = 1000
_MOST_LEFT: Final = 10_000
_EXTENSIONS: Final = tag("ext:UBLExtensions")


class Trail:
    """What a reader notes on its way: sources, what it left, what it could not understand.

    Attributes:
        document: the fields of the whole document.
        currency: of amounts, BT-5, if known.
        tax_currency: of BT-111, BT-6, if known.
        namespaces: of the syntax; elements of others are refused; empty: none are.
        held: elements to keep for as long as places are asked for; see `formats.xml.walking.held`.
        took: notes where the field at a model path came from; what was noted first stays.
        number: has places name an element's position even if it is the only one of its name.
    """

    def __init__(
        self,
        *,
        currency: str | None = None,
        tax_currency: str | None = None,
        namespaces: frozenset[str] = frozenset(),
        held: Sequence[Element] = (),
    ) -> None:
        self.document: Values = {}
        self.currency = currency
        self.tax_currency = tax_currency
        self._namespaces = namespaces
        self._held = held
        self._foreign: list[Element] = []
        self._sources: dict[str, Source] = {}
        self.took = self._sources.setdefault
        items: set[Element] = set()
        self.number = items.add
        self._places = Places(items)
        self._unmapped: dict[str, str] = {}
        self._notices: list[Finding] = []
        self._more_left = 0

    def element(self, path: str) -> Element | None:
        """Return the element noted for a path."""
        noted = self._sources.get(path)
        return noted[0] if isinstance(noted, tuple) else noted

    def leave(self, element: Element) -> None:
        """List the texts of an element that no row takes; a signature is not the reader's.

        Of a file with very many, the first ten thousand are listed and the others counted.
        """
        if self._namespaces and element.tag != _EXTENSIONS:
            self._foreign += foreign_below(element, self._namespaces)
        for where, text in texts_below(element, self._places.path(element)):
            if "/ds:Signature" in where:
                continue
            if len(self._unmapped) < _MOST_LEFT:
                self._unmapped[where] = clip(text)
            else:
                self._more_left += 1

    def refuse_text(self, kind: Kind, path: str, element: Element) -> None:
        """Find fault with a text that is not of its kind."""
        text = clip((element.text or "").strip())
        self._notices.append(
            Finding(
                rule="IN-VALUE",
                term=term_of(path),
                message=f"{text!r} is not {kind.called}",
                path=path,
                place=self._places.of(element),
                value=text,
                fix=f"write {kind.called}",
            )
        )

    def refuse_currency(self, path: str, element: Element, given: str, currency: str) -> None:
        """Find fault with an amount that is not in the document's currency."""
        self._notices.append(
            Finding(
                rule="IN-CURRENCY",
                term=term_of(path),
                message=f"{clip(element.text or '')} is in {given}, not in {currency}",
                path=path,
                place=self._places.of(element),
                value=given,
                fix=f"state the amount in {currency}",
            )
        )

    def reading(self, root: Element | None = None, xml: bytes = b"") -> Reading:
        """Return all of it, with the document built, of the XML below `root`, parsed from `xml`.

        What stands nowhere is looked for there, so that is its place.
        """
        if root is not None:
            self.took("", root)
        if self._foreign:
            self._notices.append(_mixed(self._foreign, self._places))
        if self._more_left:
            self._unmapped["further places"] = str(self._more_left)
        return Reading(
            document=msgspec.convert(self.document, Invoice),
            sources=Sources(self._sources, self._places, self._held),
            unmapped=self._unmapped,
            notices=tuple(self._notices),
            root=root,
            xml=xml,
        )


class Sources(Mapping[str, str]):
    """Model path to place; a place is put into words when somebody asks for it."""

    def __init__(
        self, noted: Mapping[str, Source], places: Places, held: Sequence[Element]
    ) -> None:
        self._held = held
        self._noted = noted
        self._places = places

    def __getitem__(self, path: str) -> str:
        """Return where a field came from."""
        noted = self._noted[path]
        return self._places.of(*noted) if isinstance(noted, tuple) else self._places.of(noted)

    def __iter__(self) -> Iterator[str]:
        """Return all model paths."""
        return iter(self._noted)

    def __len__(self) -> int:
        """Return how many fields have a place."""
        return len(self._noted)


def _mixed(foreign: Sequence[Element], places: Places) -> Finding:
    first = foreign[0]
    more = f", and {len(foreign) - 1} more" if len(foreign) > 1 else ""
    return Finding(
        rule="IN-XML-7",
        message=f"{name_of(str(first.tag))} does not belong to the syntax of this document{more}",
        place=places.of(first),
        value=str(first.tag),
        fix="write every element in the namespaces of one syntax; your own go into extensions",
    )


class Page(Scribe):
    """A Scribe that knows the document it writes.

    Attributes:
        said: paths of document fields that are written already.
    """

    def __init__(self, invoice: Invoice) -> None:
        super().__init__()
        self.document = invoice
        self.currency = invoice.currency
        self.tax_currency = invoice.accounting_currency
        self.said: set[str] = set()


def put(values: Values, steps: tuple[str, ...], value: Any) -> bool:
    """Set a field deep in `values` unless it has another value already; return whether it fits."""
    for step in steps[:-1]:
        values = values.setdefault(step, {})
    fits: bool = values.setdefault(steps[-1], value) == value
    return fits


def reach(group: Any, steps: tuple[str, ...]) -> Any:
    """Return the field deep in `group`, None where a group on the way is missing."""
    for step in steps:
        if group is None:
            return None
        group = getattr(group, step)
    return group


def clip(text: str) -> str:
    """Return at most the first thousand characters.

    >>> len(clip("x" * 5000))
    1001
    """
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
