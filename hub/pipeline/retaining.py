"""By which rules a document is kept: of the seller's countries, of the buyer's, of the company."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archive.law.register import Register
from archive.law.retention import COMPANY, Ground, Policy, fields_of, promised
from formats.model import Document, Invoice
from hub.config.companies import Tenant
from hub.config.config import Config
from hub.pipeline.house import House, Outcome
from hub.store.documents import DocumentRow

_SELLER = "the seller's country"
_NUMBER = "the seller's VAT identifier"
_REPRESENTATIVE = "the seller's tax representative"
_BUYER = "the buyer's country, where the seller is registered"
_PREFIXES = {"EL": "GR", "XI": "GB"}
"""Prefixes of VAT identifiers that are no country's code (EN 16931, BT-31)."""


def retention_fields(house: House, row: DocumentRow, document: Document) -> dict[str, str]:
    """Return until when a document is kept and by which rules, as fields of its manifest."""
    tenant = house.config.tenants[row.tenant]
    grounds = list(grounds_of(tenant, document))
    filed = house.clock().date()
    closing = tenant.archive.closing
    return fields_of(promised(document.issue_date, grounds, filed=filed, closing=closing))


def under_procedure(house: House, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return outcomes whose evidence names the procedure documentation in force, if any is.

    It is looked up once a company, not once a document.
    """
    tenants = {outcome.about.tenant for outcome in outcomes}
    versions = {one: Register(house.archive, one, "procedure").last() for one in tenants}
    return [_under(outcome, versions[outcome.about.tenant]) for outcome in outcomes]


def _under(outcome: Outcome, version: int) -> Outcome:
    draft = outcome.evidence
    if draft is None or not version:
        return outcome
    fields = {**draft.fields, "procedure": str(version)}
    return replace(outcome, evidence=replace(draft, fields=fields))


def policy_of(config: Config, key: str) -> Policy:
    """Return what a company asks for today, whatever the document."""
    tenant = config.tenants[key]
    return Policy(grounds=tuple(grounds_of(tenant, None)), closing=tenant.archive.closing)


def grounds_of(tenant: Tenant, document: Document | None) -> Iterator[Ground]:
    """Yield each rule that applies once, with why."""
    seen = set()
    for country, why in _countries(tenant, document):
        if country and country not in seen:
            seen.add(country)
            yield Ground(rule=country, why=why)
    if years := tenant.archive.keep_years:
        source = tenant.archive.keep_because
        yield Ground(rule=COMPANY, why="the company's own rule", years=years, source=source)


def _countries(tenant: Tenant, document: Document | None) -> Iterator[tuple[str, str]]:
    if not isinstance(document, Invoice):
        yield tenant.country, _SELLER
        return
    seller, buyer, agent = document.seller, document.buyer, document.tax_representative
    own = seller.address.country if seller and seller.address else None
    yield own or tenant.country, _SELLER
    yield _prefix(seller.vat_identifier if seller else None), _NUMBER
    if agent:
        yield _prefix(agent.vat_identifier), _REPRESENTATIVE
        yield (agent.address.country if agent.address else None) or "", _REPRESENTATIVE
    theirs = buyer.address.country if buyer and buyer.address else None
    if theirs in tenant.archive.registered_in:
        yield theirs, _BUYER


def _prefix(identifier: str | None) -> str:
    """Return the country of a VAT identifier, empty where it has none.

    >>> _prefix("EL123456789"), _prefix("12345"), _prefix(None)
    ('GR', '', '')
    """
    prefix = (identifier or "")[:2].upper()
    return _PREFIXES.get(prefix, prefix) if prefix.isascii() and prefix.isalpha() else ""
