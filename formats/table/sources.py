"""Where an invoice's fields came from: rows are noted, and put into words when somebody asks."""

from collections.abc import ItemsView, Iterator, Mapping

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
        return iter(self._all())

    def __len__(self) -> int:
        """Return how many fields have a place."""
        return len(self._all())

    def items(self) -> ItemsView[str, str]:
        """Return all paths with their places, which is faster than one by one."""
        return self._all().items()

    def _all(self) -> dict[str, str]:
        found = dict(self._told)
        for prefix, notes in self._notes.items():
            for term, _ in self._always(prefix):
                found.setdefault(prefix + term.path, f"guide {self._guide}")
            for bound, number, cells in notes:
                for cell in cells:
                    found.setdefault(prefix + cell.term.path, bound.place(number, cell))
        if self._hidden:
            return {path: place for path, place in found.items() if not self._is_hidden(path)}
        return found

    def _always(self, prefix: str) -> Constants:
        """Return what the guide sets in the group at `prefix`; of the invoice it is told."""
        if not prefix:
            return ()
        always = self._constants.get(prefix.rpartition("[")[0], ())
        return tuple(each for each in always if each[0].plain)

    def _noted(self, path: str) -> str | None:
        prefix = path[: path.find("].") + 2] if "]." in path else ""
        rest = path[len(prefix) :]
        notes = self._notes.get(prefix, ())
        if notes and any(term.path == rest for term, _ in self._always(prefix)):
            return f"guide {self._guide}"
        for bound, number, cells in notes:
            for cell in cells:
                if cell.term.path == rest:
                    return bound.place(number, cell)
        return None

    def _is_hidden(self, path: str) -> bool:
        return any(path.startswith(f"{group}.") for group in self._hidden)
