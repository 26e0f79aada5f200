"""What can be wrong with a message of segments: every finding of both formats, in one place."""

from dataclasses import dataclass

from formats.codec import Unreadable
from formats.findings import Actor, Finding, Severity
from formats.model.terms import term_of

SHOWN = 40
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The findings of one format; its rules are called `IN-EDIFACT-…` or `IN-X12-…`."""

    syntax: str

    def envelope(self, message: str, place: str, fix: str, *, value: str | None = None) -> Finding:
        """Return the fault: the envelope does not hold what it says, or is not whole."""
        return Finding(
            rule=f"IN-{self.syntax}-ENVELOPE", message=message, place=place, value=value, fix=fix
        )

    def broken(self, message: str, place: str, fix: str) -> Unreadable:
        """Return the error: these bytes cannot be cut into segments."""
        return Unreadable(
            Finding(rule=f"IN-{self.syntax}-SYNTAX", message=message, place=place, fix=fix)
        )

    def syntax_fault(self, message: str, place: str, fix: str, *, value: str = "") -> Finding:
        """Return the fault: a segment that is not written as the syntax wants it."""
        return Finding(
            rule=f"IN-{self.syntax}-SYNTAX",
            message=message,
            place=place,
            value=value[:SHOWN] or None,
            fix=fix,
        )

    def no_invoice(self, reference: str, kind: str, wanted: str, place: str) -> Finding:
        """Return the fault: a message of another type."""
        return Finding(
            rule=f"IN-{self.syntax}-MESSAGE",
            message=f"message {reference or '(no reference)'} is no invoice: it is "
            f"{kind[:SHOWN] or '(of no type)'}",
            place=place,
            value=kind[:SHOWN] or None,
            fix=f"send {wanted} to this door",
        )

    def charset(self, message: str, fix: str) -> Finding:
        """Return the warning: the text is not in the character set that the file declares."""
        return Finding(
            rule=f"IN-{self.syntax}-CHARSET", message=message, severity=Severity.WARNING, fix=fix
        )

    def not_accepted(self, place: str, value: str, accepted: str) -> Finding:
        """Return the fault: a value that marks a message as one not to be taken."""
        return Finding(
            rule=f"IN-{self.syntax}-ACCEPT",
            message=f"`{value}` is not accepted here: a test, copy, duplicate or cancellation "
            f"must not be taken for an invoice (taken are: {accepted or 'none'})",
            place=place,
            value=value,
            fix="send the original for real, or accept this value in [accept] of the sender's "
            "guide",
        )

    def miscounted(self, place: str, said: str, count: int, what: str) -> Finding:
        """Return the fault: a control total of the message does not hold."""
        return Finding(
            rule=f"IN-{self.syntax}-COUNT",
            message=f"the message says that it has `{said}` {what}, but there are {count}",
            place=place,
            value=said,
            fix="send the message whole, with its own control total",
        )

    def wrong_currency(self, place: str, stated: str, own: str) -> Finding:
        """Return the fault: an amount in another currency than the invoice."""
        return Finding(
            rule=f"IN-{self.syntax}-CURRENCY",
            message=f"the amount is in `{stated[:SHOWN]}`, but the invoice in {own}",
            term="BT-5",
            place=place,
            value=stated[:SHOWN],
            fix="send the amount in the currency of the invoice, or map the other one in the "
            "sender's guide",
        )

    def misplaced(self, first: str, count: int) -> Finding:
        """Return the fault: segments outside of their section or group."""
        return Finding(
            rule=f"IN-{self.syntax}-ORDER",
            message=f"{first} does not belong where it stands ({count} such in this message)",
            place=first,
            fix="send header, lines and summary in this order, each segment in its group",
        )

    def unknown_segment(self, tag: str, first: str, count: int) -> Finding:
        """Return the warning: a segment that no invoice has."""
        return Finding(
            rule=f"IN-{self.syntax}-SEGMENT",
            message=f"{tag} is no segment of an invoice that is known here ({count} in this "
            "message); nothing was taken from it",
            severity=Severity.WARNING,
            place=first,
            fix="leave it out, or map it in the sender's guide",
        )

    def wrong_value(self, place: str, path: str, text: str, error: ValueError) -> Finding:
        """Return the fault: an element cannot be read as what it holds."""
        return Finding(
            rule=f"IN-{self.syntax}-VALUE",
            message=f"`{text[:SHOWN]}` {error}",
            term=term_of(path),
            path=path,
            place=place,
            value=text[:SHOWN],
            fix="correct the element, or what the guide says about it",
        )

    def no_meaning(self, place: str, path: str, text: str, table: str) -> Finding:
        """Return the fault: a code that the guide does not translate."""
        return Finding(
            rule=f"IN-{self.syntax}-CODE",
            message=f"the guide does not say what `{text[:SHOWN]}` means",
            term=term_of(path),
            path=path,
            place=place,
            value=text[:SHOWN],
            fix=f"add `{text[:SHOWN]}` to [codes.{table}] in the sender's guide",
            actor=Actor.OPERATOR,
        )

    def more(self, count: int) -> Finding:
        """Return the fault: there are more than are listed."""
        return Finding(
            rule=f"IN-{self.syntax}-MORE",
            message=f"the message has {count:,} more faults, which are not listed",
            fix="mend those that are listed, and what made them",
        )

    def too_much(self, count: int, what: str, place: str) -> Unreadable:
        """Return the error: more of something than is read at once."""
        return self.broken(f"there are more than {count:,} {what}", place, "send fewer at a time")

    def incomplete(self, path: str) -> Finding:
        """Return the warning: a group lacks the value without which it means nothing."""
        return Finding(
            rule=f"IN-{self.syntax}-INCOMPLETE",
            message=f"{path} has no value, so what belongs to it was left out",
            severity=Severity.WARNING,
            term=term_of(path),
            path=path,
        )
