"""Over HTTP: where each value stood, and pictures of the pages, for the tenant's own alone."""

import os
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from hub.pipeline.pictures import NoPicture, page_picture
from hub.pipeline.receive import Arrival, receive
from tests.formats.pdf_text.drawing import drawn
from tests.hub.api.asking import asker
from tests.hub.houses import Home
from tests.hub.spooled import FIRST, LAYOUT, OTHER, SECOND


def test_a_document_says_where_its_values_stood(home: Home) -> None:
    home.house = replace(home.house, guides={"erp": [LAYOUT]})
    data = drawn(FIRST, SECOND, OTHER)
    arrival = Arrival(data=data, name="a.pdf", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    ask, stranger = asker(home), asker(home, tenant="suedwind")
    base = f"documents/{submission.id}-2"
    answer = ask("GET", f"{base}/origins")
    assert answer.status_code == 200, answer.text
    origins = answer.json()
    assert origins["pages"] == [3]
    assert origins["confidence"]["totals.lines"] == "doubtful"
    left, upper, right, lower = origins["marks"]["totals.with_vat"]["box"]
    assert 20_000 < left < right < 45_000
    assert 65_000 < upper < 70_000 < lower < 75_000
    boxed = ask("GET", f"{base}/pages/3.png")
    assert boxed.headers["content-type"] == "image/png"
    plain = page_picture(home.house, submission.sha256, 3)
    pictures = [Image.open(BytesIO(each)).convert("RGB") for each in (plain, boxed.content)]
    assert ImageChops.difference(*pictures).getbbox()
    for path in ("origins", "pages/3.png"):
        assert stranger("GET", f"{base}/{path}").status_code == 404
    for path in ("pages/1.png", "pages/4.png"):
        assert ask("GET", f"{base}/{path}").status_code == 404
    assert ask("GET", "documents/nothing/origins").status_code == 404


def test_pictures_are_drawn_once_and_go_with_time(home: Home) -> None:
    data = drawn(FIRST, SECOND)
    arrival = Arrival(data=data, name="a.pdf", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    folder = home.house.config.data / "pictures"
    first = page_picture(home.house, submission.sha256, 1)
    (kept,) = folder.iterdir()
    kept.write_bytes(b"as it was kept")
    assert page_picture(home.house, submission.sha256, 1) == b"as it was kept"
    os.utime(kept, (0, 0))
    assert page_picture(home.house, submission.sha256, 2)
    assert not kept.exists()
    assert page_picture(home.house, submission.sha256, 1) == first
    with pytest.raises(NoPicture, match="no longer kept"):
        page_picture(home.house, "0" * 64, 1)
