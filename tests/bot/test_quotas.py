"""Monthly quotas: counted once for all, warned of once, and full again with the month."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.checks import describe_quota, measure_all
from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address
from bot.domain.people import Member, Role
from bot.doorbell import Doorbell
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.quotas import StoredQuotas, is_leaving_time, level_at, may_remind, read_quotas
from config.settings import Settings
from prompts.texts import load_texts
from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.outbox import OutboxQueue

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
ADMIN = Address(platform="dingtalk", user_id="zhaogong")


@dataclass(slots=True)
class HandClock:
    """A clock that is set by hand."""

    moment: datetime = field(default=NOW)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{tmp_path / 'q.db'}")) as database:
        upgrade(database)
        with database.unit_of_work("founding", NOW) as uow:
            uow.members.save(Member(id=0, name="赵工", role=Role.ADMIN, addresses=(ADMIN,)))
        yield database


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def settings() -> Settings:
    return Settings(
        _env_file=None, platforms="dingtalk", dingtalk_monthly_calls=20, dingtalk_monthly_pushes=10
    )


@pytest.fixture
def quotas(database: Database, settings: Settings, clock: HandClock) -> StoredQuotas:
    return StoredQuotas(
        database=database, settings=settings, texts=load_texts(), clock=clock, bell=Doorbell()
    )


def told(database: Database) -> list[str]:
    """What the admin is sent."""
    queue = OutboxQueue(database)
    claimed = queue.claim(now=NOW + timedelta(days=90), lease=timedelta(minutes=1), limit=50)
    assert {each.outgoing.to for each in claimed} <= {ADMIN}
    for each in claimed:
        queue.sent(each.id, message_ref=None, now=NOW)
    return [each.outgoing.as_text() for each in claimed]


def spend(quotas: StoredQuotas, count: int, bucket: Bucket = Bucket.API) -> None:
    for _ in range(count):
        quotas.spend(bucket)


@pytest.mark.parametrize(
    ("used", "level"),
    [(0, Level.PLENTY), (13, Level.PLENTY), (14, Level.SPARING), (18, Level.SCARCE), (99, Level.SCARCE)],
)
def test_levels_by_our_own_count(used: int, level: Level) -> None:
    assert level_at(used, 20) is level


def test_each_level_is_told_once(quotas: StoredQuotas, database: Database) -> None:
    spend(quotas, 13)
    assert told(database) == []
    spend(quotas, 1)
    assert quotas.level(Bucket.API) is Level.SPARING
    [warning] = told(database)
    assert "70%（14/20）" in warning
    spend(quotas, 3)
    assert told(database) == []
    spend(quotas, 5)
    [warning] = told(database)
    assert "90%（18/20）" in warning
    assert quotas.level(Bucket.API) is Level.SCARCE


def test_buckets_are_apart(quotas: StoredQuotas) -> None:
    spend(quotas, 10, Bucket.PUSH)
    assert (quotas.level(Bucket.PUSH), quotas.level(Bucket.API)) == (Level.SCARCE, Level.PLENTY)


def test_a_new_month_begins_in_shanghai(quotas: StoredQuotas, clock: HandClock, database: Database) -> None:
    spend(quotas, 20)
    clock.moment = datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)
    assert quotas.level(Bucket.API) is Level.SCARCE
    clock.moment += timedelta(minutes=1)
    assert quotas.level(Bucket.API) is Level.PLENTY
    told(database)
    spend(quotas, 14)
    assert len(told(database)) == 1


def test_used_up_is_what_the_platform_says_for_a_day(
    quotas: StoredQuotas, clock: HandClock, database: Database
) -> None:
    quotas.note_used_up(Bucket.PUSH)
    quotas.note_used_up(Bucket.PUSH)
    assert quotas.level(Bucket.PUSH) is Level.USED_UP
    assert len(told(database)) == 1
    clock.moment += timedelta(days=1)
    assert quotas.level(Bucket.PUSH) is Level.PLENTY
    quotas.note_used_up(Bucket.PUSH)
    assert len(told(database)) == 1


def test_many_threads_count_right_and_warn_once(quotas: StoredQuotas, database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: quotas.spend(Bucket.API), range(16)))
    assert len(told(database)) == 1
    [api, _] = read_quotas(database, quotas.settings, now=NOW)
    assert (api.used, api.limit) == (16, 20)


def test_admins_see_the_figures(quotas: StoredQuotas, database: Database, settings: Settings) -> None:
    spend(quotas, 3)
    figures = measure_all(settings=settings, database=database, texts=load_texts(), now=NOW)
    assert {figure.name: figure.value for figure in figures}["钉钉接口调用"] == "3 / 20（15%）"
    [api, _] = read_quotas(database, settings, now=NOW)
    assert describe_quota(api, load_texts()) in figures


def test_without_the_platform_there_are_none(database: Database) -> None:
    assert read_quotas(database, Settings(_env_file=None, platforms="console"), now=NOW) == ()


@pytest.mark.parametrize(
    ("clock_time", "leaving"),
    [
        ("08:46", {Level.PLENTY}),
        ("08:47", {Level.PLENTY, Level.SPARING, Level.SCARCE, Level.USED_UP}),
        ("08:57", {Level.PLENTY}),
        ("10:50", {Level.PLENTY, Level.SPARING}),
        ("15:47", {Level.PLENTY, Level.SPARING, Level.SCARCE, Level.USED_UP}),
        ("15:10", {Level.PLENTY}),
    ],
)
def test_reminders_gather_the_longer_the_less_is_left(clock_time: str, leaving: set[Level]) -> None:
    now = datetime.combine(NOW.date(), time.fromisoformat(clock_time), tzinfo=SHANGHAI)
    found = {level for level in Level if is_leaving_time(now, level=level, digest_at=time(8, 47))}
    assert found == leaving


def test_only_a_platform_with_quotas_makes_reminders_gather(
    quotas: StoredQuotas, database: Database, settings: Settings
) -> None:
    spend(quotas, 14)
    at = time(8, 47)
    assert not may_remind(NOW, database=database, settings=settings, digest_at=at)
    console = Settings(_env_file=None, platforms="console")
    assert may_remind(NOW, database=database, settings=console, digest_at=at)
