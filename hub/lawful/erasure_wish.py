"""A person wants to be erased: refused by the law that asks for his documents, or restricted."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from archive.archive import Archive
from archive.entry import Query
from archive.law import holds
from archive.law.cases import entries_of
from archive.law.holds import Hold, Scope
from archive.law.register import Refused
from archive.law.standing import Standing, standing_of
from hub.config.config import Config
from hub.pipeline.retaining import policy_of

_ENRICHED: Final = "enrich"
_MANY: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a wish comes to.

    Attributes:
        refused: documents that a law or a hold keeps.
        free: those that need not be kept any longer.
        text: the answer for the person, with the legal basis.
    """

    refused: tuple[Standing, ...]
    free: tuple[Standing, ...]
    text: str


def answered(
    archive: Archive, config: Config, tenant: str, scope: Scope, *, today: date, language: str
) -> Answer:
    """Return what may be answered to a wish to erase the documents of a scope.

    Raises:
        Refused: the scope names neither customer nor document.
    """
    standings = list(_standings(archive, config, tenant, scope))
    refused = tuple(one for one in standings if one.obstacles(today))
    free = tuple(one for one in standings if not one.obstacles(today))
    text = "\n".join(_lines(_words(language), refused, free, today))
    return Answer(refused=refused, free=free, text=text)


def restricted(
    archive: Archive, tenant: str, scope: Scope, *, text: str, by: str, reason: str
) -> Hold:
    """File that these documents are kept for the law alone, with what was answered and why.

    Raises:
        Refused: nothing is named, or nobody says why.
    """
    said = reason.strip() and f"{reason.strip()}\n\n{text}"
    return holds.restrict(archive, tenant, scope, by=by, reason=said)


def _standings(archive: Archive, config: Config, tenant: str, scope: Scope) -> Iterator[Standing]:
    known, policy = holds.holds_of(archive, tenant), policy_of(config, tenant)
    for document in _documents(archive, tenant, scope):
        if entries := entries_of(archive, tenant, document):
            yield standing_of(document, entries, known, policy)


def _documents(archive: Archive, tenant: str, scope: Scope) -> list[str]:
    if scope.document:
        return [scope.document]
    if not scope.customer:
        raise Refused("name whose documents: --customer NUMBER, or --document ID")
    query = Query(tenant=tenant, customer=scope.customer, step=_ENRICHED, limit=_MANY)
    found = (entry.document for entry in reversed(archive.find(query)))
    return list(dict.fromkeys(name for name in found if name))


def _lines(
    words: Mapping[str, str],
    refused: tuple[Standing, ...],
    free: tuple[Standing, ...],
    today: date,
) -> Iterator[str]:
    if refused:
        yield words["refused"]
        yield from (f"- {_line(words, one, today)}" for one in refused)
        yield words["restriction"]
    if free:
        yield words["free"]
        yield from (f"- {one.facts.get('number', one.document)}" for one in free)
    if not refused and not free:
        yield words["none"]


def _line(words: Mapping[str, str], one: Standing, today: date) -> str:
    held = one.held_by(today)
    form = words["line"] if today <= one.until else words["held"]
    return form.format(
        number=one.facts.get("number", one.document),
        issued=one.facts.get("issue_date", "?"),
        until=one.until,
        source=one.longest.winner.source,
        reason=held[0].id if held else "",
    )


@cache
def _words(language: str) -> Mapping[str, str]:
    text = resources.files("hub.lawful").joinpath("wish_words.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    words: Mapping[str, str] = tables.get(language, tables["en"])
    return words
