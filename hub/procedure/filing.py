"""Versions of the procedure documentation: filed when something has changed, never otherwise."""

import hashlib
import json
from collections.abc import Iterator
from typing import Final

import msgspec

from archive.archive import Archive
from archive.entry import Entry, Item
from archive.law.periods import ELSEWHERE, PERIODS
from archive.law.register import Register
from hub.pipeline.check import SOFTWARE
from hub.pipeline.house import House
from hub.procedure.blocks import Chapter
from hub.procedure.business import controls, general, user
from hub.procedure.engineering import operating, technical
from hub.procedure.writing import LANGUAGES, Version, wording, written

KIND: Final = "procedure"
_FINGERPRINT: Final = "fingerprint"


def chapters_of(house: House, tenant: str) -> tuple[Chapter, ...]:
    """Return what is the case now, in no language."""
    return (
        general(house, tenant),
        user(house, tenant),
        technical(house, tenant),
        operating(house, tenant),
        controls(),
    )


def fingerprint_of(chapters: tuple[Chapter, ...]) -> str:
    """Return the hex SHA-256 of all that a reader could see change."""
    content = [msgspec.json.encode(chapters).decode(), SOFTWARE, *wording()]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def page_of(house: House, tenant: str, language: str) -> str:
    """Return the documentation as of now; a draft where it is not the version filed last."""
    chapters = chapters_of(house, tenant)
    return _page(house, tenant, chapters, language, versions_of(house.archive, tenant))


def versions_of(archive: Archive, tenant: str) -> list[Version]:
    """Return all versions of a company, the first one first."""
    return [_version(entry) for entry in Register(archive, tenant, KIND).all()]


def file_if_changed(house: House, tenant: str) -> Version | None:
    """File a new version if anything has changed since the last one; returns it, or None."""
    register = Register(house.archive, tenant, KIND)
    chapters, last = chapters_of(house, tenant), register.last()
    fingerprint = fingerprint_of(chapters)
    if last and _version(register.get(str(last))).fingerprint == fingerprint:
        return None
    versions = versions_of(house.archive, tenant)
    coming = Version(number=last + 1, at=house.clock(), fingerprint=fingerprint, entry="")
    items = [_item(chapters)]
    for language in LANGUAGES:
        html = _page(house, tenant, chapters, language, [*versions, coming])
        name = f"procedure-{coming.number}-{language}.html"
        items.append(Item(role="procedure", name=name, media_type="text/html", data=html.encode()))
    return _version(register.open("file", items, subject=KIND, fields={_FINGERPRINT: fingerprint}))


def file_all(house: House) -> int:
    """Do so for every company; returns how many versions were filed."""
    return sum(file_if_changed(house, tenant) is not None for tenant in house.config.tenants)


def policy_files(archive: Archive, tenant: str) -> Iterator[tuple[str, bytes]]:
    """Yield what goes with an export: the documentation in force, and the table of periods."""
    register = Register(archive, tenant, KIND)
    if last := register.last():
        for item in register.get(str(last)).items:
            yield item.name, archive.get(item.sha256)
    table = {
        country: {"years": period.years, "start": period.start, "source": period.source}
        for country, period in {**PERIODS, "elsewhere": ELSEWHERE}.items()
    }
    yield "retention.json", json.dumps(table, ensure_ascii=False, indent=2).encode()


def _page(
    house: House,
    tenant: str,
    chapters: tuple[Chapter, ...],
    language: str,
    versions: list[Version],
) -> str:
    return written(
        chapters,
        company=house.config.tenants[tenant].name,
        software=SOFTWARE,
        language=language,
        fingerprint=fingerprint_of(chapters),
        versions=versions,
    )


def _item(chapters: tuple[Chapter, ...]) -> Item:
    data = msgspec.json.format(msgspec.json.encode(chapters), indent=1)
    return Item(role=KIND, name="procedure.json", media_type="application/json", data=data)


def _version(entry: Entry) -> Version:
    return Version(
        number=int(entry.key.partition(":")[2]),
        at=entry.at,
        fingerprint=entry.fields[_FINGERPRINT],
        entry=entry.id,
    )
