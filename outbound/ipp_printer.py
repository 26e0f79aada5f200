"""A printer or print queue that is spoken to by IPP over HTTP: its state, its jobs, a new job."""

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from outbound.channel import Deferred, InDoubt, Refused
from outbound.ipp_message import (
    Answer,
    Attributes,
    Operation,
    Tag,
    attribute,
    group,
    read,
    request,
)

_PORT = 631
_ANSWER_BYTES_MAX = 16_000_000
_SUCCESS = 0x00FF
_INTERNAL_ERROR, _BUSY, _CANCELLED = 0x0500, 0x0507, 0x0508
_KEEPS_OUT = frozenset({0x0401, 0x0402, 0x0403, 0x0405, 0x0406, 0x0407})
"""Not authenticated and the like, or no such printer: no other job fares better."""
_DOWN = frozenset({0x0501, 0x0502, 0x0503, 0x0504, 0x0506, 0x050A}) | _KEEPS_OUT
"""RFC 8011 appendix B.1."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_JOB_FACTS = ("job-id", "job-name", "job-state", "job-state-reasons", "job-impressions-completed")
"""CUPS 2.4 leaves out the name of an ended job where nothing is asked that it must load: only the
last of these makes it look."""


class JobState(IntEnum):
    """How a job stands (RFC 8011 section 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELLED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the printer lists it.

    Attributes:
        name: empty where the printer does not tell.
        pages: that were printed, where it counts them.
    """

    number: int
    name: str
    state: JobState
    reasons: tuple[str, ...]
    pages: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to get at a printer.

    Attributes:
        uri: `ipps://print.example/printers/office`, or `ipp://` for what is not encrypted.
        username: under which jobs are listed, and we log in where there is a password. Only jobs
            of this name are found again: it must not change while one is in doubt.
        password: only over `ipps`, or to this machine.
        ca_file: PEM file of further authorities to trust, or None for the system's.
        timeout_seconds: for each answer.
    """

    uri: str
    username: str = "facteur"
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout_seconds: float = 60

    def __post_init__(self) -> None:
        """Refuse what names no printer, or gives a password away.

        Raises:
            ValueError: it does.
        """
        parts = urlsplit(self.uri)
        if parts.scheme not in {"ipp", "ipps"} or not parts.hostname or parts.username:
            raise ValueError(f"uri {parts.hostname or self.uri!r} is no ipp:// or ipps:// address")
        if self.password and parts.scheme == "ipp" and not _is_here(parts.hostname):
            raise ValueError("a password would leave unencrypted: the uri must begin with ipps://")


class Printer:
    """Asks a printer, and hands it jobs."""

    def __init__(self, access: Access) -> None:
        parts = urlsplit(access.uri)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        place = f"{host}:{parts.port or _PORT}{parts.path or '/'}"
        self.uri = f"{parts.scheme}://{place}"
        self._url = f"{'https' if parts.scheme == 'ipps' else 'http'}://{place}"
        self._username = access.username
        self._http = httpx.Client(
            auth=(access.username, access.password) if access.password else None,
            timeout=httpx.Timeout(access.timeout_seconds, connect=10),
            verify=parts.scheme == "ipps" and ssl.create_default_context(cafile=access.ca_file),
            trust_env=False,
        )

    def facts(self, *names: str) -> Attributes:
        """Return attributes of the printer.

        Raises:
            Deferred: it cannot be asked.
        """
        wanted = attribute(Tag.KEYWORD, "requested-attributes", *names)
        groups = self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted).of(Tag.PRINTER_GROUP)
        return groups[0] if groups else {}

    def jobs(self, which: str) -> Sequence[Job]:
        """Return our jobs that are `completed`, in whatever way, or `not-completed`.

        Raises:
            Deferred: it cannot be asked.
        """
        answer = self._ask(
            Operation.GET_JOBS,
            attribute(Tag.KEYWORD, "which-jobs", which),
            attribute(Tag.BOOLEAN, "my-jobs", True),  # noqa: FBT003
            attribute(Tag.KEYWORD, "requested-attributes", *_JOB_FACTS),
        )
        try:
            return [_job(each) for each in answer.of(Tag.JOB_GROUP) if each]
        except ValueError as fault:
            raise Deferred(f"{self.uri} lists jobs oddly: {fault}", endpoint_down=True) from fault

    def hand_over(self, name: str, template: Sequence[bytes], data: bytes) -> Job:
        """Give it a PDF to print, exactly as the template says or not at all.

        Raises:
            Refused: it will not print this.
            Deferred: it cannot be reached or does not take jobs now.
            InDoubt: it was given the job and did not answer.
        """
        body = self._request(
            Operation.PRINT_JOB,
            attribute(Tag.NAME, "job-name", name),
            attribute(Tag.BOOLEAN, "ipp-attribute-fidelity", True),  # noqa: FBT003
            attribute(Tag.MIME_TYPE, "document-format", "application/pdf"),
            job=template,
        )
        try:
            answer = self._exchange(body + data)
            self._raise_unless_taken(answer)
            [job] = answer.of(Tag.JOB_GROUP)
            return _job({"job-name": (name,), **job})
        except _NEVER_SENT as fault:
            raise self._unreachable(fault) from fault
        except (httpx.HTTPError, ValueError) as fault:
            words = f"{self.uri} was given a job and did not answer: {_words(fault)}"
            raise InDoubt(words) from fault

    def close(self) -> None:
        """Let connections go."""
        self._http.close()

    def _ask(self, operation: Operation, *attributes: bytes) -> Answer:
        """Ask something that changes nothing."""
        try:
            answer = self._exchange(self._request(operation, *attributes))
        except (httpx.HTTPError, ValueError) as fault:
            raise self._unreachable(fault) from fault
        if answer.status > _SUCCESS:
            raise Deferred(f"{self.uri} says {_status(answer)}", endpoint_down=True)
        return answer

    def _request(
        self, operation: Operation, *attributes: bytes, job: Sequence[bytes] = ()
    ) -> bytes:
        head = (
            attribute(Tag.CHARSET, "attributes-charset", "utf-8"),
            attribute(Tag.LANGUAGE, "attributes-natural-language", "en"),
            attribute(Tag.URI, "printer-uri", self.uri),
            attribute(Tag.NAME, "requesting-user-name", self._username),
        )
        groups = group(Tag.OPERATION_GROUP, *head, *attributes), group(Tag.JOB_GROUP, *job)
        return request(operation, *groups)

    def _exchange(self, body: bytes) -> Answer:
        """Send a request.

        Raises:
            Refused: it is too large.
            Deferred: the server does not let us in, or there is no printer at this place.
            httpx.HTTPError: no answer.
            ValueError: an answer that is no IPP.
        """
        kind = {"Content-Type": "application/ipp"}
        with self._http.stream("POST", self._url, content=body, headers=kind) as answer:
            if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
                raise Refused(f"{self.uri} says it is too large")
            if answer.is_client_error:
                words = f"{self.uri} does not let us in: HTTP {answer.status_code}"
                raise Deferred(words, endpoint_down=True)
            if not answer.is_success:
                raise ValueError(f"HTTP {answer.status_code}")
            found = bytearray()
            for part in answer.iter_bytes():
                found += part
                if len(found) > _ANSWER_BYTES_MAX:
                    raise ValueError("too long an answer")
        return read(bytes(found))

    def _raise_unless_taken(self, answer: Answer) -> None:
        status = answer.status
        if status <= _SUCCESS:
            return
        words = f"{self.uri} says {_status(answer)}"
        if status == _INTERNAL_ERROR:
            raise InDoubt(words)
        if status == _CANCELLED or (status < _INTERNAL_ERROR and status not in _DOWN):
            raise Refused(words)
        raise Deferred(words, endpoint_down=status in _DOWN, slow_down=status == _BUSY)

    def _unreachable(self, fault: Exception) -> Deferred:
        return Deferred(f"{self.uri} cannot be asked: {_words(fault)}", endpoint_down=True)


def _job(attributes: Attributes) -> Job:
    """Read a job.

    Raises:
        ValueError: it lacks its number or state.
    """
    try:
        [number], [state] = attributes["job-id"], attributes["job-state"]
        pages = attributes.get("job-impressions-completed")
        return Job(
            number=int(number),
            name=" ".join(str(word) for word in attributes.get("job-name", ())),
            state=JobState(int(state)),
            reasons=tuple(
                str(word) for word in attributes.get("job-state-reasons", ()) if word != "none"
            ),
            pages=int(pages[0]) if pages else None,
        )
    except KeyError as fault:
        raise ValueError(f"a job without {fault}") from fault


def _status(answer: Answer) -> str:
    said = [group.get("status-message", ()) for group in answer.of(Tag.OPERATION_GROUP)]
    words = " ".join(str(word) for each in said for word in each)
    return f"0x{answer.status:04X} {re.sub(r'[^ -~]+', ' ', words)[:300]}".strip()


def _words(fault: Exception) -> str:
    return str(fault) if isinstance(fault, ValueError) else type(fault).__name__


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
