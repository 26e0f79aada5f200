"""Where an invoice's fields came from: rows are noted, and put into words when somebody asks."""

from collections.abc import Iterator, Mapping

from formats.table.bound import Bound, Cell
from formats.table.fills import Constants


class Sources(Mapping[str, str]):
    """Model path to place. A file may have a million values, so only its rows are kept."""

    __slots__ = ("_constants", "_guide", "_hidden", "_notes", "_told")

    def __init__(self, guide: str, constants: Mapping[str, Constants]) -> None:
        """Begin without any.

        Args:
            guide: its name, for what it sets itself.
            constants: what it sets in each item of a list.
        """
        self._guide = guide
        self._constants = constants
        self._notes: dict[str, list[tuple[Bound, int, tuple[Cell, ...]]]] = {}
        self._told: dict[str, str] = {}
        self._hidden: tuple[str, ...] = ()

    def note(self, prefix: str, bound: Bound, number: int, cells: tuple[Cell, ...]) -> None:
        """Keep which cells of a row filled the group at `prefix`, as in `lines[3].`."""
        self._notes.setdefault(prefix, []).append((bound, number, cells))

    def tell(self, path: str, place: str) -> None:
        """Keep one place in words."""
        self._told[path] = place

    def hide(self, groups: tuple[str, ...]) -> None:
        """Forget the fields of groups that were left out."""
        self._hidden = groups

    def __getitem__(self, path: str) -> str:
        """Return where a field came from."""
        place = None if self._is_hidden(path) else self._told.get(path) or self._noted(path)
        if place is None:
            raise KeyError(path)
        return place

    def __iter__(self) -> Iterator[str]:
        """Return all model paths."""
        paths = dict.fromkeys(self._told)
        for prefix, notes in self._notes.items():
            for _, _, cells in notes:
                paths |= dict.fromkeys(prefix + cell.term.path for cell in cells)
            always = self._constants.get(prefix.rpartition("[")[0], ()) if prefix else ()
            paths |= dict.fromkeys(prefix + term.path for term, _ in always if term.plain)
        return (path for path in paths if not self._is_hidden(path))

    def __len__(self) -> int:
        """Return how many fields have a place."""
        return sum(1 for _ in self)

    def _noted(self, path: str) -> str | None:
        prefix = path[: path.find("].") + 2] if "]." in path else ""
        rest = path[len(prefix) :]
        notes = self._notes.get(prefix, ())
        always = self._constants.get(prefix.rpartition("[")[0], ()) if prefix and notes else ()
        if any(term.path == rest for term, _ in always):
            return f"guide {self._guide}"
        for bound, number, cells in notes:
            for cell in cells:
                if cell.term.path == rest:
                    return bound.place(number, cell)
        return None

    def _is_hidden(self, path: str) -> bool:
        return any(path.startswith(f"{group}.") for group in self._hidden)
