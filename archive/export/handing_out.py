"""An export as one act: room looked for, written aside, filed, then put where it was asked for.

Whatever goes wrong, nothing of it is left.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.archive import Archive
from archive.entry import ArchiveError, Draft, Entry, Item, NotKept, Query
from archive.export.bag import Bag, Folder, Sink, Zip
from archive.export.bundle import Bundle
from archive.export.order import Evidences, Order, about_logs

_PER_ENTRY = 8_192
"""Bytes for manifest, proof, rows in tables and lists, and what a file system rounds up."""
_FIXED = 8 << 20
_ATTEMPTS = 3
_LAST = 200
"""Exports before, with each of which consistency is shown unasked: a proof has some 30 lines."""


class NoRoom(ArchiveError):
    """There is less room on the disk than an export needs; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An export that was handed out.

    Attributes:
        path: folder or ZIP file.
        entry: by which it is filed.
        seal: SHA-256 of its `tagmanifest-sha256.txt`.
    """

    path: Path
    entry: Entry
    seal: str
    documents: int
    entries: int
    size_bytes: int


def size_bytes(archive: Archive, order: Order) -> int:
    """Return about how much an export will take, rather too much than too little.

    Raises:
        NotKept: nothing is kept about some of the documents; they are named.
    """
    total, logs, missing = _FIXED, dict[str, set[int]](), list[str]()
    for evidence in Evidences(archive, order):
        missing += [] if evidence.entries else [evidence.document]
        for entry in evidence.entries:
            positions = logs.setdefault(entry.log, set())
            if entry.position not in positions:
                positions.add(entry.position)
                total += _entry_bytes(entry)
    if missing:
        raise NotKept(f"nothing is kept about {', '.join(missing)}")
    if order.whole_logs:
        about = about_logs(archive, order, dict.fromkeys(logs, frozenset()))
        total += sum(map(_entry_bytes, about))
    return total


def _entry_bytes(entry: Entry) -> int:
    return _PER_ENTRY + sum(item.size_bytes + 1024 for item in entry.items)


def export(
    archive: Archive, order: Order, target: Path, *, clock: Callable[[], datetime]
) -> Exported:
    """Write an export to a folder that is not there yet, or to a ZIP file if it ends in `.zip`.

    Raises:
        NotKept: nothing is kept about one of the documents, or they are being erased.
        NoRoom: it would not fit on the disk.
        FileExistsError: the target is there already.
        ArchiveDamaged: the archive itself is not whole; run its verifier.
        ArchiveUnavailable: that it was exported could not be filed.
        OSError: it could not be written.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_ATTEMPTS):
        _look_for_room(size_bytes(archive, order), target.parent)
        with suppress(NotKept):
            return _exported(archive, order, target, clock())
    raise NotKept("documents of this export are being erased: ask for it when that is done")


def _exported(archive: Archive, order: Order, target: Path, at: datetime) -> Exported:
    """Write an export, file it, and put it in its place.

    Raises:
        NotKept: something was erased meanwhile.
    """
    order = replace(order, earlier=(*order.earlier, *_given_out(archive, order.tenant)))
    with _aside(target) as part:
        with _bag(part, target, at) as bag:
            bundle = Bundle(archive, order, bag)
            seal = bundle.write(at)
        entry = _file(archive, order, bundle, seal)
        part.rename(target)
    return Exported(
        path=target,
        entry=entry,
        seal=seal,
        documents=bundle.written.documents,
        entries=bundle.written.entries(),
        size_bytes=bag.size_bytes,
    )


def _given_out(archive: Archive, tenant: str) -> Iterator[str]:
    """Yield the checkpoints of the last exports: who has one can prove that the logs go on."""
    query = Query(tenant=tenant, kind="export", step="export", limit=_LAST)
    for entry in archive.find(query):
        for item in entry.items:
            told = json.loads(archive.get(item.sha256)) if item.role == "export" else {}
            for log, size in told.get("heads", {}).items():
                yield archive.checkpoint(log, size)


def _look_for_room(needed_bytes: int, folder: Path) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes > free_bytes:
        raise NoRoom(
            f"the export needs about {_readable(needed_bytes)}, {folder} has "
            f"{_readable(free_bytes)} left: name a place with more room, or ask for less"
        )


def _readable(count: int) -> str:
    """Write a number of bytes for people.

    >>> _readable(12_345_678)
    '12.3 MB'
    """
    size, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.1f} {unit}"


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """Give a place beside the target, and leave nothing there."""
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    try:
        yield part
    finally:
        _remove(part)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _bag(part: Path, target: Path, at: datetime) -> Iterator[Bag]:
    with ExitStack() as opened:
        if target.suffix == ".zip":
            stream = opened.enter_context(part.open("wb"))
            sink: Sink = Zip(stream, target.stem, at.timestamp())
        else:
            sink = Folder(part)
        opened.enter_context(closing(sink))
        yield opened.enter_context(closing(Bag(sink)))


def _file(archive: Archive, order: Order, bundle: Bundle, seal: str) -> Entry:
    """File that it was exported: who, what, and the hash that seals it."""
    told = {
        "by": order.by,
        "asked": dict(order.asked),
        "tagmanifest_sha256": seal,
        "documents": bundle.written.documents,
        "logs": {log: len(found) for log, found in sorted(bundle.written.positions.items())},
        "heads": bundle.heads(),
    }
    data = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    draft = Draft(
        key=f"export:{seal}",
        tenant=order.tenant,
        subject=f"export:{seal[:16]}",
        kind="export",
        step="export",
        items=(Item(role="export", name="export.json", media_type="application/json", data=data),),
    )
    (entry,) = archive.append([draft], first_stays=True)
    return entry
