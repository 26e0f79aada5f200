"""One SQLite database for all tests, put back as it was when new before each.

Its engine stays, with all the statements that it has made of queries: to make them anew for each
test costs more than most tests do.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """Attributes: database: where each test works; file: its own; blank: what it is when new."""

    database: Database
    file: Path
    blank: Path

    @contextmanager
    def cleared(self) -> Iterator[Database]:
        """Lend the database, empty. Whoever still holds its earlier file does not see this one."""
        for left in self.file.parent.glob(f"{self.file.name}*"):
            left.unlink()
        shutil.copyfile(self.blank, self.file)
        try:
            yield self.database
        finally:
            self.database.close()


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """Make the database in a folder of its own, with all tables and nothing in them."""
    file = folder / "facteur.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    blank = folder / "blank.db"
    shutil.copyfile(file, blank)
    yield Desk(database, file, blank)
    database.close()
