"""The recipient's address as it is printed in the window."""

from collections.abc import Iterator

from formats.model import Party, PostalAddress

LINES_AT_MOST = 6  # DIN 5008:2020, 6.2; NF Z10-011
POST_CODE_BELOW = frozenset({"GB", "IE"})
POST_CODE_BEHIND = frozenset({"AU", "CA", "US"})
COUNTRIES = {  # ISO 3166-1 to the English short name, which every post office reads
    "AT": "AUSTRIA",
    "AU": "AUSTRALIA",
    "BE": "BELGIUM",
    "BG": "BULGARIA",
    "CA": "CANADA",
    "CH": "SWITZERLAND",
    "CN": "CHINA",
    "CY": "CYPRUS",
    "CZ": "CZECHIA",
    "DE": "GERMANY",
    "DK": "DENMARK",
    "EE": "ESTONIA",
    "ES": "SPAIN",
    "FI": "FINLAND",
    "FR": "FRANCE",
    "GB": "UNITED KINGDOM",
    "GR": "GREECE",
    "HR": "CROATIA",
    "HU": "HUNGARY",
    "IE": "IRELAND",
    "IN": "INDIA",
    "IS": "ICELAND",
    "IT": "ITALY",
    "JP": "JAPAN",
    "LI": "LIECHTENSTEIN",
    "LT": "LITHUANIA",
    "LU": "LUXEMBOURG",
    "LV": "LATVIA",
    "MT": "MALTA",
    "NL": "NETHERLANDS",
    "NO": "NORWAY",
    "PL": "POLAND",
    "PT": "PORTUGAL",
    "RO": "ROMANIA",
    "RS": "SERBIA",
    "SE": "SWEDEN",
    "SG": "SINGAPORE",
    "SI": "SLOVENIA",
    "SK": "SLOVAKIA",
    "TR": "TÜRKIYE",
    "UA": "UKRAINE",
    "US": "UNITED STATES",
}


def postal_lines(party: Party, *, sender_country: str | None) -> tuple[str, ...]:
    """Return name and address of `party`, at most six lines; the country only if it is abroad.

    >>> postal_lines(Party(name="Muster GmbH", address=PostalAddress(
    ...     line_1="Hauptstr. 1", post_code="10115", city="Berlin", country="DE")),
    ...     sender_country="DE")
    ('Muster GmbH', 'Hauptstr. 1', '10115 Berlin')
    """
    address = party.address or PostalAddress()
    attention = party.contact.name if party.contact else None
    country = address.country if address.country != sender_country else None
    place = tuple(place_lines(address))
    lines = (
        *(party.name, party.trading_name, attention),
        *(address.line_1, address.line_2, address.line_3),
        *(*place, COUNTRIES.get(country or "", country)),
    )
    kept = list(dict.fromkeys(filter(None, lines)))
    for line in (attention, party.trading_name, address.line_3, address.line_2):
        if len(kept) > LINES_AT_MOST and line in kept:
            kept.remove(line)
    return tuple(kept)


def place_lines(address: PostalAddress) -> Iterator[str]:
    """Yield post code and city in the order of the address's own country."""
    city, code = address.city or "", address.post_code or ""
    if address.country in POST_CODE_BELOW:
        yield from filter(None, (city, code))
    elif address.country in POST_CODE_BEHIND:
        yield f"{city} {address.subdivision or ''} {code}".replace("  ", " ").strip()
    elif city or code:
        yield f"{code} {city}".strip()


def in_capitals(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines as the French post wants them: street and place without punctuation.

    Source:
        NF Z10-011: the last line in capitals, no punctuation from the street line on.

    >>> in_capitals(("Dupont S.A.", "12, rue des Lilas", "75001 Paris"))
    ('Dupont S.A.', '12 rue des Lilas', '75001 PARIS')
    """
    plain = [line.replace(",", "").replace(";", "") for line in lines[1:]]
    if plain:
        plain[-1] = plain[-1].upper()
    return (*lines[:1], *plain)
