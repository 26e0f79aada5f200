"""Chapters to a page that a browser shows and WeasyPrint prints, in one of three languages."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hub.procedure.blocks import Block, Cell, Chapter, Facts, Table, Text, Word, Words

LANGUAGES: Final = ("de", "fr", "en")

Wording = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as it was filed.

    Attributes:
        number: from 1.
        at: when it was filed.
        fingerprint: hex SHA-256 of its chapters and wordings.
        entry: id of its entry in the log.
    """

    number: int
    at: datetime
    fingerprint: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A block in a language; `rows` of facts have two cells and no head."""

    kind: str
    key: str
    title: str
    text: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def written(
    chapters: Sequence[Chapter],
    *,
    company: str,
    software: str,
    language: str,
    fingerprint: str,
    versions: Sequence[Version],
) -> str:
    """Return the whole documentation as one HTML page that refers to nothing outside.

    It is in one of LANGUAGES, and a draft if the newest version, the last one, has another
    fingerprint.
    """
    words = words_of(language)
    in_force = versions[-1] if versions and versions[-1].fingerprint == fingerprint else None
    return (
        _environment()
        .from_string(_file("page.html"))
        .render(
            language=language,
            style=_file("page.css"),
            w=words["page"],
            company=company,
            software=software,
            fingerprint=fingerprint,
            in_force=in_force,
            versions=versions,
            chapters=[
                (words["titles"][chapter.key], [_shown(block, words) for block in chapter.blocks])
                for chapter in chapters
            ],
        )
    )


@cache
def words_of(language: str) -> Wording:
    """Return the words of a language."""
    words: Wording = tomllib.loads(_file(f"{language}.toml"))
    return words


def wording() -> Iterator[str]:
    """Yield all that a page is made of besides its chapters: who changes it changes the page."""
    yield from (_file(f"{language}.toml") for language in LANGUAGES)
    yield _file("page.html")


def _file(name: str) -> str:
    return resources.files("hub.procedure").joinpath(name).read_text("utf-8")


def _shown(block: Block, words: Wording) -> _Shown:
    title = words["titles"].get(block.key, "")
    text = words["texts"].get(block.key, "")
    labels = words["labels"]
    match block:
        case Text():
            return _Shown(kind="text", key=block.key, title=title, text=text)
        case Facts():
            rows = [(labels[label], _cell(cell, words)) for label, cell in block.rows]
            return _Shown(kind="facts", key=block.key, title=title, text=text, rows=rows)
        case Table():
            return _Shown(
                kind="table",
                key=block.key,
                title=title,
                text=text,
                head=[labels[label] for label in block.head],
                rows=[[_cell(cell, words) for cell in row] for row in block.rows],
            )


def _cell(cell: Cell, words: Wording) -> str:
    match cell:
        case Word(key):
            return words["words"][key]
        case Words(keys):
            return ", ".join(words["words"][key] for key in keys)
        case _:
            return cell


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
