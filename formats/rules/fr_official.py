"""Ids of the French rules: what the model does not show, and why; what they are called in CII."""

_LINE_GROUPS = "lines within lines (EXT-FR-FE-162 to 184) are not in the model"
_LINE_REFERENCES = "a line's own reference to an invoice (EXT-FR-FE-136) is not in the model"
_OTHER_PARTIES = "agents, payers and invoicers (EXT-FR-FE-BG-01 to 05) are not in the model"
_LINE_DELIVERY = "a line's own delivery (EXT-FR-FE-146) is not in the model"
_EMPTY = "whether an element is empty is seen by the reader, not in the model"
_ONE_OBJECT = "the model has one invoiced object a place; the reader leaves others"
_OTHERS = ("06", "46", "69", "92", "115")

UNJUDGED = {
    "BR-FR-01_EXT-FR-FE-136-1": _LINE_REFERENCES,
    "BR-FR-01_EXT-FR-FE-136-2": _LINE_REFERENCES,
    "BR-FR-02_EXT-FR-FE-136": _LINE_REFERENCES,
    "BR-FR-03_EXT-FR-FE-138": _LINE_REFERENCES,
    "BR-FR-03_EXT-FR-FE-158": _LINE_DELIVERY,
    "BR-FR-04_EXT-FR-FE-02": "the type of a preceding invoice (EXT-FR-FE-02) is not in the model",
    "BR-FR-04_EXT-FR-FE-137": _LINE_REFERENCES,
    **{f"BR-FR-09_EXT-FR-FE-{number}": _OTHER_PARTIES for number in _OTHERS},
    "BR-FR-09_EXT-FR-FE-146": _LINE_DELIVERY,
    **{
        f"BR-FR-{rule}_EXT-FR-FE-{number}": _OTHER_PARTIES
        for rule in ("23", "25")
        for number in ("12", "29", "52", "75", "98", "121")
    },
    "BR-FR-16_BT-103": "the official file never reaches it: BR-FR-16_BT-96 judges charges too",
    "BR-FR-DEC-01_BT-111": "the official file never reaches it: the rule for BT-110 judges both",
    "BR-FR-27_BG-32": "the official test for UBL looks where no attribute can be; BR-54 judges it",
    "BR-FR-27_BT-160": _EMPTY,
    "BR-FR-27_EXT-FR-FE-159": "the code of an item attribute is not in the model",
    "BR-FR-29_BT-18": _ONE_OBJECT,
    "BR-FR-29_AFL": _EMPTY,
    "BR-FR-29_AVV": _EMPTY,
    "BR-FR-30_BT-128": _ONE_OBJECT,
    "BR-FR-30_AFL": _EMPTY,
    "BR-FR-30_AVV": _EMPTY,
    **{
        f"BR-FR-CO-10_EXT-FR-FE-{number}-{part}": _OTHER_PARTIES
        for number in _OTHERS
        for part in (1, 2)
    },
    "BR-FR-CO-10_EXT-FR-FE-146-1": _LINE_DELIVERY,
    "BR-FR-CO-10_EXT-FR-FE-146-2": _LINE_DELIVERY,
    "BR-FR-CO-10_BT-71-2": "the model has one identifier of a delivery location",
    **dict.fromkeys(
        (
            *("BR-FR-MV-01_EXT-FR-FE-163", "BR-FR-MV-02_EXT-FR-FE-163"),
            *(f"BR-FR-MV-03_EXT-FR-FE-{number}" for number in (164, 167, 177, 181, 182)),
            *("BR-FR-MV-03_BT-128_AFL", "BR-FR-MV-03_BT-128_AVV"),
            *("BR-FR-MV-05_EXT-FR-FE-BG-12", "BR-FR-MV-06_EXT-FR-FE-167"),
            *(f"BR-FR-MV-{number}_BT-128" for number in ("07", "08", "11", "12")),
            *("BR-FR-MV-09_EXT-FR-FE-181", "BR-FR-MV-10_EXT-FR-FE-184"),
            *("BR-FR-MV-14-EXT-FR-FE-136", "BR-FR-MV-14-EXT-FR-FE-138"),
            *("BR-FR-BD-02_EXT-FR-FE-163", "BR-FR-BD-02_BT-30", "BR-FR-BD-02_BT-47"),
            *("BR-FR-BD-14-EXT-FR-FE-136", "BR-FR-BD-14-EXT-FR-FE-138"),
        ),
        _LINE_GROUPS,
    ),
}
"""In UBL; `formats.syntax.fr_ctc` judges them on files."""

IN_CII = {
    "BR-FR-01_BT-1-1": "BR-FR-01_BT-1",
    "BR-FR-01_BT-25-1": "BR-FR-01_BT-25",
    "BR-FR-01_EXT-FR-FE-136-1": "BR-FR-01_EXT-FR-FE-136",
    "BR-FR-03_BT-134": "BR-FR-03_EXT-FR-FE-134",
    "BR-FR-03_BT-135": "BR-FR-03_EXT-FR-FE-135",
    "BR-FR-05_BT-22-1": "BR-FR-05_BT-22_PMT",
    "BR-FR-05_BT-22-2": "BR-FR-05_BT-22_PMD",
    "BR-FR-05_BT-22-3": "BR-FR-05_BT-22_AAB",
    "BR-FR-06_BT-21-1": "BR-FR-06_BT-21_PMT",
    "BR-FR-06_BT-21-2": "BR-FR-06_BT-21_PMD",
    "BR-FR-06_BT-21-3": "BR-FR-06_BT-21_AAB",
    "BR-FR-06_BT-21-4": "BR-FR-06_BT-21_TXD",
    "BR-FR-15_BT-95_BT-102-1": "BR-FR-15_BT-95_BT-102",
    "BR-FR-15_BT-95_BT-102-2": "BR-FR-15_BT-95_BT-102_LM",
    "BR-FR-15_BT-118-1": "BR-FR-15_BT-95_BT-118",
    "BR-FR-15_BT-118-2": "BR-FR-15_BT-95_BT-118_LM",
    "BR-FR-15_BT-151-1": "BR-FR-15_BT-95_BT-151",
    "BR-FR-08_BT-151-2": "BR-FR-15_BT-95_BT-151_LM",
    "BR-FR-16_BT-96": "BR-FR-16_BT-96_BT-103",
    "BR-FR-30_BT-21": "BR-FR-31_BT-21",
    "BR-FR-32-ID": "BR-FR-32-GLOBALID",
    "BR-FR-BD-02_BT-30": "BR-FR-BD-02_BT-31",
    "BR-FR-CO-04_BT-3": "BR-FR-CO-04_BT-4",
    "BR-FR-MV-BD_BT-3": "BR-FR-BD-13_BT-3",
}

NOT_IN_CII = frozenset(
    {
        "BR-FR-01_BT-1-2",
        "BR-FR-01_BT-25-2",
        "BR-FR-01_EXT-FR-FE-136-2",
        "BR-FR-16_BT-103",
        "BR-FR-27_BG-32",
    }
)
"""What the rules for CII say under one id only, or what is judged there and not in UBL."""

_NO_SCHEME = "CII keeps identifiers without scheme in an element of their own; the model does not"

UNJUDGED_IN_CII = {
    **{
        IN_CII.get(rule, rule): reason
        for rule, reason in UNJUDGED.items()
        if rule not in NOT_IN_CII
    },
    **{f"BR-FR-CO-10_{term}-1": _NO_SCHEME for term in ("BT-29", "BT-46", "BT-60", "BT-71")},
}
