"""A port, taken before anything is started."""

import socket

from hub.cli.output import Misused


def listening(setting: str, address: str) -> socket.socket:
    """Take the port of an address.

    Raises:
        Misused: it cannot be had; names the setting.
    """
    host, _, port = address.rpartition(":")
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        return socket.create_server((bare, int(port)), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise Misused(f"{setting} {address}: {error}") from error
