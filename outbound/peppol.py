"""Peppol through an access point's REST gateway, in the shape of phoss-ap.

We are corner 1: the access point makes the envelope (SBDH), finds the receiver and speaks AS4. Our
part is one identifier per parcel, under which it can be asked before anything is sent twice.

Source:
    phoss-ap 0.11, `/api/outbound/submit`, `/api/outbound/status`, `/api/ops/outbound/history`.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import httpx
from lxml import etree

from outbound.channel import (
    Deferred,
    DeliveryState,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)

_PARTICIPANT = "iso6523-actorid-upis::"
_DOCUMENT_TYPE = "busdox-docid-qns::"
_PROCESS = "cenbii-procid-ubl::"

_SYNTAX_VERSIONS = {
    "urn:oasis:names:specification:ubl:schema:xsd:": "2.1",
    "urn:un:unece:uncefact:data:standard:": "D16B",
}
"""Root namespace to the version that ends a document type identifier."""

_STATES = {
    "pending": DeliveryState.HANDED_OVER,
    "sending": DeliveryState.HANDED_OVER,
    "failed": DeliveryState.HANDED_OVER,
    "sent": DeliveryState.HANDED_OVER,
    "rejected": DeliveryState.REJECTED,
    "permanently_failed": DeliveryState.REJECTED,
}
"""What the access point says of a transaction. After `failed` it tries again by itself."""

_ANSWERS = {
    "received_ap": DeliveryState.DELIVERED,
    "received_ab": DeliveryState.DELIVERED,
    "received_re": DeliveryState.REJECTED,
}
"""What the receiver's side said (Peppol MLS 1.0): accepted, accepted unconfirmed, rejected."""

_PAGE_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An access point that sends for us.

    Attributes:
        base_url: up to and without `/api`.
        token: sent as X-Token.
        sender: our participant id, `0204:991-01234-44`, where it is not the seller's endpoint.
        country: ISO 3166-1 alpha-2 code of corner 1, where it is not the seller's country.
        process: BT-23 of documents that name none.
        timeout_seconds: for an answer; the access point sends while we wait.
        history_rows: how many of the latest transactions are looked through for answers.
        ca_file: PEM file of further authorities to trust, or None for the system's.
    """

    base_url: str
    token: str = field(repr=False)
    sender: str = ""
    country: str = ""
    process: str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    timeout_seconds: float = 120
    history_rows: int = 1000
    ca_file: str | None = None


class Peppol:
    """Hands documents to an access point and reads what became of them."""

    announces_commit = False

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._put_away: set[str] = set()
        self._http = httpx.Client(
            base_url=settings.base_url.rstrip("/") + "/api",
            headers={"X-Token": settings.token},
            timeout=httpx.Timeout(settings.timeout_seconds, connect=10),
            verify=_trust(settings.ca_file),
        )

    @property
    def endpoint(self) -> str:
        """The access point."""
        return self._settings.base_url

    def send(self, parcel: Parcel) -> Receipt:
        """Submit the document, unless the access point has it already.

        Raises:
            Refused: something a document type or participant needs is missing, or the access
                point will not send it.
            Deferred: it cannot be reached, does not know us, or asks us to wait.
            InDoubt: it has the document and did not answer.
        """
        path = self._submit_path(parcel)
        known = self.resolve(parcel)
        if known is not None:
            return known
        answer = self._post(path, parcel)
        if answer.is_success and _fields(answer).get("overallSuccess") is True:
            return self._receipt(parcel, DeliveryState.HANDED_OVER, "sent", answer.content)
        self._give_up_early(answer)
        known = self._known_after_trouble(parcel)
        if known is not None:
            return known
        if not answer.is_client_error:
            raise self._deferred(answer)
        raise Refused(f"{self.endpoint} answered {_words(answer)}")

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Ask for the transaction that has our identifier.

        Raises:
            Refused: the access point or the receiver's side has given it up.
            Deferred: the access point cannot be asked now.
        """
        row = self._row(parcel)
        if row is None:
            return None
        state = _state(row)
        if state is DeliveryState.REJECTED:
            raise Refused(f"{self.endpoint} gave up: {_summary(row)}")
        return self._receipt(parcel, state, _summary(row), _pretty(row))

    def events(self) -> Sequence[Event]:
        """Return what has come to an end since: receivers' answers, and sending given up."""
        return [
            event
            for row in self._history()
            if (event := _event(row)) is not None and event.source not in self._put_away
        ]

    def acknowledge(self, event: Event) -> None:
        """Remember, while we run, that it is kept; the access point knows no acknowledgement."""
        self._put_away.add(event.source)

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def name_of(self, key: str) -> str:
        """Return the instance id of a parcel, which the access point reports by."""
        return instance_id(key)

    def _submit_path(self, parcel: Parcel) -> str:
        labels = parcel.labels
        if not parcel.enclosures:
            raise Refused("the parcel holds no document")
        if parcel.destination.endpoint is None:
            raise Refused(
                "the recipient has no electronic address (BT-49)", lacks="buyer.electronic_address"
            )
        sender = self._settings.sender or _address(
            labels.get("seller_endpoint_scheme"), labels.get("seller_endpoint")
        )
        if not sender:
            raise Refused(
                "the seller has no electronic address (BT-34), and no sender is set",
                lacks="seller.electronic_address",
            )
        country = self._settings.country or labels.get("seller_country")
        if not country:
            raise Refused(
                "the seller has no country (BT-40), and none is set", lacks="seller.address.country"
            )
        parts = (
            _PARTICIPANT + sender,
            _PARTICIPANT + _address(*parcel.destination.endpoint),
            _DOCUMENT_TYPE + document_type(parcel.enclosures[0].data, labels.get("specification")),
            _PROCESS + (labels.get("process") or self._settings.process),
            country,
        )
        return "/outbound/submit/" + "/".join(quote(part, safe="") for part in parts)

    def _post(self, path: str, parcel: Parcel) -> httpx.Response:
        try:
            return self._http.post(
                path,
                params={"sbdhInstanceID": instance_id(parcel.key), "custom1": parcel.key[:255]},
                content=parcel.enclosures[0].data,
                headers={"Content-Type": "application/xml"},
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            raise self._unreachable(fault) from fault
        except httpx.TransportError as fault:
            raise InDoubt(
                f"{self.endpoint} was given the document and did not answer: {type(fault).__name__}"
            ) from fault

    def _get(self, path: str, **query: int) -> httpx.Response:
        """Ask something that changes nothing.

        Raises:
            Deferred: no answer, or one other than 200 and 404.
        """
        try:
            answer = self._http.get(path, params=query)
        except httpx.TransportError as fault:
            raise self._unreachable(fault) from fault
        if answer.status_code not in {httpx.codes.OK, httpx.codes.NOT_FOUND}:
            self._give_up_early(answer)
            raise self._deferred(answer)
        return answer

    def _give_up_early(self, answer: httpx.Response) -> None:
        """Raise for the answers that are about us and not about the document."""
        code = answer.status_code
        if code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise Deferred(f"{self.endpoint} does not accept our token", endpoint_down=True)
        if code == httpx.codes.NOT_FOUND:
            raise Deferred(f"{self.endpoint} does not send at present (404)", endpoint_down=True)
        if code in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE}:
            raise self._deferred(answer)

    def _row(self, parcel: Parcel) -> Mapping[str, Any] | None:
        answer = self._get(f"/outbound/status/{instance_id(parcel.key)}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        row = _fields(answer)
        if "status" not in row:
            raise self._deferred(answer)
        return row

    def _known_after_trouble(self, parcel: Parcel) -> Receipt | None:
        try:
            return self.resolve(parcel)
        except Deferred as fault:
            raise InDoubt(f"{self.endpoint} failed, and cannot be asked how far it came") from fault

    def _receipt(self, parcel: Parcel, state: DeliveryState, text: str, raw: bytes) -> Receipt:
        return Receipt(
            state=state,
            external_id=instance_id(parcel.key),
            text=text,
            evidence=(_report(raw),),
        )

    def _history(self) -> Iterator[Mapping[str, Any]]:
        """The latest transactions; none where the access point keeps no history."""
        for start in range(0, self._settings.history_rows, _PAGE_ROWS):
            answer = self._get("/ops/outbound/history", limit=_PAGE_ROWS, offset=start)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return
            rows = _json(answer)
            if not isinstance(rows, list):
                raise self._deferred(answer)
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < _PAGE_ROWS:
                return

    def _unreachable(self, fault: httpx.TransportError) -> Deferred:
        return Deferred(
            f"{self.endpoint} cannot be reached: {type(fault).__name__} {fault}".strip(),
            endpoint_down=True,
        )

    def _deferred(self, answer: httpx.Response) -> Deferred:
        return Deferred(
            f"{self.endpoint} answered {_words(answer)}",
            retry_after_seconds=_seconds(answer.headers.get("Retry-After", ""), self._clock()),
            endpoint_down=answer.status_code >= 500,
            slow_down=answer.status_code == httpx.codes.TOO_MANY_REQUESTS,
        )


def instance_id(key: str) -> str:
    """Return the SBDH instance identifier of a parcel: the same key, the same UUID.

    >>> instance_id("delivery-1") == instance_id("delivery-1") != instance_id("delivery-2")
    True
    """
    return str(uuid5(NAMESPACE_URL, f"facteur:{key}"))


def document_type(document: bytes, specification: str | None) -> str:
    """Return the Peppol document type: root namespace, root element, BT-24 and syntax version.

    Raises:
        Refused: not XML, no BT-24, or a syntax that has no document types.

    Source:
        Peppol Policy for use of Identifiers 4.4, section 5.

    >>> document_type(b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
    ...               "urn:cen.eu:en16931:2017")
    'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##urn:cen.eu:en16931:2017::2.1'
    """
    root = _root(document)
    version = next(
        (version for start, version in _SYNTAX_VERSIONS.items() if root[0].startswith(start)), None
    )
    if version is None:
        raise Refused(f"{root[1]} in namespace {root[0]!r} is neither UBL nor CII")
    if not specification:
        raise Refused("the document names no specification (BT-24)")
    return f"{root[0]}::{root[1]}##{specification}::{version}"


def _root(document: bytes) -> tuple[str, str]:
    """Namespace and name of the root element; nothing behind it is read."""
    try:
        events = etree.iterparse(
            BytesIO(document), events=("start",), resolve_entities=False, no_network=True
        )
        _, element = next(iter(events))
        name = etree.QName(element)
    except (etree.XMLSyntaxError, StopIteration) as fault:
        raise Refused("the document is not XML") from fault
    return name.namespace or "", name.localname


def _address(scheme: str | None, identifier: str | None) -> str:
    return f"{scheme}:{identifier}" if scheme and identifier else ""


def _trust(ca_file: str | None) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cafile=ca_file) if ca_file else True


def _state(row: Mapping[str, Any]) -> DeliveryState:
    """How far it has come: the receiver's side knows more than the access point."""
    answer = _ANSWERS.get(str(row.get("mlsStatus")))
    return answer or _STATES.get(str(row.get("status")), DeliveryState.HANDED_OVER)


def _event(row: Mapping[str, Any]) -> Event | None:
    """The end of a transaction, None while it goes on."""
    state = _state(row)
    if state is DeliveryState.HANDED_OVER:
        return None
    instance, status, answer = (
        str(row.get(name)) for name in ("sbdhInstanceID", "status", "mlsStatus")
    )
    return Event(
        parcel_key=row.get("custom1") or None,
        external_id=instance,
        state=state,
        reason=_summary(row),
        strong=answer != "received_ab",
        evidence=(_report(_pretty(row)),),
        source=f"{instance}:{status}:{answer}",
    )


def _report(raw: bytes) -> Enclosure:
    return Enclosure(name="access-point.json", media_type="application/json", data=raw)


def _pretty(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, indent=2, ensure_ascii=False).encode()


def _summary(row: Mapping[str, Any]) -> str:
    words = [str(row.get("status")), str(row.get("mlsStatus") or ""), row.get("errorDetails") or ""]
    return " ".join(" ".join(words).split())[:500]


def _seconds(wish: str, now: datetime) -> int | None:
    """Read Retry-After, which is a number of seconds or a date (RFC 9110 section 10.2.3).

    >>> from datetime import UTC
    >>> _seconds("Wed, 04 Nov 2026 12:00:30 GMT", datetime(2026, 11, 4, 12, tzinfo=UTC))
    30
    """
    if wish.isdigit():
        return int(wish)
    try:
        return max(0, round((parsedate_to_datetime(wish) - now).total_seconds()))
    except (ValueError, TypeError):
        return None


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _fields(answer: httpx.Response) -> Mapping[str, Any]:
    found = _json(answer)
    return found if isinstance(found, dict) else {}


def _words(answer: httpx.Response) -> str:
    return " ".join(f"{answer.status_code} {answer.text}".split())[:500]
