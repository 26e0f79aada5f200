"""Rules that one person proposed and another approved, and no others, are loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from hub.config.config import Config
from hub.config.faults import Faulty
from hub.engine.pool import Pool
from hub.four_eyes import Refused, approve, found, history, id_of, propose, require_approved
from hub.store.database import Database
from tests.hub.houses import Home, opened_house

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OLD = [("rules.toml", "# old")]
NEW = [("rules.toml", "# new")]


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, database, pool) as home:
        yield home


def test_a_proposal_counts_once_somebody_else_approved_it(home: Home) -> None:
    archive, config = home.house.archive, home.house.config
    first = propose(archive, config, OLD, "A. Author")
    require_approved(archive, config, [])
    home.clock.forward(days=1)
    second = propose(archive, config, NEW, "A. Author")
    with pytest.raises(Faulty, match=r"rules\.toml are not approved \(nordwind\)"):
        require_approved(archive, config, NEW)
    with pytest.raises(Refused, match="somebody else must approve"):
        approve(archive, config, second.id, " a.  AUTHOR ")
    done = approve(archive, config, second.id[:12], "B. Reader")
    assert (done.proposed_by, done.approved_by, done.files) == ("A. Author", "B. Reader", (NEW[0],))
    require_approved(archive, config, NEW)
    require_approved(archive, config, [("moved.toml", NEW[0][1])])
    with pytest.raises(Faulty):
        require_approved(archive, config, OLD)
    with pytest.raises(Faulty, match="rules of your own were approved, or"):
        require_approved(archive, config, [])
    assert [one.id for one in history(archive, config)] == [second.id, first.id]


def test_who_was_first_stays_who_was(home: Home) -> None:
    archive, config = home.house.archive, home.house.config
    id_ = propose(archive, config, OLD, "A").id
    approve(archive, config, id_, "B")
    assert propose(archive, config, OLD, "C").proposed_by == "A"
    assert approve(archive, config, id_, "D").approved_by == "B"


def test_a_company_that_comes_later_gets_the_approval_when_it_is_repeated(home: Home) -> None:
    archive, config = home.house.archive, home.house.config
    approve(archive, config, propose(archive, config, OLD, "A").id, "B")
    grown = _with_another(config)
    with pytest.raises(Faulty, match=r"not approved \(another\)"):
        require_approved(archive, grown, OLD)
    approve(archive, grown, id_of(OLD), "C")
    require_approved(archive, grown, OLD)


def test_one_alone_neither_leaves_the_shipped_rules_out_nor_lets_them_in(home: Home) -> None:
    archive, with_shipped = home.house.archive, home.house.config
    alone = changed(with_shipped.routing, shipped=False)
    without = changed(with_shipped, routing=alone)
    approve(archive, with_shipped, propose(archive, with_shipped, OLD, "A").id, "B")
    with pytest.raises(Faulty, match=r"rules\.toml, shipped = false are not approved"):
        require_approved(archive, without, OLD)
    with pytest.raises(Faulty, match="name a file there that is empty"):
        require_approved(archive, without, [])
    left_out = propose(archive, without, NEW, "A")
    assert [name for name, _ in left_out.files] == ["rules.toml", "shipped = false"]
    approve(archive, without, left_out.id, "B")
    require_approved(archive, without, NEW)
    with pytest.raises(Faulty, match="not approved"):
        require_approved(archive, with_shipped, NEW)


def _with_another(config: Config) -> Config:
    return changed(config, tenants={"another": config.tenants["nordwind"], **config.tenants})


@pytest.mark.parametrize("wrong", ["", "12345678", "0"])
def test_an_id_that_is_none_is_refused(home: Home, wrong: str) -> None:
    archive, config = home.house.archive, home.house.config
    propose(archive, config, OLD, "A")
    with pytest.raises(Refused, match="no single proposal"):
        found(archive, config, wrong)
    with pytest.raises(Refused, match="say who you are"):
        propose(archive, config, NEW, " ")
