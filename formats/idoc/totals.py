"""Totals that SAP says otherwise: rounding, what is paid already, VAT in the company's currency."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from formats.idoc.mapping import Index
from formats.idoc.profile import Profile
from formats.idoc.segments import Segment
from formats.model import ZERO
from formats.model.amounts import round_half_up
from formats.model.paths import Draft, Term, term

_CURRENCY = term("currency")
_ACCOUNTING = term("accounting_currency")
_WITHOUT_VAT = term("totals.without_vat")
_VAT = term("totals.vat")
_WITH_VAT = term("totals.with_vat")
_VAT_INSIDE = term("totals.vat_in_accounting_currency")
_PAID = term("totals.paid")
_ROUNDING = term("totals.rounding")
_DUE = term("totals.due")


def settle(draft: Draft, index: Index, profile: Profile, *, turned: bool) -> None:
    """Put BT-113 and BT-114 where header conditions are the gap between the sums, and BT-112, 115.

    SAP's final sum (E1EDS01[011]) has them in it. Where net and VAT are that sum already, such
    conditions are only listed.
    """
    without, vat, final = (draft.number(each) for each in (_WITHOUT_VAT, _VAT, _WITH_VAT))
    if without is not None and vat is not None and final is not None:
        gap = final - without - vat
        rounded = _of_types(index, profile.rounding_types)
        paid = _of_types(index, profile.paid_types)
        for taken in (rounded, paid, [*rounded, *paid]) if gap else ():
            signs = -1 if turned else 1
            if taken and sum(signs * _amount(each, profile) for each in taken) == gap:
                _put_gap(draft, taken, profile, turned=turned)
                break
    _put_due(draft)


def put_accounting_currency(draft: Draft, index: Index, profile: Profile) -> None:
    """Put the company's currency (BT-6) and the VAT in it (BT-111), by the rate of E1EDK01."""
    head = next(iter(index.get(("E1EDK01", None), ())), None)
    vat = draft.number(_VAT)
    if not profile.by_rate or head is None or vat is None:
        return
    currency, text = head.fields.get("HWAER"), head.fields.get("WKURS", "")
    try:
        rate = abs(Decimal(text.replace(",", ".").strip("/ ")))
    except ArithmeticError:
        return
    if currency and currency != draft.get(_CURRENCY) and rate.is_finite() and rate:
        head.taken.update(("HWAER", "WKURS"))
        inner = round_half_up(vat / rate if text.startswith("/") else vat * rate)
        draft.put(_ACCOUNTING, currency, head.place("HWAER"))
        draft.put(_VAT_INSIDE, inner, f"{draft.sources[_VAT.path]} x {head.place('WKURS')}")


def _of_types(index: Index, types: Iterable[str]) -> list[Segment]:
    return [each for kind in sorted(types) for each in index.get(("E1EDK05", kind), ())]


def _amount(condition: Segment, profile: Profile) -> Decimal:
    """Return what a condition adds to the final sum; negative with a minus or ALCKZ `-`."""
    try:
        amount = profile.number(condition.fields.get("BETRG", ""))
    except ValueError:
        return ZERO
    return -abs(amount) if condition.fields.get("ALCKZ") == "-" else amount


def _put_gap(draft: Draft, taken: Sequence[Segment], profile: Profile, *, turned: bool) -> None:
    place = draft.sources[_WITH_VAT.path]
    draft.put(_DUE, draft.number(_WITH_VAT) or ZERO, place)
    for each in taken:
        amount = _amount(each, profile) * (-1 if turned else 1)
        is_rounding = each.qualifier in profile.rounding_types
        _add(draft, *((_ROUNDING, amount) if is_rounding else (_PAID, -amount)), each)
        each.taken.update(("BETRG", "ALCKZ"))
    parts = (_WITHOUT_VAT, _VAT)
    total = sum((draft.number(each) or ZERO for each in parts), ZERO)
    draft.put(_WITH_VAT, total, " + ".join(draft.sources[each.path] for each in parts))


def _add(draft: Draft, to: Term, amount: Decimal, segment: Segment) -> None:
    before, place = draft.number(to), segment.place("BETRG")
    if before is not None:
        place = f"{draft.sources[to.path]} + {place}"
    draft.put(to, (before or ZERO) + amount, place)


def _put_due(draft: Draft) -> None:
    """Put what is due, where the profile takes it and BT-112 from one field and some is paid."""
    paid, total = draft.number(_PAID), draft.number(_WITH_VAT)
    same = draft.sources.get(_DUE.path) == draft.sources.get(_WITH_VAT.path)
    if paid and total is not None and same:
        place = f"{draft.sources[_WITH_VAT.path]} + {draft.sources[_PAID.path]}"
        draft.put(_DUE, total - paid + (draft.number(_ROUNDING) or ZERO), place)
