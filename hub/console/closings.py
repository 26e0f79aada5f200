"""Closings of the archive, newest first: what each is over, who stamped it, what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from archive.archive import Archive
from archive.closing.folder import Folder, instant, listed
from archive.closing.stamps import stamps_in
from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.store import closing_alarms

_SHOWN: Final = 100

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One closing or renewal.

    Attributes:
        entry: id of the entry that keeps it; empty if it is not filed yet.
        holds_until: when the first of its time stamps ends; None without any.
    """

    log: str
    report: Mapping[str, Any]
    entry: str
    stamps: tuple[Mapping[str, Any], ...]
    holds_until: datetime | None


@router.get("/closings")
def shown(house: TheHouse, visitor: Signed) -> Response:
    """Show the last closings of the companies that a visitor sees."""
    with house.database.transaction() as connection:
        wrong = closing_alarms.listed(connection, visitor.tenant)
    logs = [log for log in house.archive.logs() if visitor.sees(log.partition("/")[0])]
    return page(
        "closings.html",
        visitor,
        wrong=wrong,
        logs={log: list(_rows(house.archive, log)) for log in reversed(logs)},
        shown=_SHOWN,
    )


def _rows(archive: Archive, log: str) -> Iterator[Row]:
    for folder in listed(archive, log)[: -_SHOWN - 1 : -1]:
        yield _row(archive, folder)


def _row(archive: Archive, folder: Folder) -> Row:
    report = folder.report()
    found = archive.kept(folder.log.partition("/")[0], [folder.subject])
    stamps = tuple(stamps_in(report))
    return Row(
        log=folder.log,
        report=report,
        entry=found[folder.subject].id if found else "",
        stamps=stamps,
        holds_until=min((instant(each["holds_until"]) for each in stamps), default=None),
    )
