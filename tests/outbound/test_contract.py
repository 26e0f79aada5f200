"""What every channel in the table must do, judged at its peer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from outbound.catalogue import CHANNELS
from outbound.channel import Deferred, DeliveryState, InDoubt, NamingChannel, Refused
from tests.outbound.rigs import Rig, resolve, send


def test_same_key_twice_is_one_at_the_peer(rig: Rig) -> None:
    parcel = rig.parcel("twice")
    first, second = send(rig.channel(), parcel), send(rig.channel(), parcel)
    assert first.external_id == second.external_id
    assert rig.arrived("twice") == rig.repeats


def test_receipt_holds_evidence_and_an_id(rig: Rig) -> None:
    channel: object = rig.channel()
    receipt = send(rig.channel(), rig.parcel("proof"))
    assert receipt.state is DeliveryState.HANDED_OVER
    assert receipt.external_id
    if isinstance(channel, NamingChannel):
        assert channel.name_of("proof") == receipt.external_id
    assert [enclosure.data for enclosure in receipt.evidence if not enclosure.data] == []
    assert receipt.evidence


def test_refused_parcel_raises_refused_and_does_not_arrive(rig: Rig) -> None:
    with pytest.raises(Refused):
        send(rig.channel(), rig.parcel("refuse-1"))
    assert rig.arrived("refuse-1") == 0


def test_nobody_there_is_deferred_with_endpoint_down(rig: Rig) -> None:
    with pytest.raises(Deferred) as caught:
        send(rig.channel(**rig.unreachable), rig.parcel("nobody"))
    assert caught.value.endpoint_down


def test_lost_answer_is_in_doubt_until_asked(rig: Rig) -> None:
    channel, parcel = rig.channel(), rig.parcel("doubt-1")
    with pytest.raises(InDoubt):
        send(channel, parcel)
    assert rig.arrived("doubt-1") == 1
    if rig.tells:
        receipt = resolve(channel, parcel)
        assert receipt is not None
        assert receipt.external_id
        send(channel, parcel)
        assert rig.arrived("doubt-1") == 1
    else:
        with pytest.raises(InDoubt):
            resolve(channel, parcel)


def test_what_never_left_is_known_not_to_have_arrived(rig: Rig) -> None:
    if rig.tells:
        assert resolve(rig.channel(), rig.parcel("never-sent")) is None
    else:
        with pytest.raises(InDoubt):
            resolve(rig.channel(), rig.parcel("never-sent"))


def test_no_secret_in_words_evidence_or_settings(rig: Rig) -> None:
    said = [repr(CHANNELS[rig.kind].settings(**rig.settings)), rig.channel().endpoint]
    receipt = send(rig.channel(), rig.parcel("quiet"))
    said += [repr(receipt)]
    for changes, key in ({}, "refuse-2"), ({}, "doubt-2"), (rig.unreachable, "quiet-2"):
        with pytest.raises((Refused, InDoubt, Deferred)) as caught:
            send(rig.channel(**changes), rig.parcel(key))
        said += [str(caught.value), repr(caught.value)]
    assert [words for words in said for secret in rig.secrets if secret in words] == []


def test_one_that_announces_its_commit_has_not_arrived_before_it(rig: Rig) -> None:
    channel, at_commit = rig.channel(), []
    announced = replace(
        rig.parcel("commit"), committing=lambda: at_commit.append(rig.arrived("commit"))
    )
    send(channel, announced)
    assert at_commit == ([0] if channel.announces_commit else [])
    assert rig.arrived("commit") == 1


def test_what_cannot_be_noted_does_not_leave(rig: Rig) -> None:
    class NotNoted(Exception):
        pass

    def fail() -> None:
        raise NotNoted

    channel = rig.channel()
    if channel.announces_commit:
        with pytest.raises(NotNoted):
            send(channel, replace(rig.parcel("unnoted"), committing=fail))
        assert rig.arrived("unnoted") == 0
    send(channel, rig.parcel("after"))
    assert rig.arrived("after") == 1


def test_many_threads_share_one_channel(rig: Rig) -> None:
    channel = rig.channel()
    keys = [f"crowd-{number}" for number in range(24)]
    with ThreadPoolExecutor(6) as threads:
        receipts = list(threads.map(lambda key: send(channel, rig.parcel(key)), keys))
    assert len({receipt.external_id for receipt in receipts}) == len(keys)
    assert [key for key in keys if rig.arrived(key) != 1] == []
