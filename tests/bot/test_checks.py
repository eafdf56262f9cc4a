"""Each check passes where its part works, and says how to mend it where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.checks import check_all
from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address, Incoming, Kind
from bot.domain.people import Role
from config.settings import Settings
from handlers.context import CheckResult, Deps
from storage.database import Database
from storage.inbox import Inbox
from tests.handlers.office import NOW, copy_of


@pytest.fixture
def company(founded: Database, tmp_path: Path) -> Iterator[Database]:
    """In a file: the checks ask the database while their own transaction is open."""
    with copy_of(founded, f"sqlite:///{tmp_path / 'company.db'}") as database:
        yield database


def check(
    company: Database, deps: Deps, folder: Path, *, now: datetime = NOW, **settings: object
) -> dict[str, CheckResult]:
    chosen = Settings(_env_file=None, var_dir=folder, **settings)  # type: ignore[arg-type]
    with company.unit_of_work("check", now) as uow:
        results = check_all(
            uow, settings=chosen, database=company, calendar=deps.calendar, texts=deps.texts, now=now
        )
    return {result.name: result for result in results}


def failing(results: dict[str, CheckResult]) -> set[str]:
    return {name for name, result in results.items() if not result.passed}


def test_a_sound_company_without_a_speech_model_lacks_just_that(
    company: Database, deps: Deps, tmp_path: Path
) -> None:
    results = check(company, deps, tmp_path)
    assert failing(results) == {"语音识别"}
    assert results["语音识别"].fix == "还没有语音模型，运行 genjin weights get"
    assert all(result.fix == "" for result in results.values() if result.passed)


def test_a_company_without_an_admin_is_told(company: Database, deps: Deps, tmp_path: Path) -> None:
    with company.unit_of_work("t", NOW) as uow:
        for admin in uow.members.of_role(Role.ADMIN):
            uow.members.save(replace(admin, active=False))
    assert "管理员" in failing(check(company, deps, tmp_path))


def test_a_rep_without_a_supervisor_is_told(company: Database, deps: Deps, tmp_path: Path) -> None:
    with company.unit_of_work("t", NOW) as uow:
        rep = uow.members.of_role(Role.REP)[0]
        uow.members.save(replace(rep, supervisor_id=None))
    assert "上级关系" in failing(check(company, deps, tmp_path))


def test_a_parked_message_is_told(company: Database, deps: Deps, tmp_path: Path) -> None:
    inbox = Inbox(company)
    sender = Address(platform="console", user_id="liming")
    inbox.put_many([Incoming(id="1", sender=sender, kind=Kind.TEXT, sent_at=NOW)], now=NOW)
    claimed = inbox.claim(now=NOW, lease=NOW - NOW, worker="w")
    assert claimed is not None
    inbox.park(claimed.id, error="X")
    assert "停放的消息" in failing(check(company, deps, tmp_path))


def test_a_folder_that_cannot_be_made_is_told_and_stops_no_other_check(
    company: Database, deps: Deps, tmp_path: Path
) -> None:
    (tmp_path / "media").write_text("in the way", encoding="utf-8")
    results = check(company, deps, tmp_path)
    assert "文件目录" in failing(results)
    assert len(results) == 9


@pytest.mark.parametrize(
    ("moment", "lacking"),
    [
        (datetime(2026, 11, 30, tzinfo=SHANGHAI), set()),
        (datetime(2026, 12, 1, tzinfo=SHANGHAI), {"明年的节假日"}),
        (datetime(2031, 3, 1, tzinfo=SHANGHAI), {"今年的节假日"}),
    ],
)
def test_an_unpublished_year_is_told_in_time(
    company: Database, deps: Deps, tmp_path: Path, moment: datetime, lacking: set[str]
) -> None:
    found = failing(check(company, deps, tmp_path, now=moment))
    assert found - {"语音识别"} == lacking
