"""The table CHANNELS: which roads there are, and what each must be told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from outbound import email, ipp, peppol, print_house, sftp
from outbound.channel import Channel


class MakesChannel(Protocol):
    """A channel's class: settings and clock in, channel out."""

    def __call__(self, settings: Any, *, clock: Callable[[], datetime]) -> Channel:
        """Make the channel; nothing is connected yet."""
        ...


class Kind(NamedTuple):
    """A kind of channel.

    Attributes:
        settings: dataclass that holds what one channel of this kind must be told.
        channel: class of the channel.
    """

    settings: type
    channel: MakesChannel


CHANNELS: Mapping[str, Kind] = {
    "email": Kind(settings=email.Settings, channel=email.Email),
    "sftp": Kind(settings=sftp.Settings, channel=sftp.Sftp),
    "peppol": Kind(settings=peppol.Settings, channel=peppol.Peppol),
    "print": Kind(settings=print_house.Settings, channel=print_house.PrintHouse),
    "ipp": Kind(settings=ipp.Settings, channel=ipp.Ipp),
}
