"""implausible(): what is likely wrong in a document though no standard has a rule for it."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from formats.facturx.fx_rules import breach
from formats.facturx.levels import WITHOUT_LINES, level_of
from formats.findings import Finding, Severity
from formats.model import Document, Invoice, Party
from formats.rules.check_digits import french_vat

_ROLES = {"seller": "BT-31", "buyer": "BT-48", "tax_representative": "BT-63"}


def implausible(document: Document, sources: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a warning for each VAT number of France whose key is not that of its SIREN, and others.

    A number mistyped is found by this before the tax office finds it; no rule set asks for it. Nor
    does one ask whether an invoice has lines where its profile has none.

    Args:
        document: may be partial.
        sources: model path to place in the sender's file.
    """
    if isinstance(document, Invoice):
        yield from _lines(document, sources)
        yield from _vat_keys(document, sources)


def _lines(invoice: Invoice, sources: Mapping[str, str]) -> Iterator[Finding]:
    level = level_of(invoice.specification)
    if level in WITHOUT_LINES and invoice.lines:
        said = breach("FX-CONTENT", own=level.name, count=len(invoice.lines))
        yield replace(said, path="specification", place=sources.get("specification"))


def _vat_keys(invoice: Invoice, sources: Mapping[str, str]) -> Iterator[Finding]:
    for role, term in _ROLES.items():
        path = f"{role}.vat_identifier"
        party: Party | None = getattr(invoice, role)
        number = "".join((party.vat_identifier or "").split()) if party else ""
        if number.startswith("FR") and french_vat(number) is False:
            yield Finding(
                rule="IN-VAT-KEY",
                message=f"the VAT number {number} cannot be right: its key is not that of a SIREN",
                severity=Severity.WARNING,
                term=term,
                path=path,
                place=sources.get(path),
                value=number,
                fix="compare the number with the certificate of registration, or ask VIES",
            )
