"""The texts of emails: `hub/texts/<language>.toml`, with the operator's own on top."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from formats.model import ReminderLevel

TEXTS = Path(__file__).parents[1] / "texts"
FALLBACK = "en"
EVERYWHERE = frozenset({"number", "date", "total", "seller", "buyer"})
VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "frame.greeting": frozenset(),
        "frame.farewell": frozenset(),
        "frame.copy_subject": frozenset({"subject"}),
        "frame.copy": frozenset(),
        "frame.more": frozenset({"count"}),
        "frame.link": frozenset({"until"}),
        "frame.link_button": frozenset(),
        "frame.invitation": frozenset(),
        "address_check.subject": frozenset({"seller"}),
        "address_check.opening": frozenset({"seller"}),
        "address_check.link": frozenset(),
        "address_check.button": frozenset(),
        "address_check.closing": frozenset(),
    }
    | {
        f"{kind}.{part}": EVERYWHERE | extra
        for kind, extra in {
            "invoice": {"due_date"},
            "credit_note": {"due_date"},
            "statement": set(),
            **{f"reminder.{level}": {"deadline"} for level in ReminderLevel},
        }.items()
        for part in ("subject", "opening", "closing")
    }
)
"""Every text there is, and the values it may use."""

PLAIN = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
"""For all that is no HTML."""


class FaultyTexts(Exception):
    """The operator's texts cannot be used. The message lists every fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTexts:
    """The wording of every language, ready to be filled: language, then key, to template."""

    templates: Mapping[str, Mapping[str, Template]]

    def language(self, wished: str) -> str:
        """Return the language that is spoken to somebody who wishes `wished`."""
        primary = wished.split("-", maxsplit=1)[0].lower()
        return primary if primary in self.templates else FALLBACK


def mail_texts(own: Mapping[str, str] | None = None) -> MailTexts:
    r"""Return the shipped wording with `own` on top.

    Args:
        own: language to TOML text; may hold any part of a shipped language, or all of a new one.

    Raises:
        FaultyTexts: with every fault.

    >>> texts = mail_texts({"de": '[invoice]\nsubject = "Ihre Rechnung {{ number }}"'})
    >>> texts.templates["de"]["invoice.subject"].render(number="R-1")
    'Ihre Rechnung R-1'
    """
    faults: list[str] = []
    texts = {path.stem: dict(_flat(tomllib.loads(path.read_text("utf-8")))) for path in _shipped()}
    for language, toml in (own or {}).items():
        texts[language] = texts.get(language, {}) | _own(language, toml, faults)
    templates = {language: _compiled(language, entry, faults) for language, entry in texts.items()}
    if faults:
        raise FaultyTexts("\n".join(faults))
    return MailTexts(templates=templates)


@cache
def shipped_texts() -> MailTexts:
    """Return the shipped wording."""
    return mail_texts()


def _shipped() -> list[Path]:
    return sorted(TEXTS.glob("*.toml"))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _own(language: str, toml: str, faults: list[str]) -> dict[str, str]:
    try:
        entries = dict(_flat(tomllib.loads(toml)))
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{language}: not a TOML file: {error}")
        return {}
    faults += [f"{language}: unknown text `{key}`" for key in entries if key not in VALUES]
    faults += [
        f"{language}: `{key}` must be text"
        for key, value in entries.items()
        if key in VALUES and not isinstance(value, str)
    ]
    return {key: text for key, text in entries.items() if key in VALUES and isinstance(text, str)}


def _compiled(language: str, entries: Mapping[str, str], faults: list[str]) -> dict[str, Template]:
    faults += [f"{language}: text `{key}` is missing" for key in VALUES if key not in entries]
    templates = {}
    for key, text in entries.items():
        try:
            used = meta.find_undeclared_variables(PLAIN.parse(text))
            templates[key] = PLAIN.from_string(text)
        except TemplateSyntaxError as error:
            faults.append(f"{language}: `{key}`: {error}")
            continue
        for name in sorted(used - VALUES[key]):
            known = ", ".join(sorted(VALUES[key])) or "none"
            faults.append(f"{language}: `{key}` uses `{name}`; known here: {known}")
    return templates
