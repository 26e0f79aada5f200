"""What a channel's table says of its traffic is read, and each fault has its line."""

from pathlib import Path

import pytest

from hub.config.faults import Faulty
from hub.config.loading import load
from hub.config.traffic import DomainLimits, Traffic

BEGIN = """\
[channel.mail]
kind = "email"
host = "mx.example"
"""


def loaded(folder: Path, text: str) -> Traffic:
    path = folder / "own.toml"
    path.write_text(BEGIN + text, encoding="utf-8")
    config = load(path)
    assert config.channels["mail"] == {"kind": "email", "host": "mx.example"}
    return config.traffic_of("mail")


def test_limits_and_hours_of_a_channel(tmp_path: Path) -> None:
    traffic = loaded(
        tmp_path,
        'quiet = ["20:00-07:00", "sun"]\ntime_zone = "Europe/Berlin"\ncut_offs = ["17:00"]\n'
        "[channel.mail.limits]\nper_minute = 600\ndomain_connections = 3\n"
        '[channel.mail.limits.domains."Kunde.Example"]\nper_minute = 30\n',
    )
    assert (len(traffic.windows), traffic.zone.key) == (2, "Europe/Berlin")
    assert (traffic.limits.per_minute, traffic.limits.domain_connections) == (600, 3)
    assert traffic.limits.domains == {"kunde.example": DomainLimits(per_minute=30)}


def test_a_channel_that_says_nothing_has_generous_limits_and_no_hours(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == Traffic()


FAULTS = {
    'quiet = ["20-07"]': "own.toml:4: channel.mail.quiet: '20-07' is no window",
    'quiet = ["mon-sun"]': "channel.mail.quiet: the windows leave no time",
    'time_zone = "Berlin"': "own.toml:4: channel.mail.time_zone: no time zone 'Berlin'",
    'cut_offs = ["5pm"]': "cut_offs: must be a list, each a time of day like 17:00",
    'unconfirmed_after_days = 3\nunconfirmed = "maybe"': (
        "own.toml:5: channel.mail.unconfirmed: must be one of 'nothing', 'next_road', 'worklist'"
    ),
    "limits = 5": "channel.mail.limits: must be a table",
    "[channel.mail.limits]\nper_hour = 5": "own.toml:5: channel.mail.limits.per_hour: unknown",
    "[channel.mail.limits]\ndown_after = 0": "own.toml:5: channel.mail.limits.down_after: ",
    '[channel.mail.limits.domains."a.example"]\nrate = 1': (
        'channel.mail.limits.domains."a.example".rate: unknown; known: connections, per_minute'
    ),
    "[channel.mail.limits]\ndomains = 5": "channel.mail.limits.domains: must be tables",
}


@pytest.mark.parametrize("text", FAULTS)
def test_each_fault_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Faulty) as caught:
        loaded(tmp_path, text)
    assert FAULTS[text] in str(caught.value)
