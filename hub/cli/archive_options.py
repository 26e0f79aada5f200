"""The actions of `facteur archive`, each with its own arguments and its own --help."""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action.

    Attributes:
        run: module below hub.cli and function.
        text: what it does, in a line.
        words: what its positional arguments are called; empty: it has none.
        options: names in _OPTIONS.
    """

    name: str
    run: str
    text: str
    words: str = ""
    options: tuple[str, ...] = ()


def day(text: str) -> date:
    """Return a date written as ISO 8601 has it.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-20") from error


_SCOPE = ("document", "customer", "period")
_ACT = ("reason", "who", "tenant")

ACTIONS = (
    Action(
        name="find",
        run="archived.find",
        text="what is kept of a document, and how it came in",
        words="NUMBER",
        options=("customer",),
    ),
    Action(
        name="get",
        run="archived.get",
        text="one kept file by its SHA-256, as `find` shows it",
        words="SHA256",
        options=("output",),
    ),
    Action(
        name="verify",
        run="archived.verify",
        text="check every file against the logs, and the logs against checkpoints from elsewhere",
        options=("earlier",),
    ),
    Action(name="fsck", run="archived.verify", text="the same as verify", options=("earlier",)),
    Action(
        name="export",
        run="exporting.export_",
        text="documents with all evidence, proofs, tables and the program that checks them",
        words="ID",
        options=("period", "customer", "query", "output", "earlier", "who", "tenant"),
    ),
    Action(
        name="numbers",
        run="numbering.numbers",
        text="the numbers of each sender and series: gaps and duplicates, and why",
        options=("sender", "series", "year", "tenant"),
    ),
    Action(
        name="reindex",
        run="archived.reindex",
        text="build what the archive is asked by anew from logs and packs, and so accept them;"
        " packs at an object store whose notes (packs/*.s3) were lost are found again by its list",
    ),
    Action(
        name="retention",
        run="lawful.retention",
        text="until when a document is kept, by which rules, and what holds it",
        words="ID",
        options=("tenant",),
    ),
    Action(
        name="hold",
        run="lawful.hold",
        text="keep what a case needs, whatever its period; without a scope: list the holds",
        options=(*_SCOPE, "until", *_ACT),
    ),
    Action(
        name="release",
        run="lawful.release",
        text="end a hold: asked for by one person, confirmed by another",
        words="HOLD",
        options=_ACT,
    ),
    Action(
        name="erasure",
        run="lawful.erasure",
        text="answer a person's wish to be erased, with the legal basis",
        options=(*_SCOPE, "language", *_ACT),
    ),
    Action(
        name="disposal",
        run="disposing.disposal",
        text="what is over may go: `propose`, `show`, `approve` by somebody else",
        words="ACT",
        options=("limit", "who", "tenant"),
    ),
    Action(
        name="procedure",
        run="procedures.procedure",
        text="the procedure documentation, from the settings in force",
        options=("language", "output", "tenant"),
    ),
    Action(
        name="close",
        run="closing.close",
        text="close the days that are over: checkpoint, time stamps, evidence record, report",
        options=("running",),
    ),
    Action(name="closings", run="closing.closings", text="the closings, and until when each holds"),
    Action(name="renew", run="closing.renew", text="set new time stamps before old ones end"),
    Action(
        name="rehash",
        run="closing.rehash",
        text="renew the evidence by a better digest",
        options=("to",),
    ),
    Action(name="rotate", run="closing.rotate", text="let a new key sign the logs from now on"),
    Action(
        name="rekey",
        run="archived.rekey",
        text="put what is encrypted under a new master key",
    ),
    Action(
        name="import",
        run="taking_over.import_",
        text="take an older archive over: its folder, and a CSV list of its files",
        words="FOLDER LIST",
        options=("dry_run", "leave_out", *_ACT),
    ),
    Action(
        name="backup",
        run="backing_up.backup",
        text="copy the archive into a folder while it is in use; again: what is new",
        words="FOLDER",
    ),
    Action(
        name="restore",
        run="backing_up.restore",
        text="check such a copy, and put it where the archive is to be",
        words="FOLDER",
        options=("earlier", "accept_loss"),
    ),
)

_OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "customer": (("--customer",), {"help": "all of this customer number"}),
    "document": (("--document",), {"metavar": "ID", "help": "one, by number or id"}),
    "period": (
        ("--period",),
        {"help": "all issued in 2026, 2026-03, 2026-Q1 or 2026-01-01..2026-03-31"},
    ),
    "query": (("--query",), {"metavar": "WORDS", "help": "all in whose text these words are"}),
    "sender": (("--sender",), {"default": "", "help": "of this ERP alone"}),
    "series": (("--series",), {"default": "", "help": "of this series alone, like R-2026-#"}),
    "year": (("--year",), {"default": "", "help": "of documents issued in this year"}),
    "output": (("-o", "--output"), {"type": Path, "help": "the file or folder to make"}),
    "earlier": (
        ("--earlier",),
        {
            "type": Path,
            "action": "append",
            "default": [],
            "metavar": "DIR|FILE",
            "help": "an export or checkpoint given out before, which this must go on from",
        },
    ),
    "who": (
        ("--as", "--by"),
        {"dest": "who", "default": "", "metavar": "NAME", "help": "who asks; it is filed"},
    ),
    "tenant": (("--tenant",), {"help": "whose, if there are several companies"}),
    "reason": (("--reason",), {"default": "", "help": "why; it is filed"}),
    "until": (("--until",), {"type": day, "help": "extend the period to this day; it stays so"}),
    "limit": (("--limit",), {"type": int, "default": 10_000, "help": "documents at most"}),
    "language": (("--language",), {"choices": ("de", "fr", "en"), "help": "of the text"}),
    "running": (("--running",), {"action": "store_true", "help": "what was filed today, too"}),
    "to": (("--to",), {"choices": ("sha512",), "help": "the digest of new evidence"}),
    "dry_run": (("--dry-run",), {"action": "store_true", "help": "say what is amiss, take none"}),
    "leave_out": (("--leave-out",), {"action": "store_true", "help": "take what is not amiss"}),
    "accept_loss": (
        ("--accept-loss",),
        {"action": "store_true", "help": "though the copy is not whole, or too old"},
    ),
}


def add_actions(archive: argparse.ArgumentParser) -> None:
    """Give `facteur archive` its actions."""
    actions = archive.add_subparsers(
        dest="action", metavar="ACTION", required=True, help="what to do"
    )
    for action in ACTIONS:
        made = actions.add_parser(action.name, help=action.text, description=action.text)
        _add_common(made)
        if action.words:
            made.add_argument("words", nargs="*", metavar=action.words, help="see above")
        made.set_defaults(run=action.run, words=[])
        for name in action.options:
            names, told = _OPTIONS[name]
            made.add_argument(*names, **told)


def _add_common(made: argparse.ArgumentParser) -> None:
    """Add what `facteur archive` takes itself, which stands as well behind the action."""
    words = "answer as JSON"
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=words)
    words = "settings (default: facteur.toml here)"
    made.add_argument("--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help=words)
