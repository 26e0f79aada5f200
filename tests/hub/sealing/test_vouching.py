"""What is said of the certificates of time stamps, by an authority that is OpenSSL itself."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from archive.closing.token import NoStamp, Stamp, read_stamp
from formats.signatures.revocation import by_crl
from hub.keys import TimeStampAuthority
from hub.sealing.revocation import Revocation
from hub.sealing.vouching import ASKED_AGAIN_SECONDS, KEPT_BYTES_MAX, Vouching
from tests.servers.certification import Certification, certification


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Certification]:
    with certification(tmp_path) as made:
        yield made


def stamped(town: Certification, http: httpx.Client) -> Stamp:
    nonce = count(2**63).__next__
    asked = TimeStampAuthority(url=f"{town.url}/tsa", http=http, draw_nonce=nonce)
    return read_stamp(asked.respond(bytes(32)))


def test_what_issuers_say_is_kept_and_who_is_silent_is_asked_later(
    town: Certification, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    with httpx.Client() as http:
        vouch = Vouching(Revocation(http=http, known=(town.der("root"),)), lambda: now[0])
        stamp, town.silent = stamped(town, http), True
        assert vouch(stamp) == {}
        town.silent, asked = False, len(town.asked)
        assert vouch(stamp) == {}
        assert len(town.asked) == asked, "who has just been silent is not waited for again"
        now[0] += ASKED_AGAIN_SECONDS
        told = vouch(stamp)
        assert sorted(each.partition(".")[2] for each in told) == ["crl", "crl"]
        own, above = town.held["stamps"].certificate, town.held["issuing"].certificate
        answers = [by_crl(data, own, above) for data in told.values()]
        assert [each.revoked_at for each in answers if each] == [None]
        town.revoke("stamps")
        assert vouch(stamp) == told
        now[0] += ASKED_AGAIN_SECONDS
        with pytest.raises(NoStamp, match=r"of no use: .*CN=stamps"):
            vouch(stamp)
        town.revoked.clear()
        monkeypatch.setattr("hub.sealing.vouching.KEPT_BYTES_MAX", 10)
        assert vouch(stamp) == {}
    assert max(map(len, told.values())) < KEPT_BYTES_MAX
