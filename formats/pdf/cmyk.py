"""A small CMYK profile of our own, for files that use DeviceCMYK beside an sRGB output intent.

It states what viewers show for uncalibrated CMYK, so nothing changes colour: `inks.txt` holds the
colours that PDFium shows for steps of a quarter of each ink, black running fastest. ICC.1:2001-04
(version 2), an input profile: it says how to see the inks, which is all that an ICCBased colour
space is asked for (ISO 32000-1, 8.6.5.5).
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from struct import pack

INKS = Path(__file__).with_name("inks.txt")
GRID = 5
XYZ_D50 = (0.9642, 1.0, 0.8249)
# linear sRGB to XYZ, adapted to D50 (IEC 61966-2-1, Bradford)
RGB_TO_XYZ = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)


@cache
def cmyk_profile() -> bytes:
    """Return the profile; the same bytes every time."""
    tags = {
        b"desc": _description("Facteur uncalibrated CMYK"),
        b"cprt": b"text" + bytes(4) + b"Public domain\0",
        b"wtpt": b"XYZ " + bytes(4) + b"".join(_fixed(value) for value in XYZ_D50),
        b"A2B0": _lut(_lab16(_lab(colour)) for colour in shown_inks()),
    }
    return _profile(tags)


def shown_inks() -> Iterator[bytes]:
    """Yield red, green and blue of each node of the grid."""
    return map(bytes.fromhex, INKS.read_text("ascii").split())


def _profile(tags: dict[bytes, bytes]) -> bytes:
    start = 128 + 4 + 12 * len(tags)
    table = body = b""
    for signature, content in tags.items():
        table += signature + pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    white = b"".join(_fixed(value) for value in XYZ_D50)
    date = pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = pack(">I", start + len(body)) + bytes(4) + b"\x02\x40\0\0scnrCMYKLab " + date + b"acsp"
    head += bytes(28) + white + bytes(48)
    return head + pack(">I", len(tags)) + table + body


def _lut(nodes: Iterable[tuple[int, int, int]]) -> bytes:
    """Return a lut16Type from four inks to Lab with straight curves."""
    identity = b"".join(_fixed(float(i == j)) for i in range(3) for j in range(3))
    straight = pack(">2H", 0, 0xFFFF)
    head = b"mft2" + bytes(4) + pack(">4B", 4, 3, GRID, 0) + identity + pack(">2H", 2, 2)
    return head + straight * 4 + b"".join(pack(">3H", *node) for node in nodes) + straight * 3


def _lab16(lab: tuple[float, float, float]) -> tuple[int, int, int]:
    """Return Lab as version 2 encodes it: 100 is FF00, 0 of a and b is 8000."""
    lightness, a, b = lab
    raw = (lightness * 652.8, (a + 128) * 256, (b + 128) * 256)
    first, second, third = (min(0xFFFF, max(0, round(value))) for value in raw)
    return first, second, third


def _lab(colour: bytes) -> tuple[float, float, float]:
    linear = [_linear(channel / 255) for channel in colour]
    xyz = [sum(m * c for m, c in zip(row, linear, strict=True)) for row in RGB_TO_XYZ]
    x, y, z = (_lab_f(v / white) for v, white in zip(xyz, XYZ_D50, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _lab_f(value: float) -> float:
    return float(value ** (1 / 3)) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _fixed(value: float) -> bytes:
    return pack(">i", round(value * 65536))


def _description(text: str) -> bytes:
    plain = text.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + pack(">I", len(plain)) + plain + bytes(4 + 4 + 2 + 1 + 67)
