"""How a company's documents are kept: `[tenant.KEY.archive]`."""

from datetime import date
from typing import Annotated

import msgspec

from archive.law.periods import Closing
from archive.law.residency import UNION

Country = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 countries like DE")
]
MonthDay = Annotated[
    str, msgspec.Meta(pattern=r"^\d\d-\d\d$", description="a month and a day like 06-30")
]
Years = Annotated[int, msgspec.Meta(ge=0, le=100, description="a number of years")]


class Keeping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the law asks of a company's archive besides the table of countries.

    Attributes:
        residency: countries in which its documents may be stored, `EU` for all of the Union;
            empty: anywhere. Then `[archive] place` must say where the archive is.
        registered_in: countries where the company is registered for VAT: a document to a buyer
            there is kept by that country's law, too.
        fiscal_year_end: of the company; for 02-28 the end of February.
        keep_years: its own rule, from the end of the calendar year; 0: none. It never shortens.
        keep_because: where that rule stands; it is shown with each document.
        witness: email address that gets the archive's checkpoint of each day, best outside the
            house: whoever has it can prove that nothing was changed since.
    """

    residency: tuple[Country, ...] = ()
    registered_in: tuple[Country, ...] = ()
    fiscal_year_end: MonthDay = "12-31"
    keep_years: Years = 0
    keep_because: str = "the company's own rule"
    witness: str = ""

    def __post_init__(self) -> None:
        """Refuse a day that no leap year has."""
        try:
            date.fromisoformat(f"2024-{self.fiscal_year_end}")
        except ValueError as error:
            raise ValueError(f"fiscal_year_end: {self.fiscal_year_end} is no day") from error

    @property
    def closing(self) -> Closing:
        """Month and day of `fiscal_year_end`."""
        month, _, day = self.fiscal_year_end.partition("-")
        return int(month), int(day)

    def allows(self, place: str) -> bool:
        """Whether documents may be stored in a country."""
        allowed = {*self.residency, *(UNION if "EU" in self.residency else ())}
        return not self.residency or place in allowed
