"""Where an archive lies: countries of the Union, and the countries that regions of S3 are in."""

from typing import Final

UNION: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""Member states of the European Union, ISO 3166-1 alpha-2; `EU` in a setting stands for them."""

REGIONS: Final = {
    "eu-central-1": "DE",
    "eu-central-2": "CH",
    "eu-north-1": "SE",
    "eu-south-1": "IT",
    "eu-south-2": "ES",
    "eu-west-1": "IE",
    "eu-west-2": "GB",
    "eu-west-3": "FR",
    "eusc-de-east-1": "DE",
    "us-east-1": "US",
    "us-east-2": "US",
    "us-west-1": "US",
    "us-west-2": "US",
    "ca-central-1": "CA",
    "ca-west-1": "CA",
    "fr-par": "FR",
    "nl-ams": "NL",
    "pl-waw": "PL",
    "fsn1": "DE",
    "nbg1": "DE",
    "hel1": "FI",
    "de": "DE",
    "gra": "FR",
    "rbx": "FR",
    "sbg": "FR",
    "waw": "PL",
}
"""Regions of well-known stores (AWS, Scaleway, Hetzner, OVHcloud) and their countries."""


def country_of(region: str) -> str:
    """Return the country of an S3 region, empty where it is not known here.

    >>> country_of("eu-central-1"), country_of("my-own")
    ('DE', '')
    """
    return REGIONS.get(region.lower(), "")


def contradiction(place: str, region: str) -> str:
    """Return what is wrong between the country that is stated and a region; empty if nothing.

    >>> contradiction("DE", "us-east-1")
    'place is DE, but the region us-east-1 is in US'
    """
    known = country_of(region)
    if known and place and known != place:
        return f"place is {place}, but the region {region} is in {known}"
    return ""
