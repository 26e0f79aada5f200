"""What `doctor` says of time limits: which are watched, and which days count as working days."""

from hub.config.config import Config
from hub.wiring.building import limits_of
from hub.wiring.clock import now
from routing_rules.holidays import public_holidays
from routing_rules.time_limits import Calendar

_SHOWN = 12


def time_limits(config: Config) -> str:
    """Say which limits are watched, which are known and not watched, and what lacks holidays.

    Raises:
        Faulty: they cannot be used.
    """
    limits = limits_of(config)
    names = [limit.name for limit in limits.limits]
    if not names:
        return "none are watched"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    said = [f"{len(names)} watched: {', '.join(names[:_SHOWN])}{more}"]
    counting = {limit.calendar for limit in limits.limits if "working" in limit.within}
    bare = [key for key in sorted(counting) if key and not _knows_holidays(limits.calendars[key])]
    if bare:
        said.append(
            f"public holidays of {', '.join(bare)} count as working days, as none are listed; "
            "name a country or list them under [calendar.…] in a file of [routing] time_limits"
        )
    without = sorted({absent.country for absent in limits.absent})
    if without:
        said.append(f"some limits are not watched for want of a source: {', '.join(without)}")
    return "\n".join(said)


def _knows_holidays(calendar: Calendar) -> bool:
    year = now().year
    return bool(calendar.holidays or public_holidays(calendar.country, year))
