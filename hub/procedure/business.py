"""The general and the user part: who, what for, by which steps, by which rules, who may do what."""

from collections.abc import Sequence

from hub.config.config import Config
from hub.pipeline.check import SOFTWARE
from hub.pipeline.house import House
from hub.procedure.blocks import Block, Cell, Chapter, Facts, Table, Text, Word, Words, joined, yes
from hub.store import access
from routing_rules.rule import Lane, Rule

_STEPS = ("receive", "read", "enrich", "check", "route", "render", "sign", "send", "confirm")
_ROLES = ("erp", "operator", "officer", "auditor", "recipient", "administrator")
_CONTROLS = (
    *("complete", "authentic", "once", "right", "rules", "proven", "unchanged", "kept", "clock"),
)


def general(house: House, tenant: str) -> Chapter:
    """Return what the procedure is for, and who is responsible."""
    return Chapter(
        key="general",
        blocks=(
            Text(key="purpose"),
            _company(house.config, tenant),
            _system(house.config),
            Text(key="law"),
            Table(
                key="roles",
                head=("role", "may", "control"),
                rows=tuple(
                    (Word(f"role_{each}"), Word(f"may_{each}"), Word(f"eyes_{each}"))
                    for each in _ROLES
                ),
            ),
            _four_eyes(house.config),
        ),
    )


def user(house: House, tenant: str) -> Chapter:
    """Return how documents come in, what is done with them, and which way they go."""
    return Chapter(
        key="user",
        blocks=(
            Table(
                key="steps",
                head=("number", "step", "does"),
                rows=tuple(
                    (str(n), Word(f"step_{each}"), Word(f"does_{each}"))
                    for n, each in enumerate(_STEPS, 1)
                ),
            ),
            _doors(house.config, tenant),
            _accesses(house, tenant),
            Text(key="faults"),
            _rules(house, tenant),
            _answers(house.config, tenant),
            Text(key="corrections"),
        ),
    )


def controls() -> Chapter:
    """Return the internal controls: risk, what is done against it, what shows that it was."""
    rows = tuple(
        (Word(f"risk_{each}"), Word(f"against_{each}"), Word(f"shown_{each}")) for each in _CONTROLS
    )
    return Chapter(
        key="controls",
        blocks=(Table(key="controls_table", head=("risk", "against", "shown"), rows=rows),),
    )


def _company(config: Config, key: str) -> Facts:
    own = config.tenants[key]
    address = ", ".join(
        part for part in (own.street, f"{own.post_code} {own.city}".strip(), own.country) if part
    )
    rows: list[tuple[str, Cell]] = [
        ("company", own.name),
        ("key", key),
        ("address", address or Word("not_said")),
        ("vat_identifier", own.vat_identifier or Word("not_said")),
        ("tax_registration", own.tax_registration or Word("not_said")),
        ("legal_registration", own.legal_registration or Word("not_said")),
    ]
    return Facts(key="company_facts", rows=tuple(rows))


def _system(config: Config) -> Facts:
    return Facts(
        key="system",
        rows=(
            ("software", SOFTWARE),
            ("log_origin", config.archive.origin),
            ("database", "PostgreSQL" if _is_postgres(config) else "SQLite"),
            ("place", place_of(config)),
            ("max_file", f"{config.hub.max_file_mb} MB"),
        ),
    )


def place_of(config: Config) -> Cell:
    """Return the countries in which something of the archive is stored."""
    places = dict.fromkeys(place for place in config.archive.places.values() if place)
    return ", ".join(places) or Word("not_said")


def _is_postgres(config: Config) -> bool:
    return bool(config.hub.database_file) or config.hub.database.startswith("postgres")


def _four_eyes(config: Config) -> Facts:
    asked = Word("two_people" if config.routing.four_eyes else "one_person")
    return Facts(
        key="four_eyes",
        rows=(
            ("change_of_rules", asked),
            ("release_of_hold", Word("two_people")),
            ("disposal", Word("two_people")),
        ),
    )


def _doors(config: Config, tenant: str) -> Table:
    rows = tuple(
        (
            key,
            yes(answer=bool(sender.folder)),
            yes(answer=bool(sender.sftp_keys and config.sftp_door.listen)),
            Word(f"complete_{sender.complete}"),
            Word(f"duplicates_{sender.duplicates}"),
            joined(sender.names),
            joined(sender.guides),
        )
        for key, sender in sorted(config.senders.items())
        if sender.tenant == tenant
    )
    head = ("sender", "folder", "sftp", "complete", "duplicates", "patterns", "guides")
    return Table(key="doors", head=head, rows=rows)


def _accesses(house: House, tenant: str) -> Table:
    with house.database.transaction() as connection:
        keys = access.known_keys(connection)
    rows = tuple(
        (
            key.id,
            key.sender,
            Words(tuple(f"scope_{each}" for each in key.scopes)),
            f"{key.made_at:%Y-%m-%d}",
        )
        for key in keys
        if key.tenant == tenant and key.revoked_at is None
    )
    return Table(key="accesses", head=("api_key", "sender", "scopes", "since"), rows=rows)


def _rules(house: House, tenant: str) -> Table:
    """Return the rules that may decide for this company; those of others are not its business."""
    own = [key for key, sender in house.config.senders.items() if sender.tenant == tenant]
    rows = tuple(_rule(rule) for rule in house.rules.rules if _concerns(rule, tenant, own))
    head = ("rule", "condition", "roads", "because", "source", "place_of_rule")
    return Table(key="routing", head=head, rows=rows)


def _concerns(rule: Rule, tenant: str, senders: Sequence[str]) -> bool:
    asked = {"tenant": [tenant], "sender": senders}
    return all(
        any(clause.holds((name,)) for name in asked[clause.word.removeprefix("not_")])
        for clause in rule.when
        if clause.word.removeprefix("not_") in asked
    )


def _rule(rule: Rule) -> tuple[Cell, ...]:
    clauses = "; ".join(f"{clause.word} {clause.text}" for clause in rule.when)
    name = f"{rule.name} §" if rule.legal else rule.name
    roads = "; ".join(_road(lane) for lane in rule.lanes)
    return name, clauses or Word("always"), roads, rule.because, rule.source, rule.place


def _road(lane: Lane) -> str:
    closed = " ✕" if lane.closed else ""
    return f"{lane.road.channel}: {lane.road.format}{closed}"


def _answers(config: Config, tenant: str) -> Block:
    own = {key for key, sender in config.senders.items() if sender.tenant == tenant}
    rows = tuple(
        (answer.sender, answer.form, joined(answer.states) if answer.states else Word("all"))
        for _, answer in sorted(config.answers.items())
        if answer.sender in own
    )
    return Table(key="answers", head=("sender", "form", "states"), rows=rows)
