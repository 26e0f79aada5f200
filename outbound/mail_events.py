"""Delivery reports of a mailbox as events of the parcels they are about."""

from collections.abc import Sequence
from pathlib import Path

from outbound import bounces
from outbound.channel import Enclosure, Event
from outbound.return_path import ReturnPath


class MailEvents:
    """Reads the mailbox that the return path leads to; mail that is no report is for a person."""

    def __init__(self, return_path: ReturnPath, *, maildir: str | None) -> None:
        self._return_path = return_path
        self._maildir = Path(maildir) if maildir is not None else None

    def events(self) -> Sequence[Event]:
        """Return the delivery reports not put away yet."""
        if self._maildir is None:
            return ()
        found = []
        for file in bounces.waiting(self._maildir):
            event = self._event(file)
            if event is None:
                bounces.put_away(self._maildir, file.name, seen=False)
            else:
                found.append(event)
        return found

    def acknowledge(self, event: Event) -> None:
        """Mark the report as seen."""
        if self._maildir is not None:
            bounces.put_away(self._maildir, event.source)

    def _event(self, file: Path) -> Event | None:
        data = file.read_bytes()
        report = bounces.read_report(data)
        token = self._return_path.token_of(report.addressed_to) if report else None
        if report is None or token is None:
            return None
        key = report.envelope_id
        ours = key is not None and self._return_path.stands_for(token, key)
        return Event(
            parcel_key=key if ours else None,
            external_id=self._return_path.message_id(token),
            state=report.state,
            reason=report.reason,
            strong=report.final,
            evidence=(Enclosure(name="report.eml", media_type="message/rfc822", data=data),),
            source=file.name,
        )
