"""Plays a day of traffic on loopback with real processes, and counts at the peers."""

import json
import signal
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import httpx

from hub.demo import expected, peers, senders, setting_up
from hub.demo.books import Books, Known
from hub.demo.expected import SAMPLES, Day, Drop, Run
from hub.demo.processes import Failed, Processes, facteur
from hub.demo.setting_up import Stage
from hub.demo.showing import Show, table
from hub.demo.told import Told, told
from hub.demo.verdict import judge

_REST_SECONDS = 90
_COMMAND_SECONDS = 90
_LOOK_SECONDS = 0.3
_TOLD_SECONDS = 10
_NO_FAULTS = ", 0 faults"
"""How the archive's verifier ends when all is well."""
_STOPPED = 143
"""Exit code after SIGTERM, as shells count."""


def play(folder: Path, *, keep: bool) -> int:
    """Play the day in `folder`, made fresh; 0 if nothing was lost or doubled and all ended right.

    Raises:
        Faulty: the folder is not ours to empty.
    """
    signal.signal(signal.SIGTERM, _stop)
    show = Show()
    with setting_up.emptied(folder) as root, Processes(root / "logs") as processes:
        try:
            stage = _set_up(root, processes, show)
            books = Books(stage.url, stage.api_key)
            acts = Acts(
                stage=stage, processes=processes, show=show, books=books, day=expected.load()
            )
            code = acts.play()
            if keep:
                acts.stay()
        except Failed as failure:
            show.plain(f"demo: {failure}")
            return 1
        except httpx.TransportError as fault:
            show.plain(f"demo: the hub does not answer ({fault}); {processes.state('hub')}")
            return 1
    return code


def _set_up(root: Path, processes: Processes, show: Show) -> Stage:
    show.step(f"a day of Nordwind Werkzeuge GmbH, in {root}")
    stage = setting_up.start_hub(root, processes)
    show.step("mail server, SFTP partner, access point and print house listen")
    show.step(f"the hub answers at {stage.url}")
    return stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """The acts of one day, in order."""

    stage: Stage
    processes: Processes
    show: Show
    books: Books
    day: Day

    def play(self) -> int:
        """Play them all; returns the exit code."""
        entries = self.books.take_recipients((SAMPLES / "address-book.csv").read_bytes())
        self.show.step(f"the address book has {entries} customers")
        for drop in self.day.drops:
            senders.drop(self.stage, drop)
            self.show.step(_told(drop))
        self._run()
        self._rest()
        self._again()
        self._rest()
        self._print()
        self._rest()
        return self._judge()

    def stay(self) -> None:
        """Leave everything running until Ctrl-C."""
        [(_, link)] = self._commands({"login": ("login",)}).items()
        self.show.plain(f"\nconsole: {link.strip()}\nCtrl-C ends the hub and its peers")
        try:
            signal.pause()
        except KeyboardInterrupt:
            self.show.plain("")

    def _run(self) -> None:
        """Run reminders and statements over the open items."""
        items = ("--items", str(SAMPLES / "open-items.csv"))
        said = self._commands({run.kind: self._run_words(run, *items) for run in self.day.runs})
        for run in self.day.runs:
            self._tell(run, said[run.kind], "")

    def _again(self) -> None:
        """Send corrected files for what was parked, and run all runs a second time."""
        commands: dict[str, tuple[str, ...]] = {
            f"resubmit {one.parked}": ("resubmit", one.parked, str(SAMPLES / one.file))
            for one in self.day.corrections
        }
        commands |= {run.kind: self._run_words(run) for run in self.day.runs}
        said = self._commands(commands)
        for one in self.day.corrections:
            self.show.step(f"{one.parked} was parked; a clerk has sent it corrected")
        for run in self.day.runs:
            self._tell(run, said[run.kind], " again")

    def _run_words(self, run: Run, *more: str) -> tuple[str, ...]:
        return ("run", run.kind, "--json", "--as-of", str(self.day.as_of), *more)

    def _tell(self, run: Run, said: str, again: str) -> None:
        plan = json.loads(said)
        sent, left = len(plan["messages"]), len(plan["left_out"])
        self.show.step(f"run {run.kind}{again}: {sent} messages, {left} open items left out")

    def _print(self) -> None:
        letters = sum(one.waits_for_print for one in self.books.known().values())
        self._commands({"print": ("run", "print")})
        self.show.step(f"print job with {letters} letters handed over")

    def _judge(self) -> int:
        """Show what became of everything, and what the peers say."""
        checked = self._commands({"verify": ("archive", "verify")}, may_fail=True)["verify"]
        known, ends = self.books.known(), self.day.ends
        self.show.plain("")
        for line in table([known[name] for name in ends if name in known]):
            self.show.plain(line)
        self.show.plain("")
        verdict = judge(ends, peers.arrivals(self.stage.root, ends), known)
        told_back = self._told_back()
        for sentence in (*verdict.wrong, *told_back.wrong(known)):
            self.show.plain(f"wrong: {sentence}")
        last = checked.strip().splitlines()[-1:] or ["could not be verified"]
        self.show.plain(f"archive verify: {last[0]}")
        self.show.plain(str(told_back))
        self.show.plain(str(verdict))
        good = verdict.good and not told_back.wrong(known)
        return 0 if good and last[0].endswith(_NO_FAULTS) else 1

    def _told_back(self) -> Told:
        """Return what the senders know, once it is what the hub knows."""
        self._watch(lambda known: not told(self.stage.root).wrong(known), _TOLD_SECONDS)
        return told(self.stage.root)

    def _rest(self) -> None:
        """Wait until nothing moves any more, looking twice, but not for ever."""
        before: Mapping[str, Known] = {}

        def at_rest(known: Mapping[str, Known]) -> bool:
            nonlocal before
            same, before = known == before, known
            return same and _is_over(known, self.day.ends, self.stage.root)

        if not self._watch(at_rest, _REST_SECONDS):
            self.show.step("not everything has come to rest; going on")

    def _commands(
        self, commands: Mapping[str, Sequence[str]], *, may_fail: bool = False
    ) -> dict[str, str]:
        """Run commands of ours side by side, as an operator would; returns what each said.

        Raises:
            Failed: one failed.
        """
        config = ("--config", str(self.stage.settings))
        started = {
            name: self.processes.start(name, facteur(*words, *config))
            for name, words in commands.items()
        }
        running = started.values()
        done = self._watch(lambda _: all(p.poll() is not None for p in running), _COMMAND_SECONDS)
        for name, process in started.items():
            if not done or (process.returncode and not may_fail):
                raise Failed(f"facteur {name}: {self.processes.complaint(name)}")
        return {name: self.processes.said(name) for name in commands}

    def _watch(self, done: Callable[[Mapping[str, Known]], bool], seconds: float) -> bool:
        """Show progress until `done`; False if that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            known = self.books.known()
            self.show.progress(known.values())
            if done(known):
                return True
            time.sleep(_LOOK_SECONDS)
        return False


def _is_over(known: Mapping[str, Known], expected_names: Collection[str], root: Path) -> bool:
    """Whether all is known and at rest, and no peer has anything left to say."""
    if any(name not in known for name in expected_names):
        return False
    return all(one.at_rest for one in known.values()) and not peers.reports_waiting(root)


def _told(drop: Drop) -> str:
    files = f"{len(drop.files)} file{'s' if len(drop.files) > 1 else ''}"
    again = "" if any(drop.files.values()) else " again, which must not go out twice"
    return f"{drop.sender}: {files} by {drop.door}{again}"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(_STOPPED)
