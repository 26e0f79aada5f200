"""What becomes of a piece at a print partner's: its states, a line of his report, and a verdict.

Every piece ends in one of four states: rejected, posted, returned, or spoiled and not made again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PieceState(StrEnum):
    """How far a piece has come, in the partner's words."""

    SENT = "sent"
    RECEIVED = "received"
    REJECTED = "rejected"
    PRINTED = "printed"
    SPOILED = "spoiled"
    POSTED = "posted"
    RETURNED = "returned"


class Verdict(StrEnum):
    """What a line is worth.

    TAKEN: the piece is now as it says. AGAIN: that was known. LATE: it names a step before the one
    that is known. CONTRADICTS: both cannot be. UNKNOWN: it is of nothing that was sent, or cannot
    be read.
    """

    TAKEN = "taken"
    AGAIN = "again"
    LATE = "late"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


_S = PieceState
_T, _A, _L, _C = Verdict.TAKEN, Verdict.AGAIN, Verdict.LATE, Verdict.CONTRADICTS
_SAID: Final = (_S.RECEIVED, _S.REJECTED, _S.PRINTED, _S.SPOILED, _S.POSTED, _S.RETURNED)
_TABLE: Final[Mapping[PieceState, tuple[Verdict, ...]]] = {
    _S.SENT: (_T, _T, _T, _T, _T, _T),
    _S.RECEIVED: (_A, _T, _T, _T, _T, _T),
    _S.REJECTED: (_L, _A, _C, _C, _C, _C),
    _S.PRINTED: (_L, _C, _A, _T, _T, _T),
    _S.SPOILED: (_L, _C, _T, _A, _T, _T),
    _S.POSTED: (_L, _C, _L, _C, _A, _T),
    _S.RETURNED: (_L, _C, _L, _C, _L, _A),
}
"""Known state to what follows from each of _SAID: a spoiled piece may be printed again by him."""

ENDS: Final = frozenset({_S.REJECTED, _S.SPOILED, _S.POSTED, _S.RETURNED})
"""States after which nothing more need come."""


def verdict(known: PieceState | None, said: PieceState | None) -> Verdict:
    """Return what follows from what a line says about a piece.

    >>> verdict(PieceState.PRINTED, PieceState.POSTED).value
    'taken'
    >>> verdict(PieceState.REJECTED, PieceState.POSTED).value
    'contradicts'
    """
    if known is None or said is None or said not in _SAID:
        return Verdict.UNKNOWN
    return _TABLE[known][_SAID.index(said)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """Where somebody lives now, as the post or the partner found out."""

    street: str
    post_code: str
    city: str
    country: str = ""

    def __str__(self) -> str:
        """Return it on one line."""
        place = f"{self.post_code} {self.city}".strip()
        return ", ".join(part for part in (self.street, place, self.country) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a partner's report: of one piece, or without one of the whole job.

    Attributes:
        source: file, its digest and the line's number: a line is taken once.
        state: None where his word for it is not known.
        status: his own word.
        at: when it happened, as he writes it.
        count, sha256: of a job's receipt: how many pieces, and of which PDF.
        address: where the addressee has moved, if he says so.
    """

    source: str
    job: str
    piece: str
    state: PieceState | None
    status: str
    reason: str = ""
    at: str = ""
    count: str = ""
    sha256: str = ""
    address: NewAddress | None = None

    @property
    def words(self) -> str:
        """What it says, for people."""
        return " ".join(part for part in (self.status, self.reason, self.at) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Until when the partner answers; after that his silence raises an alarm.

    Attributes:
        receipt_hours: from handing over a job to his receipt; 0: he gives none.
        posted_days: working days, Monday to Friday, to the posting of all pieces; 0: he reports
            none.
    """

    receipt_hours: int = 24
    posted_days: int = 3

    def __post_init__(self) -> None:
        if self.receipt_hours < 0 or self.posted_days < 0:
            raise ValueError("a promise of hours and days is not less than 0")
