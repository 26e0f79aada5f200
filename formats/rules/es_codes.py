"""What Spanish codes stand for codes of EN 16931, and what of them an invoice leads to.

Source: Ministry of Finance, schema Facturae 3.2.2 with its annotations; provinces by the first two
digits of a post code as the postal service numbers them; countries by ISO 3166-1.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from formats.model import ZERO, Invoice, Party, PostalAddress
from formats.model.spain import Individual, Spain

_COUNTRIES: Final = """
AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW
AZ:AZE BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BM:BMU BN:BRN BO:BOL
BR:BRA BS:BHS BT:BTN BW:BWA BY:BLR BZ:BLZ CA:CAN CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK
CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA
DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM
FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN
GP:GLP GQ:GNQ GR:GRC GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HN:HND HR:HRV HT:HTI HU:HUN ID:IDN
IE:IRL IL:ISR IM:IMN IN:IND IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM JO:JOR JP:JPN KE:KEN
KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA
LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MG:MDG
MH:MHL MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV
MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL
NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PN:PCN
PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA SA:SAU SB:SLB
SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR
ST:STP SV:SLV SY:SYR SZ:SWZ TC:TCA TD:TCD TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN
TO:TON TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA US:USA UY:URY UZ:UZB VA:VAT VC:VCT
VE:VEN VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE
"""
COUNTRIES: Final[Mapping[str, str]] = dict(pair.split(":") for pair in _COUNTRIES.split())
"""ISO 3166-1 alpha-2 to alpha-3; those that the schema knows."""

PROVINCES: Final = (
    *("Álava", "Albacete", "Alicante", "Almería", "Ávila", "Badajoz", "Illes Balears"),
    *("Barcelona", "Burgos", "Cáceres", "Cádiz", "Castellón", "Ciudad Real", "Córdoba"),
    *("A Coruña", "Cuenca", "Girona", "Granada", "Guadalajara", "Gipuzkoa", "Huelva", "Huesca"),
    *("Jaén", "León", "Lleida", "La Rioja", "Lugo", "Madrid", "Málaga", "Murcia", "Navarra"),
    *("Ourense", "Asturias", "Palencia", "Las Palmas", "Pontevedra", "Salamanca"),
    *("S. C. de Tenerife", "Cantabria", "Segovia", "Sevilla", "Soria", "Tarragona", "Teruel"),
    *("Toledo", "Valencia", "Valladolid", "Bizkaia", "Zamora", "Zaragoza", "Ceuta", "Melilla"),
)
"""By the first two digits of a post code, from 01."""

EU: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""Member states but Spain, by country code."""

TAX_KINDS: Final[Mapping[str, str]] = {"L": "03", "M": "02"}
"""VAT category to TaxTypeCode: IGIC, IPSI; any other is IVA."""
VAT: Final = "01"

UNITS: Final[Mapping[str, str]] = {
    "C62": "01",
    "H87": "01",
    "EA": "01",
    "HUR": "02",
    "KGM": "03",
    "LTR": "04",
    "XBX": "06",
    "XDS": "07",
    "XBA": "08",
    "XJY": "09",
    "XBG": "10",
    "XCO": "11",
    "XBO": "12",
    "XCI": "13",
    "CLT": "15",
    "CMT": "16",
    "XBI": "17",
    "DZN": "18",
    "XCS": "19",
    "XDJ": "20",
    "GRM": "21",
    "KMT": "22",
    "XCA": "23",
    "XBH": "24",
    "MTR": "25",
    "MMT": "26",
    "XPK": "28",
    "XRO": "30",
    "XEN": "31",
    "XTB": "32",
    "MTQ": "33",
    "SEC": "34",
    "WTT": "35",
    "KWH": "36",
}
"""BT-130 to UnitOfMeasure; any other is 05."""
OTHER_UNIT: Final = "05"

PAYMENT_MEANS: Final[Mapping[str, str]] = {
    "10": "01",
    "49": "02",
    "59": "02",
    "30": "04",
    "42": "04",
    "57": "04",
    "58": "04",
    "44": "05",
    "20": "11",
    "97": "14",
    "50": "15",
    "21": "17",
    "48": "19",
    "54": "19",
    "55": "19",
}
"""BT-81 to PaymentMeans; any other is 13, special payment."""
OTHER_MEANS: Final = "13"

ATTACHMENT_FORMATS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/html": "html",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
}
"""BT-125-1 to AttachmentFormat."""

REASONS: Final[Mapping[str, str]] = {
    "01": "Número de la factura",
    "02": "Serie de la factura",
    "03": "Fecha expedición",
    "04": "Nombre y apellidos/Razón Social-Emisor",
    "05": "Nombre y apellidos/Razón Social-Receptor",
    "06": "Identificación fiscal Emisor/obligado",
    "07": "Identificación fiscal Receptor",
    "08": "Domicilio Emisor/Obligado",
    "09": "Domicilio Receptor",
    "10": "Detalle Operación",
    "11": "Porcentaje impositivo a aplicar",
    "12": "Cuota tributaria a aplicar",
    "13": "Fecha/Periodo a aplicar",
    "14": "Clase de factura",
    "15": "Literales legales",
    "16": "Base imponible",
    "80": "Cálculo de cuotas repercutidas",
    "81": "Cálculo de cuotas retenidas",
    "82": "Base imponible modificada por devolución de envases / embalajes",
    "83": "Base imponible modificada por descuentos y bonificaciones",
    "84": "Base imponible modificada por resolución firme, judicial o administrativa",
    "85": "Base imponible modificada cuotas repercutidas no satisfechas."
    " Auto de declaración de concurso",
}
"""ReasonCode of a corrective invoice to its ReasonDescription."""

METHODS: Final[Mapping[str, str]] = {
    "01": "Rectificación íntegra",
    "02": "Rectificación por diferencias",
    "03": "Rectificación por descuento por volumen de operaciones durante un periodo",
    "04": "Autorizadas por la Agencia Tributaria",
}
"""CorrectionMethod to its description."""
IN_FULL: Final = "01"
BY_DIFFERENCES: Final = "02"

CORRECTED: Final = "384"
SELF_BILLED: Final = frozenset({"389", "261"})


def spain(invoice: Invoice) -> Spain:
    """Return the Spanish data of an invoice, empty where it has none."""
    return (invoice.extensions and invoice.extensions.es) or Spain()


def sign(invoice: Invoice) -> int:
    """Return -1 for a credit note: a correction by differences states what is less."""
    return -1 if invoice.is_credit_note else 1


def corrects(invoice: Invoice) -> bool:
    """Whether it is a corrective invoice (factura rectificativa)."""
    return invoice.is_credit_note or invoice.type_code == CORRECTED


def correction_method(invoice: Invoice) -> str:
    """Return CorrectionMethod: a credit note states differences, a corrected invoice all anew."""
    own = BY_DIFFERENCES if invoice.is_credit_note else IN_FULL
    return spain(invoice).correction_method or own


def withheld(invoice: Invoice) -> Decimal:
    """Return what the buyer keeps back."""
    return sum((tax.amount or ZERO for tax in spain(invoice).withheld), ZERO)


def province(address: PostalAddress) -> str | None:
    """Return the province that an address names, or in Spain its post code."""
    digits = (address.post_code or "")[:2]
    number = int(digits) if digits.isascii() and digits.isdecimal() else 0
    known = PROVINCES[number - 1] if 1 <= number <= len(PROVINCES) else None
    return address.subdivision or (known if address.country == "ES" else None)


def tax_number(party: Party) -> str | None:
    """Return TaxIdentificationNumber: a Spanish one without its country code."""
    stated = party.vat_identifier or party.tax_registration
    if stated is None and party.legal_registration:
        stated = party.legal_registration.value
    bare = "".join((stated or "").split())
    return bare.removeprefix("ES") if _resident(party) else bare or None


def residence(party: Party) -> str:
    """Return ResidenceTypeCode: R in Spain, U elsewhere in the Union, E beyond."""
    if _resident(party):
        return "R"
    country = party.address.country if party.address else None
    return "U" if country in EU else "E"


def _resident(party: Party) -> bool:
    return party.address is None or party.address.country in {None, "ES"}


def is_named(person: Individual) -> bool:
    """Whether a natural person has name and surname."""
    return bool(person.name and person.first_surname)
