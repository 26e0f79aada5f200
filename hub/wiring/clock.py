"""Where the clock, and ids, secrets and chance, are born; everything else is handed them."""

import secrets
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The clock of every process."""
    return datetime.now(UTC)  # noqa: TID251  (the only place that owns one)


def chance() -> float:
    """Draw a number from 0 up to 1."""
    return secrets.randbelow(1 << 53) / (1 << 53)


def new_id() -> str:
    """Draw an id that sorts by time: 48 bits of milliseconds, 80 random bits, in hex."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
