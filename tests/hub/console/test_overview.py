"""The first page says in time that a seal ends, and only to whom it concerns."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.keys import create_seal
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import stated
from hub.sealing.seal import Seal
from tests.hub.console.town import entered, served
from tests.hub.houses import START, Home, Outbox
from tests.hub.invoices import ubl
from tests.hub.packing import zipped

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("tenant", "days", "shown"),
    [("*", 30, True), ("nordwind", 30, True), ("other", 30, False), ("*", 300, False)],
)
def test_a_seal_that_ends_is_shown(
    home: Home, tmp_path: Path, tenant: str, days: int, *, shown: bool
) -> None:
    begin = START - timedelta(days=365 - days)
    create_seal(tmp_path / "a.p12", password=b"word", name="A", valid_from=begin, years=1)
    (tmp_path / "word").write_text("word")
    seal = Seal(key=tmp_path / "a.p12", password_file=tmp_path / "word")
    home.house = replace(home.house, seals={"nordwind": seal})
    page = entered(home, served(home), tenant).get("/").text
    words = f"nordwind: seal ends on {(START + timedelta(days=days)).date()}"
    assert (words in page) is shown


@pytest.mark.parametrize(("tenant", "shown"), [("*", True), ("nordwind", True), ("other", False)])
def test_what_differs_from_what_was_stated_is_shown_with_its_day(
    home: Home, tenant: str, *, shown: bool
) -> None:
    said = stated([("count", "2")])
    file = Arrival(data=ubl(), name="<a>.xml", tenant="nordwind", sender="erp", door="api")
    receive(home.house, replace(file, stated=said))
    home.run()
    visitor = entered(home, served(home), tenant)
    assert (f"/daily?day={START.date()}" in visitor.get("/").text) is shown
    page = visitor.get("/daily").text
    assert ("&lt;a&gt;.xml</a>: 2 documents are stated, 1 came" in page) is shown
    assert ("Nothing was dropped" in page) is not shown
    assert "Nothing was dropped" in visitor.get("/daily?day=2020-01-01").text
    assert visitor.get("/daily?day=yesterday").status_code == 422


def test_a_packed_file_names_what_lay_in_it_and_what_was_stated_of_it(home: Home) -> None:
    data = zipped(("<a>.xml", ubl(number="R-1")), ("b.xml", ubl(number="R-2")))
    said = stated([("count", "3"), ("total.EUR", "238.00")])
    file = Arrival(data=data, name="run.zip", tenant="nordwind", sender="erp", door="api")
    packed, _ = receive(home.house, replace(file, stated=said))
    visitor = entered(home, served(home), "*")
    assert "not all is read yet" in visitor.get(f"/submissions/{packed.id}").text
    home.run()
    page = visitor.get(f"/submissions/{packed.id}").text
    assert "&lt;a&gt;.xml</a>" in page
    assert "3 documents are stated, 2 came" in page
    (inside,) = re.findall(r'/submissions/(\w+)">b.xml', page)
    assert (
        f'href="/submissions/{packed.id}">another file'
        in visitor.get(f"/submissions/{inside}").text
    )


class Changed(Outbox):
    """A channel whose partner has changed to his next host key."""

    notes = ("sftp://partner.example:22: the partner has changed to its next key",)

    def examine(self) -> str:
        return "it lets us in"


def test_a_partner_who_has_changed_to_his_next_key_is_shown(home: Home) -> None:
    home.house = replace(home.house, channels={**home.house.channels, "post": Changed()})
    page = entered(home, served(home), "nordwind").get("/").text
    assert "<strong>Channel post</strong>" in page
    assert "the partner has changed to its next key" in page
