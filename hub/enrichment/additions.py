"""Addition: what we put into a document that its sender did not say, and where it is from."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from formats.model.group import Group

G = TypeVar("G", bound=Group)


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """One field that was added.

    Attributes:
        path: in the model: `buyer.electronic_address`.
        source: `address book 100123`, `[tenant.nordwind]`, a law.
    """

    path: str
    value: str
    source: str


def fill(
    group: G, values: Mapping[str, Any], *, path: str, source: str
) -> tuple[G, list[Addition]]:
    """Set the fields of `group` that are empty; what the sender said always stays.

    A group of fields is added as a whole or not at all; one without any value is none.

    >>> from formats.model import Party
    >>> party, added = fill(Party(name="ACME"), {"name": "Acme Ltd", "vat_identifier": "GB1"},
    ...                     path="buyer", source="address book 7")
    >>> party.name, party.vat_identifier, [a.path for a in added]
    ('ACME', 'GB1', ['buyer.vat_identifier'])
    """
    new = {
        name: value
        for name, value in values.items()
        if not is_empty(value) and is_empty(getattr(group, name))
    }
    added = [
        Addition(path=f"{path}.{name}" if path else name, value=_shown(value), source=source)
        for name, value in new.items()
    ]
    return (msgspec.structs.replace(group, **new) if new else group), added


def is_empty(value: Any) -> bool:
    """Whether there is nothing, or a group of nothing."""
    if isinstance(value, Group):
        return all(is_empty(getattr(value, name)) for name in value.__struct_fields__)
    return value in (None, "", ())


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
