"""What a sender asks of the files he has sent, over HTTP."""

from tests.hub.api.asking import asker
from tests.hub.houses import Home


def test_files_that_nobody_could_read_are_listed_to_their_own_tenant(home: Home) -> None:
    nordwind, others = asker(home, "nordwind"), asker(home, "others")
    named = {"X-File-Name": "scan.dat"}
    assert nordwind("POST", "submissions", content=b"?", headers=named).status_code == 202
    home.run()
    (found,) = nordwind("GET", "submissions?state=parked").json()
    assert (found["name"], found["state"]) == ("scan.dat", "parked")
    assert found["findings"][0]["rule"] == "IN-FORMAT"
    assert found["timeline"][-1]["entry"]
    assert nordwind("GET", "submissions?state=received").json() == []
    assert others("GET", "submissions").json() == []
    assert nordwind("GET", "submissions?state=lost").status_code == 422
