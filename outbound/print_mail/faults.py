"""What can be wrong with a letter that is to be printed: every fault, in one place."""

from collections.abc import Sequence

import msgspec

from outbound.print_mail.page_text import Line
from outbound.print_mail.zones import Box, Window

_SHOWN = 60


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing for which a letter cannot leave.

    Attributes:
        page: from 1; 0 for the whole file.
        box: left, top, right, bottom in millimetres from the upper left corner.
    """

    rule: str
    message: str
    fix: str
    page: int = 0
    box: tuple[float, float, float, float] | None = None

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if not self.page:
            return ""
        edges_ = " mm, ".join(f"{edge:g}" for edge in self.box or ())
        return f"page {self.page}" + (f", box {edges_} mm" if self.box else "")


LOCKED = Fault(
    rule="PM-LOCKED",
    message="the PDF is encrypted",
    fix="make it without a password and without restrictions",
)


def broken(error: object) -> Fault:
    """Return that the file cannot be opened."""
    return Fault(
        rule="PM-BROKEN",
        message=f"this is no PDF that can be printed: {str(error)[:_SHOWN]}",
        fix="make the PDF again",
    )


def not_a4(page: int, size: tuple[float, float]) -> Fault:
    """Return that a page has another size in millimetres."""
    return Fault(
        rule="PM-SIZE",
        page=page,
        message=f"it measures {size[0]:.0f} by {size[1]:.0f} mm, not A4 upright",
        fix="print it on A4",
    )


def font_outside(name: str, page: int) -> Fault:
    """Return that a font is not in the file."""
    return Fault(
        rule="PM-FONT",
        page=page,
        message=f"the font {name[:_SHOWN]} is not embedded",
        fix="embed all fonts when the PDF is made",
    )


def not_the_address(shown: Sequence[Line], address_lines: Sequence[str], window: Window) -> Fault:
    """Return that the window shows another address, or none."""
    there = " / ".join(line.text for line in shown) or "nothing"
    return Fault(
        rule="PM-WINDOW",
        page=1,
        box=window.address.rounded(),
        message=f"the window shows {there[:_SHOWN]}, not the {len(address_lines)} lines of the "
        "address that the letter goes to",
        fix="set the address into the window as the address book has it, line by line",
    )


def cut_off(line: Line, window: Window) -> Fault:
    """Return that a line of the address does not show whole."""
    edges_ = ", ".join(f"{edge:g}" for edge in window.address.rounded())
    return Fault(
        rule="PM-WINDOW",
        page=1,
        box=line.box.rounded(),
        message="a line of the address is cut by the window's edge",
        fix=f"set the address between {edges_} mm (left, top, right, bottom)",
    )


def beside_the_address(message: str, box: Box) -> Fault:
    """Return that something else shows in the window."""
    return Fault(
        rule="PM-WINDOW-OTHER",
        page=1,
        box=box.rounded(),
        message=message,
        fix="keep the window free of anything but the address",
    )


def in_the_mark(page: int, box: Box) -> Fault:
    """Return that something, such as a mark for folding, is printed where the sheet mark goes."""
    fault = not_white("PM-MARK", page, box, "the place of the sheet mark")
    other = "or agree on another place (`mark` of the stationery)"
    return msgspec.structs.replace(fault, fix=f"{fault.fix}, {other}")


def not_white(rule: str, page: int, box: Box, where: str) -> Fault:
    """Return that something is printed where nothing may be."""
    return Fault(
        rule=rule,
        page=page,
        box=box.rounded(),
        message=f"something is printed in {where}",
        fix=f"keep {where} white",
    )
