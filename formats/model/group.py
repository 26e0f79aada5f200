"""What every group of terms has in common: frozen, named fields, nothing unknown."""

import msgspec


class Group(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A business group of EN 16931: immutable, keyword-only, compared by value.

    As JSON a group is an object of its non-default fields; decimals and dates are strings.
    Change one field with `msgspec.structs.replace(group, field=value)`.
    """
