"""Extensions: what national law wants on an invoice and EN 16931 has no term for, typed."""

from formats.model.france import France, FrenchLine
from formats.model.germany import GermanLine, Germany
from formats.model.group import Group
from formats.model.italy import ItalianLine, Italy
from formats.model.poland import Poland, PolishLine
from formats.model.spain import Spain


class Extensions(Group, frozen=True, kw_only=True):
    """What belongs to the whole document, a country."""

    de: Germany | None = None
    fr: France | None = None
    it: Italy | None = None
    pl: Poland | None = None
    es: Spain | None = None


class LineExtensions(Group, frozen=True, kw_only=True):
    """What belongs to one line, a country."""

    de: GermanLine | None = None
    fr: FrenchLine | None = None
    it: ItalianLine | None = None
    pl: PolishLine | None = None
