"""Notices by file, each file once: a crash at any point leaves neither two of it nor none.

Which notices are in the next file is decided and committed; the file is filed in the archive and
written under another name; that is committed; then it gets its name, which is when the receiver
sees it. Whoever goes on after a crash knows by the other name whether that has happened.
"""

import os
from pathlib import Path

import msgspec

from archive.entry import Draft, Item
from formats.answers.notice import Cover, Notice
from hub.answers.receivers import Receiver
from hub.answers.telling import tell_tale
from hub.pipeline.house import House
from hub.store import notices
from hub.store.notices import AnswerFile, FileState


def tell_by_file(house: House, receiver: Receiver) -> int:
    """Write all files that are due; returns how many notices are in them."""
    told = 0
    while (file := _begun_or_next(house, receiver)) is not None:
        told += _finish(house, receiver, file)
    return told


def _begun_or_next(house: House, receiver: Receiver) -> AnswerFile | None:
    now = house.clock()
    with house.database.transaction() as connection:
        begun = notices.unfinished(connection, receiver.key)
        if begun is not None:
            return begun
        waiting = notices.due(connection, receiver.key, now, receiver.form.most)
        if not waiting:
            return None
        name = f"{receiver.key}-{{serial}}{receiver.form.suffix}"
        return notices.open_file(connection, receiver.key, name, waiting, now)


def _finish(house: House, receiver: Receiver, file: AnswerFile) -> int:
    assert receiver.folder is not None
    with house.database.transaction() as connection:
        kept = notices.of_file(connection, file.name)
    said = [msgspec.json.decode(each.content, type=Notice) for each in kept]
    data = receiver.form.write(said, _cover(house, receiver, file))
    entry = house.archive.append([_evidence(house, receiver, file, data)], first_stays=True)[0]
    part = receiver.folder / f".{file.name}.part"
    if file.state is FileState.MADE:
        _write(part, house.archive.get(entry.items[0].sha256))
        with house.database.transaction() as connection:
            notices.set_file_state(connection, file.name, FileState.WRITTEN)
    if part.exists():
        part.rename(receiver.folder / file.name)
        _flush(receiver.folder)
    with house.database.transaction() as connection:
        notices.set_file_state(connection, file.name, FileState.TOLD)
        tell_tale(house, connection, said, f"{receiver.key} in {file.name}", entry)
    return len(said)


def _cover(house: House, receiver: Receiver, file: AnswerFile) -> Cover:
    tenant = house.config.tenants[house.config.senders[receiver.sender].tenant]
    return Cover(
        serial=file.serial,
        made_at=file.made_at,
        company=tenant.name,
        company_identifier=tenant.vat_identifier,
    )


def _evidence(house: House, receiver: Receiver, file: AnswerFile, data: bytes) -> Draft:
    return Draft(
        key=f"{file.name}/answer",
        tenant=house.config.senders[receiver.sender].tenant,
        subject=file.name,
        kind="answer",
        step="answer",
        fields={"receiver": receiver.key},
        items=(
            Item(role="answer", name=file.name, media_type=receiver.form.media_type, data=data),
        ),
    )


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
