"""What the format of a company's country needs and no other asks for is missed before it goes."""

from pathlib import Path

import pytest

from hub.cli.companies import companies
from hub.cli.output import Noted
from hub.config.loading import load

WHOLE = 'street = "Via Uno 1"\npost_code = "20121"\ncity = "Milano"\n'
ITALIAN = f'country = "IT"\nvat_identifier = "IT12345670017"\n{WHOLE}'
SPANISH = 'country = "ES"\nvat_identifier = "ESB12345674"\n'
NOTHING = "nothing lacks that the format of a company's country needs"

CASES = {
    "Italy, whole": (f'{ITALIAN}tax_regime = "RF01"\n', set()),
    "Italy, no regime": (ITALIAN, {"tax_regime"}),
    "Italy, by its VAT identifier": (ITALIAN.replace('country = "IT"\n', ""), {"tax_regime"}),
    "Italy, a post code too short": (
        ITALIAN.replace("20121", "2012") + 'tax_regime = "RF19"\n',
        {"post_code"},
    ),
    "Spain, whole": (SPANISH + WHOLE, set()),
    "Spain, no address": (SPANISH, {"street", "post_code", "city"}),
    "Poland, no NIP": (f'country = "PL"\n{WHOLE}', {"vat_identifier"}),
    "Germany": ('country = "DE"\n', set()),
}


@pytest.mark.parametrize("case", CASES)
def test_settings_that_a_national_format_needs_are_named(case: str, tmp_path: Path) -> None:
    settings, lacking = CASES[case]
    path = tmp_path / "facteur.toml"
    path.write_text(f'[hub]\ndata = "d"\n[tenant.nordwind]\nname = "Nordwind"\n{settings}')
    config = load(path)
    if not lacking:
        assert companies(config) == NOTHING
        return
    with pytest.raises(Noted) as noted:
        companies(config)
    lines = str(noted.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == {f"tenant.nordwind.{n}" for n in lacking}
    assert ("RF01 for the ordinary regime" in str(noted.value)) is ("tax_regime" in lacking)
