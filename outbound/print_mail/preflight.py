"""Whether a letter can be printed and its address be read in the window, and what mends it.

Looks into files of strangers: run `fit` and `fit_covered` in a bounded child process only.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec
import pikepdf
import PIL.Image
import pypdfium2  # type: ignore[import-untyped]
from pikepdf.settings import set_qpdf_limits

from outbound.print_mail import faults
from outbound.print_mail.faults import Fault
from outbound.print_mail.fonts import fonts_outside
from outbound.print_mail.ink import all_ink, edges, ink_in, picture_of
from outbound.print_mail.page_text import Line, TooMuchText, lines_of
from outbound.print_mail.repair import block_of, covered, flattened, shift_into, shifted
from outbound.print_mail.sheet_size import is_a4, size_mm
from outbound.print_mail.stationery import Stationery
from outbound.print_mail.zones import A4_MM, WINDOWS, Box, Window

_FLATE_BYTES_MAX = 64 << 20
_SLACK_MM = 0.5
_SHOWN = 60
_MENDED_BY_COVER = frozenset({"PM-WINDOW", "PM-WINDOW-OTHER"})


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that can be printed.

    Attributes:
        data: what is printed instead of the file that was given; None: that file.
        repairs: what was done, for people.
    """

    pages: int
    data: bytes | None = None
    repairs: tuple[str, ...] = ()


class Unfit(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that cannot, with everything that is wrong.

    Attributes:
        coverable: whether an address sheet before it mends that.
    """

    faults: tuple[Fault, ...]
    coverable: bool = False


def fit(data: bytes, address_lines: Sequence[str], stationery: Stationery) -> Fitted | Unfit:
    """Look at a letter; move its first page where that brings the address into the window."""
    set_qpdf_limits(flate_max_memory=_FLATE_BYTES_MAX)
    try:
        flat = flattened(data)
        if not stationery.preflight:
            return Fitted(pages=_pages(flat or data), data=flat)
        found = _Look(flat or data, stationery).judged(address_lines)
        done = ("stamps and form fields are printed with the page",) if flat else ()
        if not found.faults:
            return Fitted(pages=found.pages, data=flat, repairs=done)
        moved = _moved(flat or data, address_lines, stationery, found)
    except pikepdf.PasswordError:
        return Unfit(faults=(faults.LOCKED,))
    except (pikepdf.PdfError, pypdfium2.PdfiumError, TooMuchText) as error:
        return Unfit(faults=(faults.broken(error),))
    if moved is not None:
        return msgspec.structs.replace(moved, repairs=(*done, *moved.repairs))
    mendable = {fault.rule for fault in found.faults} <= _MENDED_BY_COVER
    return Unfit(faults=found.faults, coverable=stationery.cover and mendable)


def _pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def fit_covered(
    data: bytes, sheet: bytes, address_lines: Sequence[str], stationery: Stationery
) -> Fitted | Unfit:
    """Put an address sheet before a letter of which `fit` says that this mends it."""
    whole = covered(flattened(data) or data, sheet, duplex=stationery.duplex)
    found = _Look(whole, stationery).judged(address_lines)
    if found.faults:
        return Unfit(faults=found.faults)
    return Fitted(pages=found.pages, data=whole, repairs=("an address sheet lies before it",))


def _moved(
    data: bytes, address_lines: Sequence[str], stationery: Stationery, found: "_Judgement"
) -> Fitted | None:
    """Return the letter with its first page moved, if nothing is wrong with it then."""
    window = window_of(found.pages, stationery)
    block = block_of(found.lines, address_lines, comparable) if address_lines else None
    shift = block and shift_into(block, window.address)
    if not shift or max(map(abs, shift)) > stationery.shift_max_mm:
        return None
    inside = Box(0, 0, *A4_MM)
    if found.ink is None or not inside.holds(found.ink.moved(*shift)):
        return None
    data = shifted(data, *shift)
    again = _Look(data, stationery).judged(address_lines)
    if again.faults:
        return None
    right, down = shift
    words = f"the first page is moved by {right:.1f} mm to the right and {down:.1f} mm down"
    return Fitted(pages=again.pages, data=data, repairs=(words,))


def window_of(pages: int, stationery: Stationery) -> Window:
    """Return the window of the envelope that a letter of so many pages takes alone."""
    sheets = -(-pages // 2) if stationery.duplex else pages
    envelope = stationery.envelope_for(sheets) or stationery.envelopes[-1]
    return WINDOWS[envelope.window or stationery.window]


def comparable(line: str) -> str:
    """Return a line as two ways of setting it agree.

    >>> comparable("Caf\u00e9  1") == comparable("Cafe\u0301 1")
    True
    """
    return "".join(unicodedata.normalize("NFKC", line).casefold().split())


class _Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on a letter.

    Attributes:
        lines, ink: of the first page; None where it could not be looked at.
    """

    faults: tuple[Fault, ...]
    pages: int
    lines: Sequence[Line] = ()
    ink: Box | None = None


class _Look:
    """One look at a letter."""

    def __init__(self, data: bytes, stationery: Stationery) -> None:
        self._data = data
        self._stationery = stationery

    def judged(self, address_lines: Sequence[str]) -> _Judgement:
        """Return everything that is wrong."""
        with pikepdf.open(io.BytesIO(self._data)) as pdf:
            if not pdf.pages:
                return _Judgement(faults=(faults.broken("it has no page"),), pages=0)
            wrong = [*self._sizes(pdf), *self._fonts(pdf), *self._locks(pdf)]
            pages = len(pdf.pages)
        if any(fault.rule in _UNSEEN for fault in wrong):
            return _Judgement(faults=tuple(wrong), pages=pages)
        document = pypdfium2.PdfDocument(self._data)
        try:
            lines = lines_of(document[0])
            first = picture_of(document[0])
            window = window_of(pages, self._stationery)
            wrong += self._window(lines, first, window, address_lines)
            wrong += self._zones(1, first)
            for number in range(2, pages + 1):
                wrong += self._zones(number, picture_of(document[number - 1]))
        finally:
            document.close()
        return _Judgement(faults=tuple(wrong), pages=pages, lines=lines, ink=all_ink(first))

    def _sizes(self, pdf: pikepdf.Pdf) -> Iterator[Fault]:
        for number, page in enumerate(pdf.pages, 1):
            if not is_a4(size := size_mm(page)):
                yield faults.not_a4(number, size)

    def _fonts(self, pdf: pikepdf.Pdf) -> Iterator[Fault]:
        for name, page in fonts_outside(pdf).items():
            yield faults.font_outside(name, page)

    def _locks(self, pdf: pikepdf.Pdf) -> Iterator[Fault]:
        if pdf.is_encrypted:
            yield faults.LOCKED

    def _window(
        self,
        lines: Sequence[Line],
        picture: PIL.Image.Image,
        window: Window,
        address_lines: Sequence[str],
    ) -> Iterator[Fault]:
        """Yield what is wrong with the address: line by line, then what else shows."""
        shown = [line for line in lines if line.box.meets(window.clear)]
        own = [line for line in shown if not _is_sender(line, window)]
        wanted = {comparable(line) for line in address_lines}
        address = [line for line in own if comparable(line.text) in wanted]
        if [comparable(line.text) for line in address] != [*map(comparable, address_lines)]:
            yield faults.not_the_address(own, address_lines, window)
        for line in address:
            if not window.address.holds(line.box, slack=_SLACK_MM):
                yield faults.cut_off(line, window)
        for line in own:
            if comparable(line.text) not in wanted:
                yield faults.beside_the_address(
                    f"`{line.text[:_SHOWN]}` shows in the window", line.box
                )
        visible = window.clear if window.sender is None else _below(window)
        if box := ink_in(picture, visible, beside=[line.box for line in shown]):
            yield faults.beside_the_address("a line or a picture shows in the window", box)

    def _zones(self, number: int, picture: PIL.Image.Image) -> Iterator[Fault]:
        """Yield what is printed where nothing may be."""
        for name, zone in edges(self._stationery.edge_mm).items():
            if box := ink_in(picture, zone):
                yield faults.not_white(
                    "PM-EDGE", number, box, f"the {name} edge of {self._stationery.edge_mm:g} mm"
                )
        is_front = number % 2 == 1 or not self._stationery.duplex
        mark = self._stationery.mark.zone
        if is_front and mark and (box := ink_in(picture, mark)):
            yield faults.in_the_mark(number, box)
        for clear in self._stationery.clear:
            if (number == 1 or not clear.first_only) and (box := ink_in(picture, clear.box)):
                yield faults.not_white("PM-CLEAR", number, box, f"the zone `{clear.name}`")


_UNSEEN = frozenset({"PM-SIZE", "PM-LOCKED"})


def _is_sender(line: Line, window: Window) -> bool:
    return window.sender is not None and window.sender.holds(line.box, slack=_SLACK_MM)


def _below(window: Window) -> Box:
    assert window.sender is not None
    clear = window.clear
    return Box(clear.left, window.sender.bottom, clear.right, clear.bottom)
