"""The profiles of Factur-X: what XMP calls them, their BT-24, their relationship to the page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One profile.

    Attributes:
        name: fx:ConformanceLevel in XMP.
        key: end of a writer's name, and of BT-24 in all versions.
        specification: BT-24 that we write.
        relationship: AFRelationship that we write; XML and page say the same only if Alternative.
    """

    name: str
    key: str
    specification: str
    relationship: str


EN16931 = "urn:cen.eu:en16931:2017"
MINIMUM = Level(
    name="MINIMUM",
    key="minimum",
    specification="urn:factur-x.eu:1p0:minimum",
    relationship="Data",
)
BASIC_WL = Level(
    name="BASIC WL",
    key="basicwl",
    specification="urn:factur-x.eu:1p0:basicwl",
    relationship="Data",
)
BASIC = Level(
    name="BASIC",
    key="basic",
    specification=f"{EN16931}#compliant#urn:factur-x.eu:1p0:basic",
    relationship="Alternative",
)
EN_16931 = Level(name="EN 16931", key="en16931", specification=EN16931, relationship="Alternative")
EXTENDED = Level(
    name="EXTENDED",
    key="extended",
    specification=f"{EN16931}#conformant#urn:factur-x.eu:1p0:extended",
    relationship="Alternative",
)
XRECHNUNG = Level(
    name="XRECHNUNG",
    key="xrechnung",
    specification=f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    relationship="Alternative",
)
LEVELS = (MINIMUM, BASIC_WL, BASIC, EN_16931, EXTENDED, XRECHNUNG)
WITHOUT_LINES = (MINIMUM, BASIC_WL)
OLD_NAMES = {"COMFORT": "EN 16931", "EN16931": "EN 16931", "BASICWL": "BASIC WL"}


def level_of(specification: str | None) -> Level | None:
    """Return the profile that BT-24 names, in Factur-X 1 or ZUGFeRD 2 of any year.

    >>> level_of("urn:cen.eu:en16931:2017#compliant#urn:zugferd.de:2p0:basic").name
    'BASIC'
    >>> level_of("urn:example:other") is None
    True
    """
    named = specification or ""
    if named == EN16931:
        return EN_16931
    if "xrechnung" in named:
        return XRECHNUNG
    key = named.rpartition(":")[2]
    return next((level for level in LEVELS if level.key == key), None)


def level_named(name: str) -> str:
    """Return today's name of an fx:ConformanceLevel.

    >>> level_named("Comfort"), level_named(" EN 16931 ")
    ('EN 16931', 'EN 16931')
    """
    upper = " ".join(name.upper().split())
    return OLD_NAMES.get(upper, upper)
