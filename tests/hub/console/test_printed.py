"""The pages of print jobs: who sees which pieces, and having one made again."""

import pytest

from tests.hub.console.town import entered, served
from tests.hub.houses import Home
from tests.hub.printing import partner_of, pieces, told

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_job_is_shown_piece_by_piece_to_those_whose_letters_it_has(home: Home) -> None:
    partner, job = partner_of(home, "R-1", "R-2")
    app = served(home)
    clerk, own = entered(home, app, "*"), entered(home, app, "nordwind")
    first, _ = pieces(home, job)
    told(home, partner, "p.csv", f"{job};{first.piece};spoiled;<b>torn</b>", f"{job};x.0;posted")
    home.clock.forward(hours=5)
    for visitor in (clerk, own):
        assert job in visitor.get("/print").text
        assert 'data-label="Posted">0<' in visitor.get("/print").text  # a card on a narrow screen
        page = visitor.get(f"/print/{job}").text
        assert "spoiled &lt;b&gt;torn" in page
        assert "R-2" in page
        assert "no receipt from post for 1 piece" in page
        assert ("What the partner wrote" in page) == (visitor is clerk)
        assert "letters without news" in visitor.get("/").text
        assert f"/print/{job}" in visitor.get("/daily").text
        assert f"/print/{job}" in visitor.get("/worklist").text
    assert clerk.get("/print/nothing").status_code == 404


def test_a_piece_is_made_again_once(home: Home) -> None:
    _, job = partner_of(home, "R-1")
    app = served(home)
    own = entered(home, app, "nordwind")
    form = {"sequence": "1", "who": "A clerk", "reason": "torn"}
    assert own.post(f"/print/{job}/reprint", **form | {"reason": ""}).status_code == 422
    assert own.post(f"/print/{job}/reprint", **form | {"sequence": "2"}).status_code == 409
    for word in ("yes", "before"):
        found = own.post(f"/print/{job}/reprint", **form).headers["location"]
        assert found == f"/print/{job}?again={word}"
    assert "printed again" in own.get(f"/print/{job}").text


def test_all_that_are_open_are_posted_by_a_persons_word(home: Home) -> None:
    _, job = partner_of(home, "R-1", "R-2")
    own = entered(home, served(home), "nordwind")
    form = {"sequence": "open", "who": "A clerk", "reason": "he rang up"}
    assert own.post(f"/print/{job}/posted", **form | {"who": ""}).status_code == 422
    assert own.post(f"/print/{job}/posted", **form | {"sequence": "9"}).status_code == 409
    assert 'value="open"' in own.get(f"/print/{job}").text
    codes = [own.post(f"/print/{job}/posted", **form).status_code for _ in range(2)]
    assert codes == [303, 409]
    assert own.get(f"/print/{job}").text.count("says A clerk (") == 2
    assert [piece.state for piece in pieces(home, job)] == ["posted", "posted"]


def test_a_new_address_is_taken_once(home: Home) -> None:
    partner, job = partner_of(home, "R-1")
    app = served(home)
    own = entered(home, app, "nordwind")
    [piece] = pieces(home, job)
    line = f"{job};{piece.piece};returned;;;;;Neue Gasse 2;20095;Hamburg;DE"
    told(home, partner, "p.csv", line)
    assert "lives at Neue Gasse 2, 20095 Hamburg, DE" in own.get(f"/print/{job}").text
    form = {"sequence": "1", "who": "A clerk"}
    assert own.post(f"/print/{job}/address", **form | {"who": ""}).status_code == 422
    codes = [own.post(f"/print/{job}/address", **form).status_code for _ in range(2)]
    assert codes == [303, 409]
