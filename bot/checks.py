"""What 「/检查」 and `genjin check` try: each part works, or how to mend it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.calendar import WorkCalendar
from bot.domain.errors import BotError
from bot.domain.people import Role
from config.settings import Settings
from handlers.context import CheckResult
from handlers.ports import UnitOfWork
from prompts.texts import Texts
from storage.database import Database
from storage.inbox import Inbox
from storage.migrations import pending

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
    return [_result(name, attempt, texts) for name, attempt in tries.items()]


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
