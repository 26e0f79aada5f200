"""The outside world: simulators as processes, and what has arrived at each, counted there."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from bench.crash import papers
from bench.crash.misbehaviour import Plans
from tests.servers.simulators import Peer, simulator

PASSWORD = "open-sesame"  # noqa: S105  (of servers that live for minutes)
_UBL_NUMBER = re.compile(rb"<cbc:ID>([^<]+)</cbc:ID>")

Arrivals = Counter[tuple[papers.Peer, str]]


@dataclass(frozen=True, kw_only=True)
class World:
    """The four peers.

    Attributes:
        bounces: maildir in which delivery reports appear.
    """

    mail: Peer
    partner: Peer
    access_point: Peer
    print_house: Peer
    bounces: Path

    def arrivals(self) -> Arrivals:
        """Return how often each document number has arrived at each peer."""
        found: Arrivals = Counter()
        found.update(("mail", number) for number in self._mailed())
        found.update(("partner", number) for number in self._uploaded())
        found.update(("access point", number) for number in self._submitted())
        found.update(("print house", number) for number in self._printed())
        return found

    def message_ids(self) -> Counter[str]:
        """Return how often the mail server has accepted each Message-ID."""
        return Counter(str(row["message_id"]) for row in self.mail.log("accepted"))

    def has_more_to_say(self) -> bool:
        """Whether reports lie at a peer that the hub has not put away."""
        returns = self.print_house.folder / "files" / "return"
        waiting = [*(self.bounces / "new").glob("*"), *returns.glob("*.csv")]
        jobs = self.print_house.folder
        handled = {path.stem for path in (jobs / "jobs").glob("*.json")}
        done = {path.stem for path in (jobs / "files" / "incoming").glob("*.done")}
        return bool(waiting or done - handled)

    def misdeeds(self) -> int:
        """Return how often a peer says that it did wrong as it was ordered."""
        return sum(
            len(peer.log(word))
            for peer in (self.mail, self.partner, self.print_house)
            for word in ("refuse", "defer", "busy", "hang", "cut")
        )

    def unsound_jobs(self) -> list[str]:
        """Return what the print house found wrong with jobs."""
        return [
            f"job {row['job']}: {row['faults']}"
            for row in self.print_house.log("job")
            if not row["sound"]
        ]

    def _mailed(self) -> Iterator[str]:
        for row in self.mail.log("accepted"):
            file = self.mail.folder / "maildir" / "new" / str(row["file"])
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            yield from (Path(part.get_filename() or "").stem for part in message.iter_attachments())

    def _uploaded(self) -> Iterator[str]:
        """A line for each time a file got its final name, even in place of another."""
        yield from (str(row["path"]).partition("-")[0] for row in self.partner.log("arrived"))

    def _submitted(self) -> Iterator[str]:
        for file in (self.access_point.folder / "documents").glob("*.xml"):
            found = _UBL_NUMBER.search(file.read_bytes())
            yield found[1].decode() if found else file.name

    def _printed(self) -> Iterator[str]:
        for file in (self.print_house.folder / "jobs").glob("*.json"):
            report = json.loads(file.read_text(encoding="utf-8"))
            for piece in report["pieces"]:
                if report["ends"][piece["piece"]] != "rejected":
                    yield from piece["documents"]


@contextmanager
def world(folder: Path, plans: Plans) -> Iterator[World]:
    """Run all four until the block ends; each does wrong what its plan orders."""
    bounces = folder / "bounces"
    login = ("--password", f"facteur:{PASSWORD}")
    with ExitStack() as running:

        def run(name: str, *options: str) -> Peer:
            return running.enter_context(
                simulator(
                    name,
                    folder / name,
                    *options,
                    faults=[dict(entry) for entry in plans.get(name, ())],
                )
            )

        yield World(
            mail=run("mail", "--bounces", str(bounces)),
            partner=run("sftp_partner", *login),
            access_point=run("access_point", "--token", PASSWORD),
            print_house=run("print_house", *login),
            bounces=bounces,
        )
