"""SAP's parser report of an IDoc type: words and values, a line each, in nested sections."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formats.idoc.definition import Definition

_HEAD_CHARACTERS = 63
_UNBOUNDED = 999_999
_BEGIN, _END = "BEGIN_", "END_"
_FIRST = ("BYTE_FIRST", "CHARACTER_FIRST")
_LAST = ("BYTE_LAST", "CHARACTER_LAST")


def read_report(text: str) -> tuple[list[Definition], list[str]]:
    """Return the definitions of a report's segment section, and its faults with their lines."""
    report = _Report()
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, value = line.strip().partition(" ")
        if word:
            report.take(number, word.upper(), value.strip())
    return report.finish()


@dataclass(slots=True)
class _Section:
    """An open section: what it is, and of a group or segment what is said of it.

    Attributes:
        definition: of a segment; of a group that of its first segment, which the others lie in.
    """

    kind: str
    line: int
    words: dict[str, str] = field(default_factory=dict)
    definition: Definition | None = None


@dataclass(slots=True)
class _Report:
    """A report, as far as it is read."""

    definitions: list[Definition] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[_Section] = field(default_factory=list)
    _field: dict[str, str] = field(default_factory=dict)
    _field_line: int = 0
    _seen: bool = False

    def take(self, number: int, word: str, value: str) -> None:
        """Take a line. Of sections, only those of segments are read."""
        if word == "BEGIN_SEGMENT_SECTION":
            self._seen = True
        elif not self._seen or word == "END_SEGMENT_SECTION":
            return
        elif word.startswith(_BEGIN):
            self._begin(number, word.removeprefix(_BEGIN), value)
        elif word.startswith(_END):
            self._end(number, word.removeprefix(_END))
        elif self._open:
            self._say(number, word, value)

    def finish(self) -> tuple[list[Definition], list[str]]:
        """Return what was found."""
        if not self._seen:
            self.faults.append("it has no line BEGIN_SEGMENT_SECTION")
        self.faults += [f"line {each.line}: {each.kind} does not end" for each in self._open]
        return self.definitions, self.faults

    def _begin(self, number: int, kind: str, value: str) -> None:
        section = _Section(kind, number)
        if kind == "SEGMENT":
            name = value.split(maxsplit=1)[0] if value else ""
            section.definition = Definition(name=name, type=name, parent=self._parent())
            self.definitions.append(section.definition)
            group = self._group()
            if group is not None and group.definition is None:
                group.definition = section.definition
        self._open.append(section)

    def _end(self, number: int, kind: str) -> None:
        self._end_field()
        if not self._open or self._open[-1].kind != kind:
            last = self._open[-1].kind if self._open else "nothing"
            self.faults.append(f"line {number}: {kind} ends where {last} is open")
            return
        section = self._open.pop()
        if section.definition is not None and kind in ("SEGMENT", "GROUP"):
            self._bound(section)

    def _bound(self, section: _Section) -> None:
        """Put how many there must and may be; a group says it for its first segment."""
        definition, words = section.definition, section.words
        if definition is None:
            return
        group = self._group()
        if section.kind == "SEGMENT" and group is not None and group.definition is definition:
            return
        numbers = {word: _number(words.get(word, "")) for word in ("LOOPMIN", "LOOPMAX")}
        definition.least = numbers["LOOPMIN"] or 1 if words.get("STATUS") == "MANDATORY" else 0
        most = numbers["LOOPMAX"]
        definition.most = None if most is None or most >= _UNBOUNDED else most

    def _say(self, number: int, word: str, value: str) -> None:
        section = self._open[-1]
        if section.kind == "FIELDS":
            if word == "NAME":
                self._end_field()
                self._field_line = number
            self._field[word] = value
        else:
            section.words[word] = value.upper()
            if word == "SEGMENTTYPE" and section.definition is not None:
                section.definition.type = value or section.definition.name

    def _end_field(self) -> None:
        """Put a field to its segment; it must stand right behind those before it."""
        said, self._field = self._field, {}
        segment = next((each.definition for each in reversed(self._open) if each.definition), None)
        if not said or segment is None:
            return
        name = said.get("NAME", "")
        first, last = (_first_of(said, words) or 0 for words in (_FIRST, _LAST))
        fault = _fault(segment, said, first, last)
        if fault:
            self.faults.append(f"line {self._field_line}: {segment.name}.{name} {fault}")
        segment.fields[name] = last - first + 1

    def _group(self) -> _Section | None:
        return next((each for each in reversed(self._open) if each.kind == "GROUP"), None)

    def _parent(self) -> str:
        groups = [each.definition for each in self._open if each.kind == "GROUP"]
        return next((each.type for each in reversed(groups) if each is not None), "")


def _fault(segment: Definition, said: Mapping[str, str], first: int, last: int) -> str:
    """Return what is wrong with a field, if anything."""
    wanted = _HEAD_CHARACTERS + sum(segment.fields.values()) + 1
    if not first or last < first:
        return "has no positions"
    if first != wanted:
        return f"begins at {first}, and not at {wanted}"
    if _number(said.get("LENGTH", "")) not in (None, last - first + 1):
        return "has another LENGTH than its positions"
    return "is there twice" if said.get("NAME", "") in segment.fields else ""


def _first_of(said: Mapping[str, str], words: tuple[str, ...]) -> int | None:
    return next((number for word in words if (number := _number(said.get(word, "")))), None)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= len("9999999999") else None
