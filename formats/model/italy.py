"""Italy: what FatturaPA 1.2.3 wants beyond EN 16931. Each field names its element."""

from datetime import date
from decimal import Decimal

from formats.model.group import Group


class VatNature(Group, frozen=True, kw_only=True):
    """Why a VAT category is not taxed."""

    category: str
    """VAT category (BT-118) that this is about."""
    code: str | None = None
    """Natura: N1 to N7."""
    law: str | None = None
    """RiferimentoNormativo, where it is not BT-120."""


class Withholding(Group, frozen=True, kw_only=True):
    """DatiRitenuta: a tax that the buyer keeps back from what is due."""

    kind: str | None = None
    """TipoRitenuta: RT01 to RT06."""
    amount: Decimal | None = None
    """ImportoRitenuta."""
    rate: Decimal | None = None
    """AliquotaRitenuta, percent."""
    reason: str | None = None
    """CausalePagamento, as in form 770: A, R…"""


class FundContribution(Group, frozen=True, kw_only=True):
    """DatiCassaPrevidenziale: that a document level charge is a contribution to a pension fund.

    Amount, base, percentage and VAT are those of the charge.
    """

    charge: Decimal | None = None
    """Which charge of BG-21, counted from 1."""
    kind: str | None = None
    """TipoCassa: TC01 to TC22."""
    withheld: str | None = None
    """Ritenuta: SI where it is subject to the withholding."""


class BusinessRegister(Group, frozen=True, kw_only=True):
    """IscrizioneREA of the seller."""

    office: str | None = None
    """Ufficio: province of the register."""
    number: str | None = None
    """NumeroREA."""
    capital: Decimal | None = None
    """CapitaleSociale."""
    shareholders: str | None = None
    """SocioUnico: SU one, SM several."""
    liquidation: str | None = None
    """StatoLiquidazione: LS in liquidation, LN not."""


class Italy(Group, frozen=True, kw_only=True):
    """Of the whole document."""

    sender: str | None = None
    """IdTrasmittente with its country code; the seller's VAT identifier where there is none."""
    sending_number: str | None = None
    """ProgressivoInvio; the end of BT-1 where there is none."""
    recipient_code: str | None = None
    """CodiceDestinatario, where it is not BT-49."""
    recipient_pec: str | None = None
    """PECDestinatario, where it is not BT-49."""
    document_type: str | None = None
    """TipoDocumento, where BT-3 does not say it."""
    regime: str | None = None
    """RegimeFiscale of the seller: RF01 to RF20."""
    seller_tax_code: str | None = None
    """CodiceFiscale of the seller."""
    buyer_tax_code: str | None = None
    """CodiceFiscale of the buyer."""
    vat_due: str | None = None
    """EsigibilitaIVA: I at once, D deferred, S paid by the buyer (split payment)."""
    natures: tuple[VatNature, ...] = ()
    stamp_duty: Decimal | None = None
    """ImportoBollo, paid virtually."""
    withholdings: tuple[Withholding, ...] = ()
    contributions: tuple[FundContribution, ...] = ()
    project_code: str | None = None
    """CodiceCUP."""
    tender_code: str | None = None
    """CodiceCIG, where it is not BT-17."""
    register: BusinessRegister | None = None
    payment_means: str | None = None
    """ModalitaPagamento, where BT-81 does not say it."""
    despatched_on: date | None = None
    """DataDDT of the despatch advice (BT-16)."""


class ItalianLine(Group, frozen=True, kw_only=True):
    """Of one line."""

    withheld: str | None = None
    """Ritenuta: SI where the line is subject to the withholding."""
