"""What is asked is filed before it is answered; where it cannot be filed, nothing is answered."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from archive.archive import Archive
from archive.entry import ArchiveDamaged, Draft, Entry, Item
from hub.auditor.granting import subject_of
from hub.auditor.reader import Reader
from hub.pipeline.house import House

_ROLE: Final = "asked"


class Act(StrEnum):
    """What an auditor does; the step of its entry."""

    ENTER = "enter"
    SEARCH = "search"
    SAMPLE = "sample"
    SUMS = "sums"
    NUMBERS = "numbers"
    VIEW = "view"
    DOWNLOAD = "download"
    PICK = "pick"
    PICKS = "picks"
    PROTOCOL = "protocol"
    EXPORT = "export"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one act.

    Attributes:
        who: the auditor, or the operator who looked through his access.
        asked: what was asked for, in the words of the page's address.
        hits: how many the answer has.
        seed: of a sample.
        checkpoints: log to its head (origin, size, root) that the answer rests on.
        documents: ids of those that were given out or picked.
    """

    access: str
    who: str
    purpose: str
    act: Act
    at: datetime
    asked: Mapping[str, str]
    hits: int
    seed: str = ""
    checkpoints: Mapping[str, str] = {}
    documents: tuple[str, ...] = ()


def file(
    house: House,
    reader: Reader,
    act: Act,
    *,
    asked: Mapping[str, str],
    hits: int,
    seed: str = "",
    documents: tuple[str, ...] = (),
) -> Entry:
    """Keep what is asked, durably; only then may it be answered.

    Raises:
        ArchiveError: it is not kept: answer nothing.
    """
    access = reader.access
    kept = Asked(
        access=access.id,
        who=reader.who,
        purpose=access.purpose,
        act=act,
        at=house.clock(),
        asked=asked,
        hits=hits,
        seed=seed,
        checkpoints=heads(house.archive, access.tenant),
        documents=documents,
    )
    subject = subject_of(access.id)
    draft = Draft(
        key=f"{subject}/{act}/{house.new_id()}",
        tenant=access.tenant,
        subject=subject,
        kind="export" if act is Act.EXPORT else "access",
        step=act,
        items=(
            Item(
                role=_ROLE,
                name=f"{act}.json",
                media_type="application/json",
                data=msgspec.json.encode(kept),
            ),
        ),
    )
    return house.archive.append([draft])[0]


def heads(archive: Archive, tenant: str) -> dict[str, str]:
    """Return the head of each log of a company: origin, size and root, as its checkpoint says."""
    own = [log for log in archive.logs() if log.startswith(f"{tenant}/")]
    return {log: "\n".join(archive.checkpoint(log).split("\n")[:3]) for log in own}


def asked_in(archive: Archive, entry: Entry) -> Asked:
    """Return what an entry says was asked.

    Raises:
        ArchiveDamaged: it says nothing of the kind.
    """
    for item in entry.items:
        if item.role == _ROLE:
            return msgspec.json.decode(archive.get(item.sha256), type=Asked)
    raise ArchiveDamaged(f"{entry.id}: an entry about an access without what was asked")
