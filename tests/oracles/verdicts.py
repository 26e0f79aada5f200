"""How a test notes what another judge said, for `python -m tests.oracles.judge` to count."""

from dataclasses import dataclass
from typing import NamedTuple

PROPERTY = "verdict"


class Verdict(NamedTuple):
    """What one judge said of one file, or of so many `files` at once."""

    judge: str
    subject: str
    agrees: bool
    files: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Notes verdicts in the report of the test that compares them."""

    noted: list[tuple[str, object]]

    def __call__(
        self, judge: str, subject: str, *, agrees: bool, says: object = "", files: int = 1
    ) -> None:
        """Note that a judge, who may refuse what we refuse, says the same as we; else fail.

        Args:
            judge: program or library that judges.
            subject: the file, as a person finds it.
            agrees: whether its verdict is ours.
            says: its words, for the one who looks into it.
            files: how many, where one by one would be too many.
        """
        if files:
            self.noted.append((PROPERTY, Verdict(judge, subject, agrees, files)))
        assert agrees, f"{judge} disagrees about {subject}: {says}"
