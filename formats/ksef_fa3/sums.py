"""P_13 to P_15, the annotations of the VAT act, and what is settled beside the total."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from formats.composing import Element, day, fixed, group, text
from formats.model import ZERO, Invoice, Totals
from formats.model.poland import NewTransport
from formats.rules.pl_codes import (
    SELF_BILLED,
    SUMS,
    annotation,
    exemption,
    margin,
    poland,
    rate,
    sign,
    tax_in_zloty,
)

_YES: Final = "1"
_NO: Final = "2"


def sums(invoice: Invoice) -> Iterator[Element | None]:
    """Yield the taxable amounts and taxes by rate, and the total."""
    found: dict[str, Decimal] = {}
    for row in invoice.vat_breakdown:
        base, tax = SUMS.get(rate(invoice, row.category, row.rate) or "", (None, None))
        if base:
            _add(found, base, row.taxable)
        if tax:
            _add(found, tax, row.tax)
            _add(found, f"{tax}W", tax_in_zloty(invoice, row))
    for base, tax in dict.fromkeys(SUMS.values()):
        for name in (base, tax, f"{tax}W"):
            if name in found:
                yield text(name, fixed(sign(invoice) * found[name]))
    totals = invoice.totals or Totals()
    total = None if totals.with_vat is None else totals.with_vat + (totals.rounding or ZERO)
    yield text("P_15", fixed(total and sign(invoice) * total))


def _add(found: dict[str, Decimal], name: str, amount: Decimal | None) -> None:
    if amount is not None:
        found[name] = found.get(name, ZERO) + amount


def annotations(invoice: Invoice) -> Element | None:
    """Return Adnotacje: each thing the law wants said, or that it does not apply."""
    taxed_by_buyer = any(row.category == "AE" for row in invoice.vat_breakdown)
    return group(
        "Adnotacje",
        _mark(invoice, "P_16"),
        _mark(invoice, "P_17", derived=invoice.type_code in SELF_BILLED),
        _mark(invoice, "P_18", derived=taxed_by_buyer),
        _mark(invoice, "P_18A"),
        _exemption(invoice),
        _new_transports(invoice),
        _mark(invoice, "P_23"),
        _margin(invoice),
    )


def _mark(invoice: Invoice, code: str, *, derived: bool = False) -> Element | None:
    return text(code, _YES if derived or annotation(invoice, code) else _NO)


def _exemption(invoice: Invoice) -> Element | None:
    basis = exemption(invoice)
    if basis is None:
        return group("Zwolnienie", text("P_19N", _YES))
    return group("Zwolnienie", text("P_19", _YES), text(basis.field, basis.text))


def _new_transports(invoice: Invoice) -> Element | None:
    vehicles = poland(invoice).new_transports
    if not vehicles:
        return group("NoweSrodkiTransportu", text("P_22N", _YES))
    return group(
        "NoweSrodkiTransportu",
        text("P_22", _YES),
        _mark(invoice, "P_42_5"),
        map(_new_transport, vehicles),
    )


def _new_transport(vehicle: NewTransport) -> Element | None:
    return group(
        "NowySrodekTransportu",
        text("P_22A", day(vehicle.first_use)),
        text("P_NrWierszaNST", fixed(vehicle.line, 0, 0)),
        text("P_22BMK", vehicle.make),
        text("P_22BMD", vehicle.model),
        text("P_22B", vehicle.mileage),
        text("P_22B1", vehicle.chassis),
        text("P_22C", vehicle.sailing_hours),
        text("P_22C1", vehicle.hull),
        text("P_22D", vehicle.flying_hours),
        text("P_22D1", vehicle.serial),
    )


def _margin(invoice: Invoice) -> Element | None:
    scheme = margin(invoice)
    if scheme is None:
        return group("PMarzy", text("P_PMarzyN", _YES))
    return group("PMarzy", text("P_PMarzy", _YES), text(scheme, _YES))


def settlement(invoice: Invoice) -> Element | None:
    """Return Rozliczenie: what was paid already (BT-113), and what is left."""
    totals = invoice.totals or Totals()
    if not totals.paid or totals.due is None:
        return None
    paid, due = fixed(sign(invoice) * totals.paid), sign(invoice) * totals.due
    return group(
        "Rozliczenie",
        group("Odliczenia", text("Kwota", paid), text("Powod", "Kwota zapłacona")),
        text("SumaOdliczen", paid),
        text("DoZaplaty", fixed(due)) if due >= 0 else text("DoRozliczenia", fixed(-due)),
    )
