"""The table of commands and their arguments; turns expected failures into one line and exit 2."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from formats.codec import Unreadable
from formats.findings import sentence
from hub.cli.archive_options import add_actions, day
from hub.engine.garbage import collect_seldom

EXPECTED = frozenset(
    {
        "archive.entry.ArchiveError",
        "formats.codec.Unreadable",
        "hub.auditor.granting.NotGranted",
        "hub.cli.output.Misused",
        "hub.config.faults.Faulty",
        "hub.engine.ownership.AlreadyRunning",
        "hub.endpoints.by_hand.NoEndpoint",
        "hub.enrichment.address_book.BadAddressBook",
        "hub.four_eyes.Refused",
        "hub.keys.KeyFault",
        "hub.official.artefacts.NotFetched",
        "hub.pipeline.cancel.NotStopped",
        "hub.pipeline.differing.NotDiffering",
        "hub.pipeline.print_posted.NotPosted",
        "hub.pipeline.receive.KeyConflict",
        "hub.pipeline.receive.NoRoom",
        "hub.pipeline.receive.Unacceptable",
        "hub.pipeline.replay.Unrepeatable",
        "hub.pipeline.reprint.NotReprinted",
        "hub.pipeline.resubmit.NotParked",
        "hub.store.database.Unreachable",
        "hub.wishes.consenting.NoConsent",
    }
)
"""What a person can mend, by name: nothing is imported for a command that does not need it."""

_Add = Callable[..., argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    commands = parser()
    options = commands.parse_args(arguments)
    if options.version:
        sys.stdout.write(f"facteur {version('facteur')}\n")
        return 0
    if options.command is None:
        commands.print_help(sys.stderr)
        return 2
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    module, _, function = options.run.rpartition(".")
    try:
        command = getattr(import_module(f"hub.cli.{module}"), function)
        collect_seldom()
        code: int = command(options)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        return _cannot("there is not enough memory for this; a hub parks such a file")
    except OSError as error:
        return _cannot(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        if not _is_expected(error):
            raise
        return _cannot(_why(error))
    return code


def _why(error: Exception) -> str:
    match error:
        case Unreadable():
            return sentence(error.finding)
        case UnicodeEncodeError():
            return "what was given has bytes in it that are no text in UTF-8"
        case _:
            return str(error)


def _is_expected(error: Exception) -> bool:
    if isinstance(error, UnicodeEncodeError):
        return error.encoding == "utf-8"
    return any(f"{kind.__module__}.{kind.__qualname__}" in EXPECTED for kind in type(error).__mro__)


def _cannot(why: str) -> int:
    sys.stderr.write(f"facteur: {why}\n")
    return 2


@cache
def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(
        prog="facteur",
        description="The post office for business documents.",
        epilog="Ends with 0 (good), 1 (findings or parked) or 2 (unreadable or misused). "
        "`facteur COMMAND --help` says more of each.",
    )
    root.add_argument("--version", action="store_true", help="print the version and exit")
    commands = root.add_subparsers(dest="command", metavar="COMMAND")

    def add(name: str, run: str, text: str, *, own_help: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, add_help=not own_help)
        command.set_defaults(run=run)
        if own_help:
            command.add_argument("-h", "--help", action="store_true", dest="asked", help=own_help)
        command.add_argument("--json", action="store_true", help="answer as JSON")
        command.add_argument(
            "--config",
            type=Path,
            default=Path("facteur.toml"),
            metavar="FILE",
            help="settings (default: facteur.toml here)",
        )
        return command

    _operation(add)
    _files(add)
    _verifying(add)
    _traffic(add)
    _routing(add)
    _asking(add)
    _again(add)
    _deciding(add)
    _printing(add)
    _peers(add)
    _archive(add)
    return root


def _operation(add: _Add) -> None:
    init = add("init", "operation.init", "write facteur.toml, keys and a first API key")
    init.add_argument("--tenant", default="company", help="key of the company ([a-z0-9-])")
    init.add_argument("--name", default="My Company", help="name of the company")
    init.add_argument("--sender", default="erp", help="key of the ERP ([a-z0-9-])")
    add("serve", "serving.serve", "run the hub: doors, engine, API and console")
    add("work", "serving.work", "run one more worker on a PostgreSQL database")
    add("doctor", "doctoring.doctor", "say what is wrong with a set-up and how to mend it")
    login = add("login", "operation.login", "print a one-time link into the console")
    login.add_argument("--tenant", default="*", help="one company only (default: all)")
    mail = add("mail", "mailing.mail", "mail for a person, DKIM's DNS records, withdrawing a link")
    mail.add_argument(
        "action",
        choices=("waiting", "dkim-record", "withdraw"),
        help="waiting: what came back and only a person can read",
    )
    mail.add_argument("name", nargs="?", help="a channel's name; id of a delivery to withdraw")
    keys = add("keys", "api_keys.keys", "make, list or revoke API keys")
    keys.add_argument("action", choices=("add", "list", "revoke"), help="what to do")
    keys.add_argument("key", nargs="?", help="id of the key to revoke, as `keys list` shows it")
    keys.add_argument("--sender", help="whose key it is to be")
    keys.add_argument(
        "--scope",
        action="append",
        choices=("submit", "read", "manage"),
        help="what it may do; may stand several times (default: all)",
    )
    book = add("address-book", "operation.address_book", "take an address book from CSV")
    book.add_argument("file", type=Path, help="CSV; known keys are replaced")
    book.add_argument("--tenant", required=True, help="whose address book it is")
    _suppressed(add)
    _wishes(add)
    demo = add("demo", "playing.demo", "play a day of traffic on loopback")
    demo.add_argument("--keep", action="store_true", help="leave it running at the end")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="folder to play in")
    _simulators(add)


def _simulators(add: _Add) -> None:
    words = "run a peer on loopback to try the hub against"
    sim = add("sim", "simulating.sim", words, own_help="show this, and a peer's faults")
    sim.set_defaults(usage=sim.format_help)
    sim.add_argument(
        "name", nargs="?", choices=("email", "sftp", "print", "access-point"), help="which peer"
    )
    sim.add_argument("--port", type=int, help="default: one of its own; 0 takes a free one")
    sim.add_argument("--dir", type=Path, help="where all it gets lies (default: sim/NAME)")
    sim.add_argument("--faults", metavar="PLAN", help="what goes wrong: a .toml file, or JSON")
    sim.add_argument(
        "--next-key", action="store_true", help="sftp, print: show the next host key from now on"
    )


def _suppressed(add: _Add) -> None:
    command = add("suppressed", "suppressed.suppressed", "email addresses that get nothing more")
    command.add_argument("action", choices=("list", "lift"), help="what to do")
    command.add_argument("address", nargs="?", help="list: with these words in it; lift: which one")
    command.add_argument("--tenant", help="whose address (lift: default the only company's)")
    command.add_argument("--as", dest="who", default="", metavar="NAME", help="lift: who does")
    command.add_argument("--why", default="", help="lift: why it may get mail again")


def _wishes(add: _Add) -> None:
    agreed = add("consents", "consents.consents", "what recipients agreed to: email, network…")
    agreed.add_argument(
        "action",
        choices=("show", "give", "withdraw", "import", "uninvite"),
        help="import: from CSV with the columns key, consent, on, how, words; "
        "uninvite: end the links by which he can choose himself",
    )
    agreed.add_argument("subject", help="customer number; import: the CSV file")
    agreed.add_argument("--to", choices=("email", "link", "network", "print"), help="what")
    agreed.add_argument(
        "--how", choices=("contract", "self_service", "phone", "import"), help="how he said so"
    )
    agreed.add_argument("--on", type=day, help="give: when he agreed (default: today)")
    agreed.add_argument("--words", default="", help="his words, or where they stand")
    agreed.add_argument("--proof", type=Path, metavar="FILE", help="give: what shows it; is kept")
    agreed.add_argument("--tenant", help="the company (default: the only one)")
    agreed.add_argument("--as", dest="who", default="", metavar="NAME", help="who enters it")
    better = add("wishes", "wishes.wishes", "who could take a better road; accept or decline it")
    better.add_argument("action", choices=("proposals", "accept", "decline"), help="what to do")
    better.add_argument("keys", nargs="*", metavar="CUSTOMER", help="these alone (default: all)")
    better.add_argument("--all", action="store_true", help="accept, decline: all that is proposed")
    better.add_argument("--why", default="", help="decline: why it is not wanted")
    better.add_argument("--tenant", help="one company only (default: all)")
    better.add_argument("--as", dest="who", default="", metavar="NAME", help="who says so")


def _files(add: _Add) -> None:
    for name, run, text in (
        ("read", "files.read", "print a file's documents as canonical JSON"),
        ("validate", "validating.validate", "judge a file, and certify it"),
        ("convert", "files.convert", "write a file in another format"),
    ):
        command = add(name, run, text)
        command.add_argument("file", type=Path, help="IDoc, EDI, CSV, UBL, CII, PDF or JSON")
        command.add_argument(
            "--guide",
            type=Path,
            action="append",
            default=[],
            help="mapping for tables, layout for PDF, profile for IDoc and EDI; may be several",
        )
        if name == "validate":
            command.add_argument(
                "--rules",
                action="append",
                default=[],
                help="rule set; may stand several times, another word lists them all (default: "
                "those it claims)",
            )
            command.add_argument("--on", type=day, help="judge by the rules in force on this day")
            command.add_argument(
                "--official", action="store_true", help="by the official schema and XSLT as well"
            )
            command.add_argument("--certificate", type=Path, help="also write it to a file, JSON")
        if name == "convert":
            command.add_argument(
                "--to",
                required=True,
                metavar="FORMAT",
                help="e.g. ubl, cii, facturx-en16931, letter-din5008; another word lists them all",
            )
            command.add_argument(
                "-o", "--output", type=Path, required=True, help="where to; -1, -2… for several"
            )
            command.add_argument("--language", default="en", help="of a letter (default: en)")


def _verifying(add: _Add) -> None:
    verify = add("verify", "verifying.verify_", "say who signed a file, when, and whether it holds")
    verify.add_argument("files", type=Path, nargs="+", help="PDF, XML, .p7m or time stamp")
    verify.add_argument(
        "--trust",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="trusted roots: a PEM or DER file, or a folder of them; may stand several times "
        "(default: those of [trust] in the settings)",
    )
    verify.add_argument("--tenant", help="whose trusted_roots count too (default: the only one's)")
    verify.add_argument("--of", type=Path, metavar="FILE", help="what a detached one is over")
    verify.add_argument(
        "--extract", type=Path, metavar="FILE", help="write the file inside, or the PDF as signed"
    )
    verify.add_argument(
        "--offline", action="store_true", help="ask no authority what it has revoked"
    )
    mapping = add("map", "mapping.suggest", "draft a mapping for a table: CSV, fixed width, Excel")
    mapping.add_argument("action", choices=("suggest",), help="what to do")
    mapping.add_argument("file", type=Path, help="a sample as the ERP writes it")
    mapping.add_argument("-o", "--out", dest="output", type=Path, help="write the guide there")
    layouts = add("layout", "layouts.layout", "draft a layout for a sender's plain PDFs")
    layouts.add_argument("action", choices=("draft",), help="what to do")
    layouts.add_argument("file", type=Path, help="a PDF of the sender that is one invoice")
    layouts.add_argument("--out", type=Path, help="the layout, TOML (default: print it)")
    layouts.add_argument("--picture", type=Path, help="a page with boxes about what was found, PNG")
    layouts.add_argument("--page", type=int, default=1, help="which page (default: 1)")


def _traffic(add: _Add) -> None:
    submit = add("submit", "traffic.submit", "drop a file into the hub")
    submit.add_argument("files", type=Path, nargs="+", help="as the ERP wrote them")
    submit.add_argument("--sender", required=True, help="the ERP, as in [sender.…]")
    submit.add_argument("--replaces", help="parked submission or document this corrects")
    explain = add("explain", "asking.explain", "say which road a document takes, and why")
    explain.add_argument("subject", help="a file, or a document's id or number")
    explain.add_argument("--sender", help="whose guides to read a file with")
    explain.add_argument(
        "--then",
        action="store_true",
        help="decide again by the rules, recipient and clock of then, and compare",
    )


def _routing(add: _Add) -> None:
    diff = add("route", "routing.route", "check routing rules, try others, or agree on them")
    diff.add_argument(
        "action", choices=("check", "diff", "propose", "approve", "history"), help="what to do"
    )
    diff.add_argument("words", nargs="*", help="propose: rule files; approve: id of a proposal")
    diff.add_argument("--as", dest="who", default="", metavar="NAME", help="who proposes, approves")
    diff.add_argument(
        "--rules",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="check, diff: instead of [routing] rules, TOML",
    )
    diff.add_argument("--since", default="30d", help="30d or a date (default: 30d)")
    diff.add_argument("--tenant", help="one company only (default: all)")
    diff.add_argument("--on", type=day, help="decide as of this day (default: of each decision)")
    diff.add_argument(
        "--tariff",
        type=Path,
        nargs="+",
        default=[],
        help="prices of channels, TOML; go before ours",
    )
    diff.add_argument("--csv", action="store_true", help="every document that changes, as CSV")


def _asking(add: _Add) -> None:
    status = add("status", "asking.status", "say what became of it")
    status.add_argument("subject", nargs="?", help="id or number; without: an overview")
    report = add("report", "reporting.daily", "say what was dropped on a day, and where it is now")
    report.add_argument("kind", choices=("daily",), help="by sender and currency, with sums")
    report.add_argument("--day", type=day, help="of the drops, UTC (default: today)")
    report.add_argument("--tenant", help="one company only (default: all)")
    report.add_argument("--csv", action="store_true", help="answer as CSV")
    told = add("answers", "answered.answers", "say what senders were told, and what they refused")
    told.add_argument("--receiver", help="one [answer.…] only")
    told.add_argument("--state", help="one state only: waiting, in_file, told, failed, unfit")
    told.add_argument("--again", action="append", metavar="NOTICE", help="tell this one again")


def _again(add: _Add) -> None:
    again = add("resubmit", "traffic.resubmit_", "send what was parked through again")
    again.add_argument(
        "subject", help="id or number of what is parked; id of a delivery, or a print job, in doubt"
    )
    again.add_argument("file", type=Path, nargs="?", help="the corrected file")
    doubt = again.add_mutually_exclusive_group()
    doubt.add_argument("--arrived", action="store_true", help="a delivery in doubt did arrive")
    doubt.add_argument("--again", action="store_true", help="a delivery in doubt did not arrive")
    run = add("run", "traffic.run", "make reminders or statements, or the print job")
    run.add_argument("kind", choices=("reminders", "statements", "print"), help="what to make")
    run.add_argument("--tenant", help="the company (default: the only one)")
    run.add_argument("--as-of", type=day, help="date of the run (default: today)")
    run.add_argument("--items", type=Path, help="open items as CSV, taken before the run")
    run.add_argument("--dry-run", action="store_true", help="show who gets what, send nothing")


def _peers(add: _Add) -> None:
    ends = add("endpoints", "endpoints.endpoints", "say how each peer stands; pause or resume one")
    ends.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=("list", "pause", "resume"),
        help="pause: nothing is sent to it; resume: it is tried at once (default: list)",
    )
    ends.add_argument("name", nargs="?", help="a channel, or CHANNEL/DOMAIN beyond a smart host")
    ends.add_argument("--as", dest="who", default="", metavar="NAME", help="who does it")
    ends.add_argument("--why", default="", help="why it is paused or resumed; it is filed")


def _printing(add: _Add) -> None:
    jobs = add("print", "printing.print_", "say how print jobs stand, or have a piece made again")
    actions = ("jobs", "job", "reprint", "posted", "accept")
    jobs.add_argument("action", choices=actions, help="what to do, or to say")
    jobs.add_argument(
        "words", nargs="*", help="job: its name; the others: job, piece number or `open`: all open"
    )
    jobs.add_argument("--reason", default="", help="reprint, posted: why; it is filed")
    jobs.add_argument("--as", dest="who", default="", metavar="NAME", help="who wants it")


def _deciding(add: _Add) -> None:
    waits = add("worklist", "deciding.worklist_", "say what waits for a person, or retry it")
    waits.add_argument("group", nargs="?", metavar="CAUSE", help="one cause; without: all of them")
    waits.add_argument("--tenant", help="one company only (default: all)")
    waits.add_argument("--sender", help="one sender only")
    waits.add_argument("--retry", action="store_true", help="send all of the cause through again")
    waits.add_argument(
        "--only", action="append", default=[], metavar="ID", help="retry this; may be several"
    )
    waits.add_argument("--dry-run", action="store_true", help="say what --retry would do")
    waits.add_argument("--as", dest="who", default="", metavar="NAME", help="who does it")
    settle = add("settle", "deciding.settle", "state what became of it, or why a total is right")
    settle.add_argument(
        "subject", help="number of a document, id of a delivery, print job, or file with a total"
    )
    became = settle.add_mutually_exclusive_group()
    became.add_argument(
        "--arrived", action="store_const", const=True, default=None, help="it arrived"
    )
    became.add_argument(
        "--not-arrived", dest="arrived", action="store_const", const=False, help="it did not"
    )
    settle.add_argument("--reason", required=True, help="how that is known; it is filed")
    settle.add_argument("--as", dest="who", required=True, metavar="NAME", help="who states it")
    stop = add("cancel", "deciding.cancel_", "stop what has not left the house yet")
    stop.add_argument("subject", help="id or number of a document, or id of one delivery")
    stop.add_argument("--reason", required=True, help="why; it is filed, and its sender told")
    stop.add_argument("--as", dest="who", default="", metavar="NAME", help="who stops it")


def _archive(add: _Add) -> None:
    words = "what is kept: find, verify, export, hold, close, hand on"
    add_actions(add("archive", "", words))
    _auditor(add)
    official = add("artefacts", "artefacts.artefacts", "list or fetch official schemas and rules")
    official.add_argument("action", choices=("list", "sync"), help="what to do")
    official.add_argument(
        "--from-dir", type=Path, help="take wheels and files from a folder, not from the network"
    )


def _auditor(add: _Add) -> None:
    words = "give an auditor a limited look into the archive, take it back, or serve the pages"
    auditor = add("auditor", "auditing.auditor", words)
    auditor.add_argument(
        "action",
        choices=("invite", "list", "revoke", "serve"),
        help="serve: the pages, read-only, on a port of their own",
    )
    auditor.add_argument("access", nargs="?", help="revoke: its id, as `auditor list` shows it")
    auditor.add_argument("--company", help="whose documents; list: of this company alone")
    auditor.add_argument(
        "--from", dest="issued_from", type=day, help="first issue date that is shown"
    )
    auditor.add_argument("--to", dest="issued_to", type=day, help="last issue date")
    auditor.add_argument("--purpose", default="", help="what for; it is filed, and shown to him")
    auditor.add_argument("--expires", type=day, help="last day of the access, UTC")
    auditor.add_argument("--by", dest="who", default="", metavar="NAME", help="who does it")
