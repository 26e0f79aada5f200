"""The tables RULESETS, key to rule set, and NEWER, which of them are versions of one standard."""

from formats.rules.claims import CLAIMS
from formats.rules.de_xrechnung import XRECHNUNG
from formats.rules.de_xrechnung_cii import XRECHNUNG_CII
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import RuleSet
from formats.rules.es_facturae import FACTURAE
from formats.rules.facturx import FACTURX
from formats.rules.fr_ctc import FR_CTC, FR_CTC_CII
from formats.rules.fr_extended import FR_EXTENDED, FR_EXTENDED_CII
from formats.rules.it_fatturapa import FATTURAPA
from formats.rules.peppol_bis import PEPPOL_BIS
from formats.rules.peppol_bis_22 import PEPPOL_BIS_22, PEPPOL_SELFBILLING_22
from formats.rules.peppol_selfbilling import PEPPOL_SELFBILLING
from formats.rules.pl_ksef import KSEF_FA3
from formats.rules.ro_cius import CIUS_RO

RULESETS: dict[str, RuleSet] = {
    ruleset.key: ruleset
    for ruleset in (
        EN16931,
        EN16931_CII,
        XRECHNUNG,
        XRECHNUNG_CII,
        PEPPOL_BIS,
        PEPPOL_BIS_22,
        PEPPOL_SELFBILLING,
        PEPPOL_SELFBILLING_22,
        FR_CTC,
        FR_CTC_CII,
        FR_EXTENDED,
        FR_EXTENDED_CII,
        CIUS_RO,
        *FACTURX,
        FATTURAPA,
        KSEF_FA3,
        FACTURAE,
        CLAIMS,
    )
}
"""What a document may be checked against; writers and routes name these keys."""

NEWER: dict[str, tuple[str, ...]] = {
    "peppol-bis-3": ("peppol-bis-3.0.22",),
    "peppol-selfbilling-3": ("peppol-selfbilling-3.0.22",),
}
"""Key that stands for a standard to its later versions, the newest last."""
