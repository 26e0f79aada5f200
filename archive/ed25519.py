"""Ed25519 signatures checked in plain Python (RFC 8032 section 5.1.7). Standard library alone.

Slow, and not guarded against timing: it sees only public values.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

Point = tuple[int, int, int, int]
"""Extended coordinates (RFC 8032 section 5.1.4)."""

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_NEUTRAL = (0, 1, 1, 0)


@lru_cache(maxsize=1024)  # the same checkpoint is met again and again
def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature over a message was made with the private half of a key."""
    public, commitment = _decode_point(key), _decode_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or public is None or commitment is None or scalar >= _L:
        return False
    challenge = hashlib.sha512(signature[:32] + key + message).digest()
    factor = int.from_bytes(challenge, "little") % _L
    left = _times(scalar, _BASE)
    right = _plus(commitment, _times(factor, public))
    return _same(left, right)


def _decode_point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if len(data) != 32 or y >= _P:
        return None
    x_squared = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(x_squared, (_P + 3) // 8, _P)
    if (x * x - x_squared) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - x_squared) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


def _plus(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(scalar: int, point: Point) -> Point:
    total = _NEUTRAL
    for bit, doubled in enumerate(_doublings(point)):
        if scalar >> bit & 1:
            total = _plus(total, doubled)
    return total


@lru_cache(maxsize=16)  # the base and a log's few keys: two thirds of a check
def _doublings(point: Point) -> tuple[Point, ...]:
    """Return a point, its double and so on, as many as a scalar below the order has bits."""
    found = [point]
    while len(found) < _L.bit_length():
        found.append(_plus(found[-1], found[-1]))
    return tuple(found)


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


_BASE = _decode_point(((4 * pow(5, _P - 2, _P)) % _P).to_bytes(32, "little")) or _NEUTRAL
