"""The recipient's address as it is printed in the window."""

from formats.letter import postal
from formats.model import Party, PostalAddress


def postal_lines(party: Party, *, sender_country: str | None) -> tuple[str, ...]:
    """Return name and address of `party`, at most six lines; the country only if it is abroad.

    >>> postal_lines(Party(name="Muster GmbH", address=PostalAddress(
    ...     line_1="Hauptstr. 1", post_code="10115", city="Berlin", country="DE")),
    ...     sender_country="DE")
    ('Muster GmbH', 'Hauptstr. 1', '10115 Berlin')
    """
    address = party.address or PostalAddress()
    attention = party.contact.name if party.contact else None
    lines = (
        *(party.name, party.trading_name, attention),
        *(address.line_1, address.line_2, address.line_3),
        *(*place_lines(address), country_line(address.country, sender_country)),
    )
    kept = list(dict.fromkeys(filter(None, lines)))
    for line in (attention, party.trading_name, address.line_3, address.line_2):
        if len(kept) > postal.LINES_MAX and line in kept:
            kept.remove(line)
    return tuple(kept)


def place_lines(address: PostalAddress) -> tuple[str, ...]:
    """Return post code and city in the order of the address's own country."""
    custom = postal.customs().get(address.country or "", postal.Custom())
    return postal.place_lines(address, custom)


def country_line(country: str | None, sender_country: str | None) -> str:
    """Return the name of a country abroad, as the sender's calls it; its code where it has none."""
    return postal.country_line(country, home=sender_country or "")


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
