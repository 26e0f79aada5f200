"""A postal address as it is printed: name, street, code and city, country in capitals if abroad."""

from formats.model import PostalAddress

_CITY_FIRST = frozenset({"GB", "IE", "US", "CA", "AU"})
_COUNTRIES = {
    "AT": "AUSTRIA",
    "BE": "BELGIUM",
    "CH": "SWITZERLAND",
    "CZ": "CZECHIA",
    "DE": "GERMANY",
    "DK": "DENMARK",
    "ES": "SPAIN",
    "FR": "FRANCE",
    "GB": "UNITED KINGDOM",
    "IE": "IRELAND",
    "IT": "ITALY",
    "LU": "LUXEMBOURG",
    "NL": "NETHERLANDS",
    "PL": "POLAND",
    "PT": "PORTUGAL",
    "RO": "ROMANIA",
    "US": "UNITED STATES OF AMERICA",
}


def address_lines(name: str, address: PostalAddress | None, *, home: str) -> tuple[str, ...]:
    """Return at most six lines; empty if there is no street or city to send a letter to.

    Args:
        name: of the recipient; the first line.
        address: of the recipient.
        home: the sender's country (ISO 3166-1 alpha-2), which is not printed.

    Source:
        Universal Postal Union, addressing: the country stands last, in capitals.

    >>> address_lines("ACME", PostalAddress(line_1="Rue 1", city="Lyon", post_code="69001",
    ...                                     country="FR"), home="DE")
    ('ACME', 'Rue 1', '69001 Lyon', 'FRANCE')
    """
    if address is None or not (address.line_1 and address.city):
        return ()
    code, city = address.post_code or "", address.city
    place = f"{city} {code}" if address.country in _CITY_FIRST else f"{code} {city}"
    lines = [name, address.line_1, address.line_2, address.line_3, place.strip()]
    if address.country and address.country != home:
        lines.append(_COUNTRIES.get(address.country, address.country))
    return tuple(line for line in lines if line)[:6]
