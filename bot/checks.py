"""What 「/检查」 and `genjin check` try: each part works, or how to mend it."""

from __future__ import annotations

import operator
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from bot.domain.calendar import WorkCalendar
from bot.domain.errors import BotError
from bot.domain.people import Role
from bot.platforms.dingtalk.quotas import Level
from bot.platforms.findings import Finding
from bot.quotas import Used, read_quotas
from config.settings import Settings
from handlers.context import CheckResult, Figure
from handlers.ports import UnitOfWork
from prompts.texts import Texts
from storage.database import Database
from storage.inbox import Inbox
from storage.migrations import pending
from storage.outbox import OutboxQueue

Try = Callable[[], bool]


def check_all(
    uow: UnitOfWork,
    *,
    settings: Settings,
    database: Database,
    calendar: WorkCalendar,
    texts: Texts,
    now: datetime,
) -> Sequence[CheckResult]:
    """Try every part once, inside an open transaction; a part that fails stops none of the others."""

    def speech_weights() -> bool:
        from nlu.speech_weights import locate_weights

        return locate_weights(settings.speech_model, weights_dir=settings.weights_dir) is not None

    def answers() -> bool:
        database.check()
        return True

    tries: dict[str, Try] = {
        "database": answers,
        "migrations": lambda: not pending(database),
        "media": lambda: _can_write(settings),
        "speech": speech_weights,
        "calendar": lambda: calendar.knows(now.date()),
        "next_year": lambda: now.month < 12 or calendar.knows(now.date().replace(year=now.year + 1, day=1)),
        "admin": lambda: bool(uow.members.of_role(Role.ADMIN)),
        "supervisors": lambda: all(member.supervisor_id for member in uow.members.of_role(Role.REP)),
        "parked": lambda: Inbox(database).counts().by_status.get("dead", 0) == 0,
    }
    for quota in read_quotas(database, settings, now=now):
        tries[f"quota_{quota.bucket}"] = partial(operator.lt, quota.level, Level.SCARCE)
    return [_result(name, attempt, texts) for name, attempt in tries.items()]


def measure_all(*, settings: Settings, database: Database, texts: Texts, now: datetime) -> Sequence[Figure]:
    """The figures of 「/状态」: what waits, what was parked, and how far each quota is used."""
    inbox, outbox = Inbox(database).counts().by_status, OutboxQueue(database).counts()
    counts = {
        "waiting": inbox.get("new", 0) + inbox.get("claimed", 0),
        "sending": outbox["new"] + outbox["claimed"],
        "parked": inbox.get("dead", 0),
    }
    figures = [Figure(name=texts.label("status", name), value=str(count)) for name, count in counts.items()]
    return figures + [describe_quota(quota, texts) for quota in read_quotas(database, settings, now=now)]


def explain(finding: Finding, platform: str, texts: Texts) -> CheckResult:
    """A platform's finding in words: what its code asks for, else what the check itself asks for."""
    name = texts.label("check", f"{platform}_{finding.name}")
    if finding.passed:
        return CheckResult(name=name, passed=True)
    by_code = f"{platform}_{finding.code}"
    mend = texts.label("mend", by_code)
    if mend == by_code:
        mend = texts.label("mend", f"{platform}_{finding.name}")
    if finding.detail:
        mend = texts.say("check.fix_detail", fix=mend, detail=finding.detail)
    return CheckResult(name=name, passed=False, fix=mend)


def describe_quota(quota: Used, texts: Texts) -> Figure:
    """How far one quota is used, as a line."""
    percent = quota.used * 100 // quota.limit
    value = texts.say("status.used", used=quota.used, limit=quota.limit, percent=percent)
    return Figure(name=texts.label("quota", quota.bucket), value=value)


def _result(name: str, attempt: Try, texts: Texts) -> CheckResult:
    try:
        passed = attempt()
    except (BotError, OSError):
        passed = False
    label, fix = texts.label("check", name), texts.label("mend", name)
    return CheckResult(name=label, passed=passed, fix="" if passed else fix)


def _can_write(settings: Settings) -> bool:
    settings.media_dir.mkdir(parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=settings.media_dir)
    os.close(handle)
    os.unlink(path)
    return True
