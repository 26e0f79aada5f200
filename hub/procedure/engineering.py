"""The technical and the operating part: formats, channels, checks, keys, archive, periods, jobs."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from archive.law.periods import PERIODS, Period
from formats.catalogue import READERS, WRITERS
from formats.rules.catalogue import RULESETS
from hub.config.config import Config
from hub.keys import KeyFault
from hub.pipeline.house import House
from hub.procedure.blocks import Cell, Chapter, Facts, Table, Text, Word, Words, joined, yes
from hub.procedure.business import place_of
from hub.sealing.seals import own_seal

_OPEN = ("host_key", "host_keys", "dkim_selector", "sender", "folder")
"""Settings of channels that anybody may read; all others stay out."""


def technical(house: House, tenant: str) -> Chapter:
    """Return formats, checks, channels, how numbers are kept apart, the archive, keys."""
    return Chapter(
        key="technical",
        blocks=(
            _read(),
            _written(house),
            _checks(house),
            _rule_sets(),
            Text(key="numbering"),
            _channels(house),
            Text(key="signatures"),
            _archive(house.config),
            _keys(house, tenant),
        ),
    )


def operating(house: House, tenant: str) -> Chapter:
    """Return how long and where documents are kept, what runs by itself, what guards it."""
    return Chapter(
        key="operating",
        blocks=(
            _retention(house.config, tenant),
            _own_periods(house.config, tenant),
            Text(key="holds"),
            Text(key="disposal_text"),
            Text(key="privacy"),
            _schedule(house.config),
            Text(key="backup"),
            Text(key="verification"),
            Text(key="versions_text"),
        ),
    )


def _read() -> Table:
    rows = tuple((reader.name, Word(f"format_{reader.name}")) for reader in READERS)
    return Table(key="formats_in", head=("format", "called"), rows=rows)


def _written(house: House) -> Table:
    used = {
        lane.road.format for rule in house.rules.rules for lane in rule.lanes if not lane.closed
    }
    rows = tuple((name, _carried(WRITERS[name].kinds)) for name in sorted(used & {*WRITERS}))
    return Table(key="formats_out", head=("format", "carries"), rows=rows)


def _carried(kinds: Iterable[str]) -> Words:
    return Words(tuple(f"kind_{kind}" for kind in sorted(kinds)))


def _checks(house: House) -> Facts:
    return Facts(
        key="checks",
        rows=(
            ("own_rules", yes(answer=True)),
            ("official_rules", yes(answer=house.config.check.official)),
            ("routing_version", house.rules.version[:16]),
        ),
    )


def _rule_sets() -> Table:
    rows = tuple(
        (each.key, each.version, str(sum(1 for _ in each)), each.source)
        for each in RULESETS.values()
    )
    return Table(key="rule_sets", head=("rule_set", "version", "rules", "source"), rows=rows)


def _channels(house: House) -> Table:
    rows = tuple(
        (name, str(table["kind"]), _host(house, name), "; ".join(_settings(table)) or Word("none"))
        for name, table in sorted(house.config.channels.items())
    )
    return Table(key="channels", head=("channel", "kind", "peer", "settings"), rows=rows)


def _host(house: House, name: str) -> str:
    """Return where a channel's peer is, without what an address may hold besides."""
    parts = urlsplit(house.channels[name].endpoint) if name in house.channels else urlsplit("")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else "—"


def _settings(table: object) -> Iterator[str]:
    values = table if isinstance(table, dict) else {}
    for name in _OPEN:
        if value := values.get(name):
            yield f"{name} = {value}"


def _archive(config: Config) -> Facts:
    kept = config.archive
    urls = [kept.time_stamp_url, *(each.url for each in kept.authorities.values())]
    hosts = [urlsplit(url).hostname or "" for url in urls if url]
    return Facts(
        key="archive",
        rows=(
            ("log", Word("log_words")),
            ("hashes", "SHA-256, SHA-512"),
            ("signature", "Ed25519 (C2SP signed-note, tlog-checkpoint, tlog-tiles)"),
            ("log_origin", kept.origin),
            ("encrypted", yes(answer=kept.encrypt)),
            ("in_clear", Word("clear_words")),
            ("auditors_process", Word("auditors_process_words")),
            ("store", f"S3 {kept.s3.bucket} {kept.s3.lock}".strip() if kept.s3 else Word("folder")),
            ("time_stamps", joined(hosts)),
            ("place", place_of(config)),
        ),
    )


def _keys(house: House, tenant: str) -> Table:
    rows = [*_archive_key(house, tenant), *_seal(house, tenant)]
    return Table(key="keys", head=("use", "owner", "fingerprint", "valid_until"), rows=tuple(rows))


def _archive_key(house: House, tenant: str) -> Iterator[tuple[Cell, ...]]:
    line = house.archive.verifier_key(f"{tenant}/{house.clock().year}")
    public = base64.b64decode(line.split("+", 2)[2])[1:]
    yield (
        Word("archive_key"),
        house.config.archive.origin,
        _fingerprint(public),
        Word("until_rotated"),
    )


def _seal(house: House, tenant: str) -> Iterator[tuple[Cell, ...]]:
    if tenant not in house.seals:
        return
    try:
        leaf = x509.load_der_x509_certificate(own_seal(house.seals, tenant).chain[0])
    except KeyFault:
        yield Word("seal"), tenant, Word("cannot_be_opened"), ""
        return
    ends = f"{leaf.not_valid_after_utc:%Y-%m-%d}"
    name = leaf.subject.rfc4514_string()
    yield Word("seal"), name, _fingerprint(leaf.public_bytes(Encoding.DER)), ends


def _fingerprint(data: bytes) -> str:
    """Return a SHA-256 in groups that a person can compare."""
    digest = hashlib.sha256(data).hexdigest()
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _retention(config: Config, tenant: str) -> Table:
    own = {config.tenants[tenant].country, *config.tenants[tenant].archive.registered_in}
    rows = tuple(_period(country, period, own) for country, period in PERIODS.items())
    return Table(key="retention", head=("country", "years", "start", "source", "own"), rows=rows)


def _period(country: str, period: Period, own: set[str]) -> tuple[Cell, ...]:
    start = Word(f"start_{period.start.name.lower()}")
    return country, str(period.years), start, period.source, yes(answer=country in own)


def _own_periods(config: Config, tenant: str) -> Facts:
    keeping = config.tenants[tenant].archive
    policy = f"{keeping.keep_years}: {keeping.keep_because}" if keeping.keep_years else ""
    return Facts(
        key="own_periods",
        rows=(
            ("fiscal_year_end", keeping.fiscal_year_end),
            ("registered_in", joined(keeping.registered_in)),
            ("keep_years", policy or Word("none")),
            ("residency", ", ".join(keeping.residency) or Word("anywhere")),
            ("place", place_of(config)),
        ),
    )


def _schedule(config: Config) -> Table:
    polling, retry = config.polling, config.retry
    rows: list[tuple[Cell, ...]] = [
        (Word("job_folders"), f"{polling.folder_seconds:g} s"),
        (Word("job_reports"), f"{polling.events_seconds:g} s"),
        (Word("job_doubts"), f"{polling.in_doubt_seconds:g} s"),
        (Word("job_retry"), f"{retry.first_seconds:g} s … {retry.longest_seconds:g} s"),
        (Word("job_give_up"), f"{retry.give_up_hours:g} h"),
        (Word("job_print"), f"{config.runs.print_at} UTC"),
        (Word("job_closing"), "24 h"),
        (Word("job_procedure"), "24 h"),
    ]
    return Table(key="schedule", head=("job", "every"), rows=tuple(rows))
