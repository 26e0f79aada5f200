"""Where documents are stored, and by which law they are kept: refused, said, noted."""

from pathlib import Path

import pytest

from hub.cli.output import Noted
from hub.cli.placing import periods, places
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from tests.hub.houses import SETTINGS

RESIDENT = """
[tenant.nordwind.archive]
residency = [{}]
"""


def loaded(folder: Path, more: str) -> Config:
    (folder / "facteur.toml").write_text(SETTINGS + more)
    return load(folder / "facteur.toml")


@pytest.mark.parametrize(
    ("place", "residency", "fault"),
    [
        ("", '"DE"', "it is not said where it is; [tenant.nordwind.archive] wants DE"),
        ("US", '"DE", "EU"', "it is in US; [tenant.nordwind.archive] wants DE, EU"),
        ("CH", '"EU"', "it is in CH; [tenant.nordwind.archive] wants EU"),
        ("FR", '"DE"', "it is in FR; [tenant.nordwind.archive] wants DE"),
        ("DE", '"DE"', ""),
        ("FR", '"DE", "EU"', ""),
        ("CH", '"EU", "CH"', ""),
        ("US", "", ""),
        ("Germany", "", "archive.place: must be an ISO 3166-1 country like DE"),
        ("DE", '"Deutschland"', "tenant.nordwind.archive"),
    ],
)
def test_settings_refuse_a_place_where_a_company_may_not_store(
    tmp_path: Path, place: str, residency: str, fault: str
) -> None:
    more = f'[archive]\nplace = "{place}"\n' + RESIDENT.format(residency)
    if fault:
        with pytest.raises(Faulty) as refused:
            loaded(tmp_path, more)
        assert fault in str(refused.value)
        return
    said = places(loaded(tmp_path, more))
    assert said == (f"{place}, as nordwind asks" if residency else place)


@pytest.mark.parametrize(
    ("store", "fault"),
    [
        ('region = "eu-west-1"', ""),
        (
            'region = "eu-central-2"',
            "archive.s3.place: it is in CH; [tenant.nordwind.archive] wants",
        ),
        ("", "archive.s3.place: it is in US"),
        ('region = "mars-1"', "archive.s3.place: it is not said where it is"),
        ('region = "mars-1"\nplace = "FR"', ""),
        ('place = "FR"', "place is FR, but the region us-east-1 is in US"),
        ('endpoint = "https://s3.example"', "archive.s3.place: it is not said where it is"),
        ('endpoint = "https://s3.example"\nplace = "DE"', ""),
    ],
)
def test_a_store_is_held_to_the_same(tmp_path: Path, store: str, fault: str) -> None:
    s3 = f'[archive]\nplace = "DE"\n[archive.s3]\nbucket = "packs"\n{store}\n'
    if fault:
        with pytest.raises(Faulty) as refused:
            loaded(tmp_path, s3 + RESIDENT.format('"EU"'))
        assert fault in str(refused.value)
        return
    assert "(archive.s3.place), as nordwind asks" in places(
        loaded(tmp_path, s3 + RESIDENT.format('"EU"'))
    )


@pytest.mark.parametrize(
    ("keeping", "fault"),
    [
        ('fiscal_year_end = "02-29"', ""),
        ('fiscal_year_end = "02-30"', "fiscal_year_end: 02-30 is no day"),
        ('fiscal_year_end = "30.6."', "fiscal_year_end"),
        ("keep_years = -1", "keep_years"),
        ("keep_years = 12", ""),
        ('residence = ["DE"]', "residence"),
    ],
)
def test_how_a_company_wants_to_be_kept_is_checked(
    tmp_path: Path, keeping: str, fault: str
) -> None:
    more = f"[tenant.nordwind.archive]\n{keeping}\n"
    if not fault:
        assert loaded(tmp_path, more).tenants["nordwind"].archive.closing in {(2, 29), (12, 31)}
        return
    with pytest.raises(Faulty, match=fault):
        loaded(tmp_path, more)


def test_periods_are_said_with_their_law_and_noted_where_none_is_known(tmp_path: Path) -> None:
    known = loaded(tmp_path, "")
    assert periods(known) == "nordwind: 8 years, AO § 147 (3), (4); UStG § 14b (1)"
    assert "not said: set archive.place" in places(known)
    other = loaded(tmp_path, '[tenant.far]\nname = "Far"\ncountry = "JP"\n')
    with pytest.raises(Noted, match=r"tenant\.far\.country: JP: no law is known here"):
        periods(other)
