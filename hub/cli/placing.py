"""What doctor says of where documents are stored, and of periods that nobody has settled."""

from archive.law.periods import PERIODS
from hub.cli.output import Noted
from hub.config.config import Config


def places(config: Config) -> str:
    """Say in which country the archive is, and for whom that is asked; settings refuse others."""
    asked = [key for key, tenant in config.tenants.items() if tenant.archive.residency]
    if not config.archive.place:
        return (
            "not said: set archive.place to the country where its disk or store is; an auditor "
            "asks for it, and some laws for a country of the Union (AO § 146 (2a), (2b))"
        )
    held = f", as {', '.join(asked)} asks" if asked else ""
    said = [f"{place or 'not said'} ({name})" for name, place in config.archive.places.items()]
    return f"{' and '.join(said) if len(said) > 1 else config.archive.place}{held}"


def periods(config: Config) -> str:
    """Say by which law each company's documents are kept, and where none is known here."""
    unknown = [key for key, tenant in config.tenants.items() if tenant.country not in PERIODS]
    if unknown:
        raise Noted(
            "\n".join(
                f"tenant.{key}.country: {config.tenants[key].country or 'not said'}: no law is "
                "known here, so its documents are kept for ten years; a longer period goes into "
                f"[tenant.{key}.archive] keep_years"
                for key in unknown
            )
        )
    return "\n".join(
        f"{key}: {PERIODS[tenant.country].years} years, {PERIODS[tenant.country].source}"
        for key, tenant in config.tenants.items()
    )
