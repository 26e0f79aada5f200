"""Poland: what KSeF's FA(3) wants beyond EN 16931. Each field names its element."""

from datetime import date
from decimal import Decimal

from formats.model.group import Group


class Annotation(Group, frozen=True, kw_only=True):
    """One thing that the VAT act wants said on the invoice, by the name of its element."""

    code: str
    """P_16, P_17, P_18, P_18A, P_19A, P_19B, P_19C, P_23, P_PMarzy_2, P_PMarzy_3_1, FP, TP…"""
    text: str | None = None
    """Legal basis of an exemption, for P_19A, P_19B, P_19C."""


class NewTransport(Group, frozen=True, kw_only=True):
    """NowySrodekTransportu: a new vehicle, vessel or aircraft sold to another member state."""

    line: Decimal | None = None
    """P_NrWierszaNST, counted from 1."""
    first_use: date | None = None
    """P_22A."""
    make: str | None = None
    """P_22BMK."""
    model: str | None = None
    """P_22BMD."""
    mileage: str | None = None
    """P_22B of a land vehicle."""
    chassis: str | None = None
    """P_22B1, VIN."""
    sailing_hours: str | None = None
    """P_22C of a vessel."""
    hull: str | None = None
    """P_22C1."""
    flying_hours: str | None = None
    """P_22D of an aircraft."""
    serial: str | None = None
    """P_22D1."""


class ThirdParty(Group, frozen=True, kw_only=True):
    """Podmiot3."""

    role: str | None = None
    """Rola: 1 factor, 2 recipient, 4 further buyer, 5 issuer, 6 payer, 8 local unit, 10 member."""
    name: str | None = None
    tax_number: str | None = None
    """NIP."""
    internal_id: str | None = None
    """IDWew."""
    country: str | None = None
    address: str | None = None
    """AdresL1."""


class RegisteredInvoice(Group, frozen=True, kw_only=True):
    """The number that KSeF gave to a preceding invoice."""

    number: str
    """BT-25."""
    ksef: str | None = None


class Poland(Group, frozen=True, kw_only=True):
    """Of the whole document."""

    kind: str | None = None
    """RodzajFaktury, where BT-3 does not say it."""
    annotations: tuple[Annotation, ...] = ()
    new_transports: tuple[NewTransport, ...] = ()
    local_unit: str | None = None
    """JST of the buyer: 1 or 2."""
    vat_group: str | None = None
    """GV of the buyer: 1 or 2."""
    exchange_rate: Decimal | None = None
    """Złoty for one unit of BT-5."""
    correction_reason: str | None = None
    """PrzyczynaKorekty."""
    correction_effect: str | None = None
    """TypKorekty: 1 on the original's date, 2 on this one's, 3 another."""
    registered: tuple[RegisteredInvoice, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    court_register: str | None = None
    """KRS."""
    statistical_number: str | None = None
    """REGON."""
    waste_register: str | None = None
    """BDO."""
    paid_on: date | None = None
    """DataZaplaty of an invoice that is paid in full."""


class PolishLine(Group, frozen=True, kw_only=True):
    """Of one line."""

    goods_group: str | None = None
    """GTU: GTU_01 to GTU_13."""
    procedure: str | None = None
    """Procedura: IED, TT_D, I_42…"""
    annex_15: str | None = None
    """P_12_Zal_15: 1."""
    excise: Decimal | None = None
    """KwotaAkcyzy."""
