import pytest

from outbound.smtp_trouble import Trouble, domain_of, trouble_of

NOTHING = Trouble()
TABLE = {
    ("RCPT", 450, b"4.2.0 greylisted"): NOTHING,
    ("RCPT", 452, b"4.2.2 over quota"): NOTHING,
    ("RCPT", 450, b"greylisted, said a server without enhanced codes"): NOTHING,
    ("RCPT", 451, b"4.4.1 no answer from mx.kunde.example"): Trouble(
        endpoint_down=True, beyond=True
    ),
    ("RCPT", 450, b"4.7.1 too many messages from you"): Trouble(slow_down=True, beyond=True),
    ("RCPT", 421, b"4.7.0 [TSS04] deferred"): Trouble(slow_down=True, beyond=True),
    ("RCPT", 421, b"4.3.2 going down"): Trouble(endpoint_down=True, slow_down=True),
    ("MAIL", 421, b"too many connections"): Trouble(endpoint_down=True, slow_down=True),
    ("MAIL", 450, b"4.7.1 over your rate"): Trouble(slow_down=True),
    ("MAIL", 452, b"4.3.1 disk full"): NOTHING,
    ("the message", 451, b"4.7.1 try later"): Trouble(slow_down=True),
    ("the message", 451, b"4.3.0 try later"): NOTHING,
    ("the message", 451, b"14.7.12 is no enhanced code"): NOTHING,
}


@pytest.mark.parametrize(("step", "code", "words"), TABLE)
def test_whom_a_temporary_refusal_is_about(step: str, code: int, words: bytes) -> None:
    assert trouble_of(step, code, words) == TABLE[step, code, words]


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@B.Example", "b.example"), ('"x@y"@c.example.', "c.example"), (None, ""), ("", "")],
)
def test_the_domain_of_an_address(address: str | None, domain: str) -> None:
    assert domain_of(address) == domain
