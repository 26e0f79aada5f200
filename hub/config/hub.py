"""This process: where it keeps things, and how often it looks around."""

from typing import Annotated

import msgspec

from hub.config.section import Address, Amount, Pause, Section, Size

FileSize = Annotated[int, msgspec.Meta(gt=0, le=4_000)]  # a pack of the archive has 4 GB at most


class Hub(Section, frozen=True, kw_only=True):
    """`[hub]`: this process and where it keeps things.

    Attributes:
        data: folder for the database, the archive and files on their way in.
        database: empty for SQLite in `data`, or a `postgresql+psycopg://` URL.
        database_file: the same, read from a file, since the URL holds a password.
        listen: address and port of the API and the console.
        public_url: how people reach the console, for links.
        worker: id of this worker; each process on one PostgreSQL database needs its own.
        children: processes for reading, rendering and signing; 0 for one a core.
        child_memory_mb: what one of them may use.
        max_file_mb: the largest file a door takes, and what a packed one may hold; to 4,000.
    """

    data: str = "data"
    database: str = ""
    database_file: str = ""
    listen: Address = "127.0.0.1:8480"
    public_url: str = "http://127.0.0.1:8480"
    worker: str = "embedded"
    children: Amount = 0
    child_memory_mb: Size = 2048
    max_file_mb: FileSize = 100
    min_free_mb: Amount = 200


class Polling(Section, frozen=True, kw_only=True):
    """`[polling]`: how often doors and peers are looked at."""

    events_seconds: Pause = 30
    folder_seconds: Pause = 1
    listing_seconds: Pause = 10
    in_doubt_seconds: Pause = 60
