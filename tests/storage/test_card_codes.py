"""A code changes a card once, and not for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.domain.messages import Address
from storage.card_codes import CardCodes
from storage.database import Database
from tests.storage.samples import NOW

LINA = Address(platform="wecom", user_id="lina")
WANGQ = Address(platform="wecom", user_id="wangq")


@pytest.fixture
def codes(database: Database) -> CardCodes:
    return CardCodes(database, lifetime=timedelta(hours=72))


def test_a_code_is_handed_out_once(codes: CardCodes) -> None:
    codes.remember(LINA, "visit:1", "rc1", now=NOW)
    assert codes.take(WANGQ, "visit:1", now=NOW) is None
    assert codes.take(LINA, "visit:2", now=NOW) is None
    assert codes.take(LINA, "visit:1", now=NOW) == "rc1"
    assert codes.take(LINA, "visit:1", now=NOW) is None


def test_the_newest_code_counts(codes: CardCodes) -> None:
    codes.remember(LINA, "visit:1", "rc1", now=NOW)
    codes.remember(LINA, "visit:1", "rc2", now=NOW + timedelta(hours=71))
    assert codes.take(LINA, "visit:1", now=NOW + timedelta(hours=100)) == "rc2"


def test_an_old_code_is_none(codes: CardCodes) -> None:
    codes.remember(LINA, "visit:1", "rc1", now=NOW)
    assert codes.take(LINA, "visit:1", now=NOW + timedelta(hours=72)) is None


def test_nobody_gets_a_code_that_somebody_else_has(codes: CardCodes) -> None:
    codes.remember(LINA, "visit:1", "rc1", now=NOW)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: codes.take(LINA, "visit:1", now=NOW), range(8)))
    assert sorted(filter(None, taken)) == ["rc1"]
