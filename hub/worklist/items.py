"""Item: one thing that waits for a person; Group: all that wait for the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from formats.findings import Actor


class Act(StrEnum):
    """What a person can do about a group here, besides mending the cause.

    RETRY: send it through again, one or all. STATE: say whether it arrived, with a reason. LOOK:
    say that it is seen to. SETTLE: say why it is right. NONE: nothing here ends it but the fix.
    """

    RETRY = "retry"
    STATE = "state"
    LOOK = "look"
    SETTLE = "settle"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits.

    Attributes:
        subject: what is acted on: a document, a file, a delivery, a print job.
        document: whose page says more; empty for a file or a job.
        title: number of the document, or name of the file or job.
        words: what is wrong, or what was last said.
        again: whether it can be sent through again as it is.
        is_job: whether the subject is a print job; `is_file`: a file of which something differs;
            `is_print`: a piece of a print job, as JOB#SEQUENCE, or a line of a partner's report.
    """

    subject: str
    document: str = ""
    title: str
    tenant: str
    sender: str = ""
    customer: str = ""
    words: str
    since: datetime
    again: bool = False
    is_job: bool = False
    is_file: bool = False
    is_print: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that wait for the same.

    Attributes:
        kind: where it comes from: `parked`, `doubt`, `job`, `unconfirmed`…
        rule: which rule, channel or deadline, within its kind.
        fix: what ends it, as an order.
        actor: who must act.
    """

    kind: str
    rule: str
    title: str
    fix: str
    actor: Actor
    act: Act
    items: Sequence[Item]

    @property
    def id(self) -> str:
        """Stable as long as cause and fix are the same: twelve hex digits."""
        cause = f"{self.kind}\n{self.rule}\n{self.fix}"
        return hashlib.sha256(cause.encode()).hexdigest()[:12]

    @property
    def again(self) -> int:
        """How many can be sent through again as they are."""
        return sum(item.again for item in self.items)
