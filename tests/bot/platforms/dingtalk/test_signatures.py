"""The contract's signature vectors, and the hour in which a signature is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.dingtalk.signatures import BadCallback, Reason, check_signature, sign, sign_card

AT = datetime.fromtimestamp(1_760_000_000, UTC)
STAMP = "1760000000000"


def test_vectors_of_the_contract() -> None:
    assert sign("demo-app-secret", STAMP) == "X7PQ6eCPU/nA1KXuDSCryAtgmJJj+yanXORDytEccZc="
    assert sign("SECdemo0123456789", STAMP) == "8UTDmgvjpMqsphrUfkQe+bTKG37Y5je4w9H9YHWaKjo="
    assert sign_card("demo-card-secret", STAMP) == "PCURG5fA/yInzNxzXyKjiyAnGmYAGbfRyyosehVDrFQ="


@pytest.mark.parametrize("minutes", [-60, 0, 60])
def test_signature_is_good_for_an_hour(minutes: int) -> None:
    right = sign("s", STAMP)
    check_signature(right, right, STAMP, now=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("seconds", [-3601, 3601, 10**6])
def test_old_signature_is_refused(seconds: int) -> None:
    right = sign("s", STAMP)
    with pytest.raises(BadCallback) as caught:
        check_signature(right, right, STAMP, now=AT + timedelta(seconds=seconds))
    assert caught.value.reason is Reason.STALE


@pytest.mark.parametrize("given", ["", "x", "错", sign("other", STAMP)])
def test_wrong_signature_is_refused(given: str) -> None:
    with pytest.raises(BadCallback) as caught:
        check_signature(given, sign("s", STAMP), STAMP, now=AT)
    assert caught.value.reason is Reason.SIGNATURE


@pytest.mark.parametrize("stamp", ["", "soon", "1e12", "９", "1" * 40])
def test_signed_nonsense_is_refused(stamp: str) -> None:
    right = sign("s", stamp)
    with pytest.raises(BadCallback):
        check_signature(right, right, stamp, now=AT)
