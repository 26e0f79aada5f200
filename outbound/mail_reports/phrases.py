"""The table phrases.toml: what mail systems write for people, and what it means."""

import re
import tomllib
from importlib import resources

from outbound.mail_reports.report import Reason

_TABLE = tomllib.loads(
    resources.files("outbound.mail_reports").joinpath("phrases.toml").read_text("utf-8")
)


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


STILL_TRYING = _any_of(_TABLE["still_trying"])
GIVEN_UP = _any_of(_TABLE["given_up"])
REASONS = tuple((_any_of(each["words"]), Reason(each["is"])) for each in _TABLE["reason"])
