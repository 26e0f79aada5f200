"""Which letters leave together: one batch of what is printed, folded, filled and posted alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from outbound.print_mail.letters import Letter
from outbound.print_mail.postage import Rate, rate_for
from outbound.print_mail.stationery import Stationery

PIECES_MAX = 500
"""Of one batch: a job that fails is small enough to be made again."""
_DOCUMENTS_MAX = 20
"""Of one piece: a partner reports on it by the keys of all of them."""


class Make(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """How all pieces of a batch are made and posted.

    Attributes:
        envelope: name of the partner's envelope.
        inserts: names of what is put in.
        product: class of the letter with the post, empty where no tariff knows it.
        zone: `home` or `abroad`, from where it is posted.
        is_verified: whether somebody has read the price in the post's list.
    """

    duplex: bool = True
    colour: str = ""
    paper: str = ""
    envelope: str = ""
    inserts: tuple[str, ...] = ()
    zone: str = "home"
    product: str = ""
    price: str = ""
    currency: str = ""
    is_verified: bool = True


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Letters that leave in one job.

    Attributes:
        pieces: one envelope each, in the order in which they are posted: keys of the letters in it.
    """

    make: Make
    pieces: tuple[tuple[str, ...], ...]

    @property
    def keys(self) -> list[str]:
        """Keys of all letters."""
        return [key for piece in self.pieces for key in piece]


def batched(
    letters: Iterable[Letter], stationery: Stationery, rates: Sequence[Rate] = ()
) -> tuple[Batch, ...]:
    """Return the batches of one partner, in a stable order, whatever order the letters came in.

    A piece takes the smallest envelope that holds its sheets, and leaves with others like it; one
    that no envelope holds stands in a batch of its own for the job to refuse. `rates` are those of
    the day on which they are posted.
    """
    alike: dict[Make, list[tuple[Letter, ...]]] = defaultdict(list)
    for piece in _pieces(letters, stationery):
        alike[make_of(piece, stationery, rates)].append(piece)
    return tuple(
        Batch(make=make, pieces=tuple(tuple(one.key for one in piece) for piece in chunk))
        for make in sorted(alike)
        for chunk in _chunks(sorted(alike[make], key=_order))
    )


def one_batch(letters: Sequence[Letter], stationery: Stationery) -> Batch:
    """Return all letters as one batch, each alone, in the envelope of the thickest that has one."""
    makes = [make_of((letter,), stationery) for letter in letters]
    names = [each.name for each in stationery.envelopes]
    fitting = [make for make in makes if make.envelope]
    make = max(fitting, key=lambda one: names.index(one.envelope), default=Make())
    pieces = tuple((letter.key,) for letter in sorted(letters, key=lambda one: _order((one,))))
    return Batch(make=msgspec.structs.replace(make, inserts=()), pieces=pieces)


def zone_of(country: str, stationery: Stationery) -> str:
    """Return `home` or `abroad`."""
    return "home" if country == stationery.posted_in else "abroad"


def make_of(piece: Sequence[Letter], stationery: Stationery, rates: Sequence[Rate] = ()) -> Make:
    """Return how a piece is made."""
    first = piece[0]
    duplex = is_duplex(first, stationery)
    sheets = sheets_of(piece, duplex=duplex)
    envelope = stationery.envelope_for(sheets)
    inserts = inserts_of(piece)
    rate = envelope and rate_for(
        rates,
        country=first.country,
        weight_mg=weight_mg(sheets, inserts, envelope.name, stationery),
        size_mm=(envelope.width_mm, envelope.height_mm),
    )
    return Make(
        duplex=duplex,
        colour=first.colour or stationery.colour,
        paper=stationery.paper,
        envelope=envelope.name if envelope else "",
        inserts=inserts,
        zone=zone_of(first.country, stationery),
        product=rate.product if rate else "",
        price=str(rate.price) if rate else "",
        currency=rate.currency if rate else "",
        is_verified=rate.is_verified if rate else True,
    )


def is_duplex(letter: Letter, stationery: Stationery) -> bool:
    """Whether both sides of its sheets are printed."""
    return letter.plex == "duplex" if letter.plex else stationery.duplex


def sheets_of(piece: Iterable[Letter], *, duplex: bool) -> int:
    """Return how many sheets a piece has; each of its letters begins on a front.

    >>> sheets_of([Letter(key="a", pages=3), Letter(key="b", pages=1)], duplex=True)
    3
    """
    return sum(-(-letter.pages // 2) if duplex else letter.pages for letter in piece)


def inserts_of(piece: Iterable[Letter]) -> tuple[str, ...]:
    """Return what is put in with a piece, each once."""
    return tuple(sorted({name for letter in piece for name in letter.inserts}))


def weight_mg(sheets: int, inserts: Iterable[str], envelope: str, stationery: Stationery) -> int:
    """Return what a piece weighs: sheets, envelope and inserts."""
    added = [found.weight_mg for name in inserts if (found := stationery.insert(name))]
    empty = stationery.envelope(envelope).weight_mg
    return sheets * stationery.sheet_weight_mg + empty + sum(added)


def sort_bucket(country: str, post_code: str) -> str:
    """Return by what the post sorts first: Leitregion, département, else the first two signs.

    Source:
        Deutsche Post, Leitregion: the first two figures; INSEE, département: the first two,
        overseas the first three.

    >>> [sort_bucket("DE", "10115"), sort_bucket("FR", "97400"), sort_bucket("GB", "EC1M 5RF")]
    ['10', '974', 'EC']
    """
    code = "".join(post_code.split()).upper()
    return code[: 3 if country == "FR" and code.startswith(("97", "98")) else 2]


def _pieces(letters: Iterable[Letter], stationery: Stationery) -> Iterator[tuple[Letter, ...]]:
    """Yield letters that share an envelope, as many as it holds."""
    households: Mapping[tuple[str, bool, str], list[Letter]] = defaultdict(list)
    for letter in sorted(letters, key=lambda one: one.key):
        plex, colour = is_duplex(letter, stationery), letter.colour or stationery.colour
        households[letter.household, plex, colour].append(letter)
    largest = stationery.envelopes[-1].sheets_max
    for members in households.values():
        duplex = is_duplex(members[0], stationery)
        piece: list[Letter] = []
        for letter in members:
            full = sheets_of([*piece, letter], duplex=duplex) > largest
            if piece and (full or len(piece) == _DOCUMENTS_MAX):
                yield tuple(piece)
                piece = []
            piece.append(letter)
        yield tuple(piece)


def _order(piece: Sequence[Letter]) -> tuple[str, str, str, str]:
    """By what pieces are posted in order: country, post code, then the same each time."""
    first = piece[0]
    code = "".join(first.post_code.split()).upper()
    return first.country, sort_bucket(first.country, code), code, first.key


def _chunks(pieces: Sequence[tuple[Letter, ...]]) -> Iterator[Sequence[tuple[Letter, ...]]]:
    for start in range(0, len(pieces), PIECES_MAX):
        yield pieces[start : start + PIECES_MAX]
