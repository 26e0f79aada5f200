"""What the hub says of its documents, asked over its API as any sender would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from hub.demo.expected import PARKED

_ALL = 500
_MOVING = frozenset({"working", "sending", "in_doubt"})
_REPORTED = frozenset({"access-point", "print-house"})
"""Channels that always say more than that they have taken a parcel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document, or a file that nobody could read, as the hub sees it now.

    Attributes:
        name: number of the document, or name of the file.
        roads: channels tried, the last one first used or in use.
        why: the rule that chose them.
        evidence: the strongest proof, in the peer's words.
        entry: of the archive, that holds it.
    """

    name: str
    recipient: str
    roads: tuple[str, ...]
    why: str
    state: str
    evidence: str
    entry: str
    waits_for_print: bool = False

    @property
    def at_rest(self) -> bool:
        """Whether nothing more will happen by itself, until the print job."""
        if self.waits_for_print:
            return True
        waits_for_report = self.state == "handed_over" and self.roads[-1] in _REPORTED
        return self.state not in _MOVING and not waits_for_report

    @property
    def end(self) -> str:
        """Where it is now: its channel, or PARKED."""
        return PARKED if self.state == PARKED else self.roads[-1] if self.roads else self.state


class Books:
    """A view of one tenant's documents."""

    def __init__(self, url: str, api_key: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/v1", headers={"Authorization": f"Bearer {api_key}"}, timeout=30
        )

    def take_recipients(self, address_book: bytes) -> int:
        """Load an address book; returns how many recipients it has."""
        answer = self._http.put("/recipients", content=address_book).raise_for_status()
        return int(answer.json()["recipients"])

    def known(self) -> dict[str, Known]:
        """Return documents by number and unreadable files by name; corrected ones once.

        Raises:
            httpx.TransportError: the hub does not answer.
        """
        documents = self._get("/documents", limit=_ALL)
        files = self._get("/submissions", limit=_ALL, state=PARKED)
        waiting = self._get("/submissions", limit=_ALL, state="received")
        found = [_document(row) for row in documents if row["state"] != "superseded"]
        found += [_file(row) for row in (*files, *waiting)]
        return {one.name: one for one in found}

    def _get(self, path: str, **query: str | int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._http.get(path, params=query).raise_for_status().json()
        return rows


def _document(row: Mapping[str, Any]) -> Known:
    decision = row["decision"] or {}
    way = next((way for way in row["deliveries"] if not way["copy"]), None)
    roads = [road["channel"] for road in decision.get("roads", ())]
    tried = tuple(roads[: roads.index(way["channel"]) + 1]) if way else ()
    return Known(
        name=row["number"],
        recipient=row["customer_name"],
        roads=tried,
        why=decision.get("rule") or "",
        state=row["state"],
        evidence=_finding(row) if row["state"] == PARKED else way["reason"] if way else "",
        entry=_entry(row),
        waits_for_print=way is not None and way["state"] == "gathered",
    )


def _file(row: Mapping[str, Any]) -> Known:
    return Known(
        name=row["name"],
        recipient=f"(from {row['sender']})",
        roads=(),
        why="",
        state="working" if row["state"] == "received" else row["state"],
        evidence=_finding(row),
        entry=_entry(row),
    )


def _finding(row: Mapping[str, Any]) -> str:
    fatal = [one for one in row["findings"] if one.get("severity", "fatal") == "fatal"]
    return f"{fatal[0]['rule']}: {fatal[0]['message']}" if fatal else ""


def _entry(row: Mapping[str, Any]) -> str:
    return next((line["entry"] for line in reversed(row["timeline"]) if line["entry"]), "")
