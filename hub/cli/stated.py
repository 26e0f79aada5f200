"""What a command must be told before it changes something in a company's name."""

from argparse import Namespace
from collections.abc import Iterable

from hub.cli.output import Misused


def tenant_of(options: Namespace, tenants: Iterable[str]) -> str:
    """Return the company that is meant: the only one, if none is named."""
    known = sorted(tenants)
    if options.tenant in known:
        return str(options.tenant)
    if options.tenant is None and len(known) == 1:
        return known[0]
    raise Misused(f"say which company is meant: --tenant, one of {', '.join(known)}")


def said(value: str | None, lacking: str) -> str:
    """Return what was said, which may not be empty.

    >>> said(" Anna ", "who you are: --as NAME")
    'Anna'
    """
    if not value or not value.strip():
        raise Misused(f"say {lacking}")
    return value.strip()
