"""A table of the settings, and what its values may be."""

from typing import Annotated

import msgspec

_ADDRESS = "an address and port like 127.0.0.1:8480"
Address = Annotated[str, msgspec.Meta(pattern=r"^.+:\d{1,5}$", description=_ADDRESS)]
AddressOrNone = Annotated[str, msgspec.Meta(pattern=r"^(.+:\d{1,5})?$", description=_ADDRESS)]
CountryOrNone = Annotated[
    str, msgspec.Meta(pattern=r"^([A-Z]{2})?$", description="an ISO 3166-1 country like DE")
]
TimeOfDay = Annotated[
    str,
    msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time of day like 17:00"),
]
Size = Annotated[int, msgspec.Meta(gt=0)]
Amount = Annotated[int, msgspec.Meta(ge=0)]
Pause = Annotated[float, msgspec.Meta(gt=0)]
Time = Annotated[float, msgspec.Meta(ge=0)]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the file."""
