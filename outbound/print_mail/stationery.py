"""What a print partner has: paper, envelopes, inserts, marks; and what he posts them for."""

from dataclasses import dataclass, field
from typing import Literal

from outbound.print_mail.marks import Mark
from outbound.print_mail.zones import WINDOWS, Box

Plex = Literal["simplex", "duplex"]
SHEETS_MAX = 99
"""Of one piece: its mark has two figures for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope.

    Attributes:
        name: the partner's own word.
        sheets_max: how many sheets his machine puts into it.
        weight_mg: of the empty envelope.
        width_mm, height_mm: by which the posts know the class of a letter.
        window: which of `zones.WINDOWS` it has; empty: that of the stationery.
    """

    name: str
    sheets_max: int
    weight_mg: int
    width_mm: int
    height_mm: int
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert:
    """Something that can be put in with a letter.

    Attributes:
        name: as routing rules name it.
        weight_mg: of one.
        station: number of the feeder, from 1, for the mark.
    """

    name: str
    weight_mg: int
    station: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearZone:
    """A place on sheets that must stay white, such as the partner's franking zone.

    Attributes:
        name: for messages.
        left_mm, top_mm, width_mm, height_mm: as the sheet is read.
        first_only: whether it matters on the first sheet alone.
    """

    name: str
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    first_only: bool = True

    @property
    def box(self) -> Box:
        """The place."""
        return Box(
            self.left_mm,
            self.top_mm,
            self.left_mm + self.width_mm,
            self.top_mm + self.height_mm,
        )


ENVELOPES = (
    Envelope(name="DL", sheets_max=8, weight_mg=5000, width_mm=220, height_mm=110),
    Envelope(name="C5", sheets_max=20, weight_mg=7000, width_mm=229, height_mm=162),
    Envelope(name="C4", sheets_max=90, weight_mg=15000, width_mm=324, height_mm=229),
)
"""From the smallest; the last is filled by hand, flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """What letters are printed on and put into, as agreed with the partner.

    Attributes:
        duplex: whether both sides are printed, where a rule does not say otherwise.
        colour: the same of colour: the partner's own word.
        paper: his word for it.
        sheet_weight_mg: A4 of 80 g/m² weighs 4990 mg.
        envelopes: from the smallest; a letter takes the first that holds it.
        inserts: what he has in stock.
        window: which of `zones.WINDOWS` his envelopes have.
        edge_mm: margin of a sheet that is not printed.
        clear: further zones that must stay white.
        shift_max_mm: how far a first page is moved so that its address shows in the window.
        cover: whether a letter that cannot be shown in the window gets an address sheet.
        preflight: whether letters are looked at before they leave.
        posted_in: country where he posts (ISO 3166-1 alpha-2): its postage counts, and letters
            there name no country.
        returns: what he does with letters that come back: `return`, `destroy` or `scan`.
        mark: what his inserting machine reads.
        xjdf: whether he wants the ticket as XJDF, too.
    """

    duplex: bool = True
    colour: str = "colour"
    paper: str = "A4 80 g/m2"
    sheet_weight_mg: int = 4990
    envelopes: tuple[Envelope, ...] = ENVELOPES
    inserts: tuple[Insert, ...] = ()
    window: str = "din5008-b"
    edge_mm: float = 4
    clear: tuple[ClearZone, ...] = ()
    shift_max_mm: float = 8
    cover: bool = True
    preflight: bool = True
    posted_in: str = "DE"
    returns: Literal["return", "destroy", "scan"] = "return"
    mark: Mark = field(default_factory=Mark)
    xjdf: bool = False

    def __post_init__(self) -> None:
        windows = {self.window, *(each.window for each in self.envelopes if each.window)}
        if unknown := sorted(windows - WINDOWS.keys()):
            raise ValueError(f"unknown window {unknown[0]!r}; known: {', '.join(WINDOWS)}")
        if not self.envelopes:
            raise ValueError("a partner without an envelope")
        sheets = [each.sheets_max for each in self.envelopes]
        if sheets != sorted(sheets):
            raise ValueError("envelopes are named from the smallest")
        self._check_mark(min(sheets[-1], SHEETS_MAX))

    def _check_mark(self, sheets: int) -> None:
        """Refuse a mark that has no room for what it may have to say."""
        signs = self.mark.signs("sheet", "sheets")
        if signs and signs < len(str(sheets)):
            raise ValueError(f"an envelope takes {sheets} sheets, a mark says that in {signs} sign")
        most = self.mark.stations_max
        for each in self.inserts:
            place = f"insert `{each.name}` is in feeder {each.station}"
            if each.station < 1:
                raise ValueError(f"{place}; they are counted from 1")
            if most and each.station > most:
                raise ValueError(f"{place}, inserts of the mark have room for feeders 1 to {most}")

    def envelope_for(self, sheets: int) -> Envelope | None:
        """Return the first envelope that holds so many sheets; None if none does."""
        return next((each for each in self.envelopes if sheets <= each.sheets_max), None)

    def envelope(self, name: str) -> Envelope:
        """Return one by its name; the largest if he has it no more."""
        return next((one for one in self.envelopes if one.name == name), self.envelopes[-1])

    def insert(self, name: str) -> Insert | None:
        """Return one by its name."""
        return next((each for each in self.inserts if each.name == name), None)
