"""Email: every step of a transaction may go wrong, and reports come back."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from ipaddress import IPv4Address
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outbound.channel import (
    Deferred,
    DeliveryError,
    Enclosure,
    InDoubt,
    NamingChannel,
    Refused,
)
from tests.outbound.rigs import NOON, SECRET, Rig, parcel
from tests.outbound.sealing_keys import ed25519_key, pem, rsa_key, signer
from tests.outbound.test_mail_dkim import verdicts
from tests.outbound.test_mail_smime import CERTIFICATES, judged
from tests.servers import postfix
from tests.servers.scripted_smtp import DRIP, ENDLESS, HANG_UP, STALL, scripted_smtp
from tests.servers.simulators import Peer, simulator
from tests.servers.waiting import wait_for

LARGE = Enclosure(name="large.bin", media_type="application/octet-stream", data=b"1" * 2_000_000)
QUICK = {
    "username": None,
    "connect_timeout_seconds": 0.3,
    "reply_timeout_seconds": 0.3,
    "final_timeout_seconds": 0.3,
}

DOWN = (Deferred, True)
LATER = (Deferred, False)
NEVER = (Refused, None)
DOUBT = (InDoubt, None)
STEPS: dict[tuple[str, bytes], tuple[type[DeliveryError], bool | None]] = {
    ("", b"421 not now"): DOWN,
    ("", b"554 no service here"): DOWN,
    ("", b"hello?"): DOWN,
    ("", HANG_UP): DOWN,
    ("", STALL): DOWN,
    ("EHLO", HANG_UP): DOWN,
    ("EHLO", ENDLESS): DOWN,
    ("MAIL", b"421 4.3.2 going down"): DOWN,
    ("MAIL", b"452 4.3.1 disk full"): LATER,
    ("MAIL", b"553 5.7.1 not your address"): DOWN,
    ("MAIL", b"552 5.3.4 too big"): NEVER,
    ("MAIL", HANG_UP): DOWN,
    ("MAIL", STALL): DOWN,
    ("MAIL", DRIP): DOWN,
    ("RCPT", b"421 4.3.2 going down"): DOWN,
    ("RCPT", b"450 4.2.0 greylisted"): LATER,
    ("RCPT", b"550 5.1.1 unknown"): NEVER,
    ("RCPT", b"530 5.7.0 log in first"): DOWN,
    ("RCPT", HANG_UP): DOWN,
    ("DATA", b"451 4.3.0 try later"): LATER,
    ("DATA", b"554 5.5.1 no"): NEVER,
    ("DATA", b"250 what"): LATER,
    ("DATA", HANG_UP): DOWN,
    ("DATA", STALL): DOWN,
    (".", b"421 4.3.2 going down"): DOWN,
    (".", b"451 4.3.0 try later"): LATER,
    (".", b"552 5.2.2 mailbox full"): NEVER,
    (".", b"554 5.7.1 looks like spam"): NEVER,
    (".", HANG_UP): DOUBT,
    (".", STALL): DOUBT,
    (".", DRIP): DOUBT,
    (".", b"hello?"): DOUBT,
}


@pytest.mark.parametrize(("step", "reply"), STEPS)
def test_reply_at_each_step_has_its_meaning(email_rig: Rig, step: str, reply: bytes) -> None:
    error, endpoint_down = STEPS[step, reply]
    with scripted_smtp({step: reply}) as server:
        channel = email_rig.channel(port=server.port, **QUICK)
        began = monotonic()
        with pytest.raises(DeliveryError) as caught:
            channel.send(parcel("steps"))
        assert monotonic() - began < 2
    assert type(caught.value) is error, caught.value
    assert getattr(caught.value, "endpoint_down", None) is endpoint_down, caught.value
    assert "steps@kunde.example" not in str(caught.value)
    assert isinstance(channel, NamingChannel)
    asked_for = channel.name_of("steps") in str(caught.value)
    assert asked_for is (error is InDoubt), "what a person is to look for in the server's log"


def test_server_without_extensions_is_served_too(email_rig: Rig) -> None:
    with scripted_smtp({"EHLO": b"502 what"}) as server:
        email_rig.channel(port=server.port, username=None).send(parcel("helo"))
        spoken = b"".join(server.heard)
    assert b"helo post.nordlicht.example" in spoken
    assert b"NOTIFY" not in spoken


def test_recipient_stays_out_of_messages(email_rig: Rig) -> None:
    with scripted_smtp({"RCPT": b"550 5.1.1 <shy@kunde.example> unknown"}) as server:
        channel = email_rig.channel(port=server.port, username=None)
        with pytest.raises(Refused, match="<\\(recipient\\)> unknown"):
            channel.send(parcel("shy"))


def test_cut_in_the_message_is_known_not_to_be_accepted(email_rig: Rig) -> None:
    with pytest.raises(Deferred, match="before it had the whole message"):
        email_rig.channel().send(parcel("cut-1", LARGE))
    assert email_rig.arrived("cut-1") == 0


def test_message_larger_than_the_server_says_is_not_tried(email_rig: Rig) -> None:
    with scripted_smtp({"EHLO": b"250-me\r\n250 SIZE 100"}) as server:
        with pytest.raises(Refused, match="takes 100 bytes"):
            email_rig.channel(port=server.port, username=None).send(parcel("big"))
        assert not any(line.startswith(b"mail") for line in server.heard)


def test_message_at_the_peer_is_the_evidence(email_rig: Rig, mail: Peer) -> None:
    receipt = email_rig.channel().send(parcel("bytes"))
    [row] = [row for row in mail.log("accepted") if "bytes@kunde.example" in row["to"]]
    message, transcript = receipt.evidence
    assert (mail.folder / "maildir" / "new" / row["file"]).read_bytes() == message.data
    assert row["message_id"] == receipt.external_id
    token = receipt.external_id.strip("<>").partition("@")[0]
    assert row["mail_from"] == f"bounce+{token}@post.nordlicht.example"
    assert (row["ret"], row["envid"]) == ("HDRS", "bytes")
    assert (row["notify"], row["orcpt"]) == ("SUCCESS,FAILURE,DELAY", "rfc822;bytes@kunde.example")
    parsed = message_from_bytes(message.data, policy=policy.default)
    assert parsed["Date"].datetime == NOON
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert b"S: 250 2.0.0 kept" in transcript.data


def test_credentials_are_in_no_transcript(email_rig: Rig) -> None:
    _, transcript = email_rig.channel().send(parcel("transcript")).evidence
    assert b"C: (credentials)" in transcript.data
    for form in SECRET, f"\0facteur\0{SECRET}":
        assert base64.b64encode(form.encode()) not in transcript.data


def test_wrong_password_is_the_endpoints_fault(email_rig: Rig) -> None:
    with pytest.raises(Deferred, match="535") as caught:
        email_rig.channel(password="wrong").send(parcel("password"))
    assert caught.value.endpoint_down


def test_server_that_came_back_is_spoken_to_anew(email_rig: Rig, tmp_path: Path) -> None:
    with simulator("mail", tmp_path) as peer:
        channel = email_rig.channel(port=peer.port, username=None)
        channel.send(parcel("before"))
    with simulator("mail", tmp_path, "--port", str(peer.port)) as peer:
        channel.send(parcel("after"))
        assert len(peer.log("accepted")) == 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a self-signed certificate for 127.0.0.1 in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.simulator.example")])
    host = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(encoding)
    )
    return file


@pytest.fixture(scope="module", params=["starttls", "tls"])
def encrypted(
    request: pytest.FixtureRequest, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Peer, str]]:
    options = ["--certificate", str(certificate)]
    options += ["--implicit-tls"] if request.param == "tls" else []
    with simulator("mail", tmp_path_factory.mktemp("encrypted"), *options) as peer:
        yield peer, request.param


def test_encrypts_to_a_server_it_trusts_and_to_no_other(
    email_rig: Rig, encrypted: tuple[Peer, str], certificate: Path
) -> None:
    peer, tls = encrypted
    settings = {"port": peer.port, "tls": tls, "username": None}
    _, transcript = (
        email_rig.channel(**settings, ca_file=str(certificate)).send(parcel("tls")).evidence
    )
    assert b"-- TLSv1.3" in transcript.data
    with pytest.raises(Deferred, match="CERTIFICATE_VERIFY_FAILED") as caught:
        email_rig.channel(**settings).send(parcel("tls"))
    assert caught.value.endpoint_down
    assert len(peer.log("accepted")) == 1


def test_server_that_cannot_encrypt_is_not_used(email_rig: Rig) -> None:
    with pytest.raises(Deferred, match="STARTTLS") as caught:
        email_rig.channel(tls="starttls").send(parcel("plain"))
    assert caught.value.endpoint_down
    assert email_rig.arrived("plain") == 0


def test_address_beyond_ascii_needs_a_server_that_takes_it(email_rig: Rig) -> None:
    made = parcel("utf8")
    made = replace(made, destination=replace(made.destination, email="ännä@bücher.example"))
    for offered, refused in ((b"250-me\r\n250-DSN\r\n250 SMTPUTF8", False), (b"250 me", True)):
        with scripted_smtp({"EHLO": offered}) as server:
            channel = email_rig.channel(port=server.port, username=None)
            if refused:
                with pytest.raises(Refused, match="an address in ASCII, or another channel"):
                    channel.send(made)
                assert not any(line.startswith(b"mail") for line in server.heard)
                continue
            message, _ = channel.send(made).evidence
            told = b"".join(server.heard)
            assert b" SMTPUTF8\r\n" in told
            assert "rcpt TO:<ännä@xn--bcher-kva.example> NOTIFY".encode() in told
            assert "<ännä@xn--bcher-kva.example>\r\n".encode() in message.data


@pytest.mark.scenario
def test_signatures_hold_after_real_postfix(email_rig: Rig, mail: Peer, tmp_path: Path) -> None:
    if not postfix.available():
        pytest.skip("Postfix is not installed or we are not root (Debian package postfix)")
    (tmp_path / "smime.pem").write_bytes(CERTIFICATES)
    made = parcel("sealed", html="<p>Grüße</p>\n.\n" * 20, subject="Größere Rechnung " * 8)
    with postfix.postfix({"kunde.example": mail.port}) as host:
        channel = email_rig.channel(
            port=host.port,
            username=None,
            bounce_maildir=None,
            read_receipts=True,
            dkim_selector="r2026",
            dkim_key=pem(rsa_key()),
            dkim_second_selector="e2026",
            dkim_second_key=pem(ed25519_key()),
            smime_certificate_file=str(tmp_path / "smime.pem"),
            smime_key=pem(signer()[1]),
        )
        sent, _ = channel.send(made).evidence
        [row] = wait_for(
            lambda: [r for r in mail.log("accepted") if "sealed@kunde.example" in r["to"]]
        )
    arrived = (mail.folder / "maildir" / "new" / row["file"]).read_bytes()
    assert arrived.startswith(b"Received: ")
    assert arrived.endswith(sent.data)
    assert verdicts(arrived) == [True, True]
    assert judged(arrived, tmp_path).returncode == 0
