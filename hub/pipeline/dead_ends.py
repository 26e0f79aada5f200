"""Why the roads of a delivery have ended, whose data that is about, and who opens one again."""

from collections.abc import Iterable, Sequence
from textwrap import shorten
from typing import Final

import msgspec
from msgspec.structs import replace

from archive.entry import Entry
from formats import canonical
from formats.findings import Actor, Finding
from formats.model import Document, Invoice
from formats.rules.engine import getter
from hub.enrichment.additions import Addition, is_empty
from hub.pipeline.house import House
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from outbound.channel import DeliveryState
from routing_rules.recipient import Recipient

_SETTINGS: Final = {
    "seller.name": "name",
    "seller.vat_identifier": "vat_identifier",
    "seller.tax_registration": "tax_registration",
    "seller.legal_registration": "legal_registration",
    "seller.legal_information": "legal_information",
    "seller.electronic_address": "endpoint_scheme and endpoint",
    "seller.address.country": "country",
    "seller.address": "street, post_code, city and country",
    "seller.contact": "contact_name, phone and email",
    "payment": "iban",
    "extensions.it.regime": "tax_regime",
}
"""Path to what room 3 takes it from, in `[tenant.KEY]`."""
_COLUMNS: Final = {
    "buyer.name": "name",
    "buyer.vat_identifier": "vat_identifier",
    "buyer.electronic_address": "endpoint_scheme and endpoint_id",
    "buyer.address": "street, post_code, city and country",
}
"""The same of the address book."""
_FIXES: Final = {
    "render": "choose another format for this road in the routing rules",
    "sign": "mend seal_key in [tenant.{tenant}] of {settings}",
}
_RECIPIENT: Final = "correct the recipient in the address book"
_SHOWN: Final = 6
"""Rules and fixes that one sentence names."""
_WORDS_MAX: Final = 200


class End(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The end of one road, as it is filed.

    Attributes:
        reason: ours or the peer's words.
        findings: rules of its format that the document breaks, or what its channel lacks.
        fix: what opens it, where no finding says so.
        state: of a peer's report.
    """

    channel: str
    reason: str
    findings: tuple[Finding, ...] = ()
    fix: str = _RECIPIENT
    state: str = DeliveryState.REJECTED

    @property
    def by_us(self) -> bool:
        """Whether the operator alone can open this road."""
        return all(finding.actor is Actor.OPERATOR for finding in self.findings)

    @property
    def fixes(self) -> str:
        """What opens this road, in one sentence."""
        return _listed((f.fix or "" for f in self.findings), "; ") or self.fix


def end_of(
    house: House, delivery: Delivery, reason: str, room: str, findings: Sequence[Finding] = ()
) -> End:
    """Return the end of the road that a delivery is on."""
    fix = _FIXES.get(room, _RECIPIENT)
    return End(
        channel=delivery.channel,
        reason=reason,
        findings=tuple(findings),
        fix=fix.format(tenant=delivery.tenant, settings=house.config.file.name),
    )


def earlier_ends(house: House, delivery: Delivery) -> list[End]:
    """Return the ends of the roads that were left before, as they were filed."""
    own = f"{delivery.parcel_key}/"
    entries = house.archive.entries(subject=delivery.id)
    found = [
        end for entry in entries if not entry.key.startswith(own) for end in _ends(house, entry)
    ]
    return list(dict.fromkeys(found))


def _ends(house: House, entry: Entry) -> list[End]:
    items = [item for item in entry.items if item.role in {"reason", "event"}]
    ends = [msgspec.json.decode(house.archive.get(item.sha256), type=End) for item in items]
    return [end for end in ends if end.state == DeliveryState.REJECTED]


def undelivered(ends: Sequence[End]) -> tuple[Finding, ...]:
    """Return that no road is left, then each finding on which one has ended.

    Whoever opens one road is enough: that is the operator, if he can.
    """
    ours = [end for end in ends if end.by_us]
    first = min(ends, key=lambda end: len(end.findings))
    said = "; ".join(f"{end.channel}: {shorten(end.reason, _WORDS_MAX)}" for end in ends)
    over_all = Finding(
        rule="IN-UNDELIVERED",
        message=f"no road is left. {said}",
        fix=f"{_listed((end.fixes for end in ours), ' or ')}, then resubmit"
        if ours
        else first.fixes,
        actor=Actor.OPERATOR if ours else _last(first.findings),
    )
    more = {(each.rule, each.path): each for end in ends for each in end.findings}
    return (over_all, *more.values())


def _last(findings: Sequence[Finding]) -> Actor:
    """Return who must act before anybody else can."""
    actors = {finding.actor for finding in findings}
    return Actor.CUSTOMER if actors == {Actor.CUSTOMER} else Actor.ERP


def broken(findings: Sequence[Finding]) -> str:
    """Return the rules of these findings, each once.

    >>> broken([Finding(rule="BR-DE-2", message=""), Finding(rule="BR-DE-1", message="")])
    'BR-DE-2, BR-DE-1'
    """
    return _listed((finding.rule for finding in findings), ", ")


def _listed(parts: Iterable[str], between: str) -> str:
    each = [part for part in dict.fromkeys(parts) if part]
    left = len(each) - _SHOWN
    shown = between.join(each[:_SHOWN])
    return f"{shown}{between}and {left} more" if left > 0 else shown


def lacks(path: str, reason: str) -> Finding:
    """Return the finding that a channel cannot do without a field."""
    return Finding(rule="IN-LACKS", message=reason, path=path, fix="send it")


def owned(house: House, row: DocumentRow, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Name who mends each fault: what room 3 adds, or would add, is no ERP's to send."""
    if not findings:
        return ()
    document = canonical.decode(house.archive.get(row.enriched_sha256))
    added = {each.path: each.source for each in _additions(house, row)}
    return tuple(_owned(house, row, document, added, finding) for finding in findings)


def _owned(
    house: House, row: DocumentRow, document: Document, added: dict[str, str], finding: Finding
) -> Finding:
    path = finding.path or ""
    unit = next((u for u in (*_SETTINGS, *_COLUMNS) if f"{path}.".startswith(f"{u}.")), None)
    if unit is None or not (unit in added or _would_add(document, unit)):
        return finding
    place, fix = _place(house, row, unit)
    return replace(finding, place=place, fix=fix, actor=Actor.OPERATOR)


def _would_add(document: Document, unit: str) -> bool:
    if unit == "payment" and isinstance(document, Invoice) and document.is_credit_note:
        return False
    return is_empty(getter(unit)(document))


def _place(house: House, row: DocumentRow, unit: str) -> tuple[str, str]:
    """Return where a field of ours is set, and how."""
    if unit in _SETTINGS:
        place = f"[tenant.{row.tenant}]"
        return place, f"set {_SETTINGS[unit]} in {place} of {house.config.file.name} and restart"
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    if recipient.known:
        place = f"address book {recipient.key}"
        return place, f"set {_COLUMNS[unit]} of {recipient.key} in the address book"
    return "address book", f"take the recipient into the address book, with {_COLUMNS[unit]}"


def _additions(house: House, row: DocumentRow) -> list[Addition]:
    key = f"{row.id}/enrich/{row.round}"
    (kept,) = (i for i in house.archive.kept(row.tenant, [key])[key].items if i.role == "additions")
    return msgspec.json.decode(house.archive.get(kept.sha256), type=list[Addition])
