"""Where the clock and the source of ids are born; everything else is handed them."""

import secrets
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The clock of every process."""
    return datetime.now(UTC)  # noqa: TID251  (the only place that owns one)


def new_id() -> str:
    """Draw an id that sorts by time: 48 bits of milliseconds, 80 random bits, in hex."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
