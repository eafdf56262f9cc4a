"""Counts what a platform lets a company do each month, and warns the admins before it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import structlog

from bot.clock import Clock
from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Outgoing
from bot.domain.people import Role
from bot.doorbell import Doorbell
from bot.platforms.dingtalk.quotas import Bucket, Level
from config.settings import Settings
from prompts.texts import Texts
from storage.database import Database
from storage.quotas import read_used
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

PLATFORM = "dingtalk"
SHARES = {Level.SPARING: 70, Level.SCARCE: 90}
"""From how many percent of a month's quota each level is reached; used up is what the platform says is so."""

GATHERING_MINUTES = 10
"""Reminders that gather leave within these minutes; a program that was not running then, an hour later."""
AFTERNOON = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One quota in the present month."""

    bucket: Bucket
    used: int
    limit: int
    level: Level


def read_quotas(database: Database, settings: Settings, *, now: datetime) -> tuple[Used, ...]:
    """All quotas of the platforms that are open; none where no platform has any."""
    if PLATFORM not in settings.platform_names:
        return ()
    return tuple(read_quota(database, bucket, settings, now=now) for bucket in Bucket)


def read_quota(database: Database, bucket: Bucket, settings: Settings, *, now: datetime) -> Used:
    """How far one quota is used."""
    used, limit = read_used(database, _month(bucket, now)), limit_of(bucket, settings)
    refused = read_used(database, _refused(bucket, now))
    return Used(
        bucket=bucket, used=used, limit=limit, level=Level.USED_UP if refused else level_at(used, limit)
    )


def limit_of(bucket: Bucket, settings: Settings) -> int:
    """What the company's edition allows each month."""
    return settings.dingtalk_monthly_calls if bucket is Bucket.API else settings.dingtalk_monthly_pushes


def level_at(used: int, limit: int) -> Level:
    """The level by our own count: other applications of the company spend from the same quota."""
    reached = [level for level, percent in SHARES.items() if used * 100 >= limit * percent]
    return max(reached, default=Level.PLENTY)


def may_remind(now: datetime, *, database: Database, settings: Settings, digest_at: time) -> bool:
    """Whether reminders leave now. The less is left, the longer they gather, and so become one message."""
    if PLATFORM not in settings.platform_names:
        return True
    level = read_quota(database, Bucket.API, settings, now=now).level
    return is_leaving_time(now, level=level, digest_at=digest_at)


def is_leaving_time(now: datetime, *, level: Level, digest_at: time) -> bool:
    """At any time; sparing: hourly at the digest's minute; scarcer: with the digest, and after noon."""
    local = now.astimezone(SHANGHAI)
    if level is Level.PLENTY:
        return True
    if not 0 <= local.minute - digest_at.minute < GATHERING_MINUTES:
        return False
    return level is Level.SPARING or local.hour in (digest_at.hour, AFTERNOON)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuotas:
    """The counts in the database, one for all processes."""

    database: Database
    settings: Settings
    texts: Texts
    clock: Clock
    bell: Doorbell

    def spend(self, bucket: Bucket) -> None:
        """Count one; the admins are warned in the same commit in which a level is reached."""
        now, limit = self.clock.now(), limit_of(bucket, self.settings)
        with self.database.unit_of_work("quota", now) as uow:
            used = uow.quotas.add(_month(bucket, now))
            level = level_at(used, limit)
            if warned := level > level_at(used - 1, limit):
                text = self._describe("quota.warning", bucket, level, used=used, limit=limit)
                self._tell_admins(uow, text, once=f"{_month(bucket, now)}:{level}", now=now)
        if warned:
            log.warning("quota runs short", bucket=bucket, level=level.name, used=used, limit=limit)
            self.bell.ring()

    def note_used_up(self, bucket: Bucket) -> None:
        """The platform has refused: until midnight nothing more is tried, then once more."""
        now = self.clock.now()
        known = read_quota(self.database, bucket, self.settings, now=now)
        with self.database.unit_of_work("quota", now) as uow:
            first = uow.quotas.add(_refused(bucket, now)) == 1
            if first:
                text = self._describe(
                    "quota.used_up", bucket, Level.USED_UP, used=known.used, limit=known.limit
                )
                self._tell_admins(uow, text, once=_refused(bucket, now), now=now)
        if first:
            log.error("quota used up", bucket=bucket, used=known.used, limit=known.limit)
            self.bell.ring()

    def level(self, bucket: Bucket) -> Level:
        """How much is left now."""
        return read_quota(self.database, bucket, self.settings, now=self.clock.now()).level

    def _describe(self, key: str, bucket: Bucket, level: Level, *, used: int, limit: int) -> str:
        step = self.texts.label("quota_step", f"{bucket}_{level.name.lower()}")
        return self.texts.say(
            key,
            what=self.texts.label("quota", bucket),
            percent=used * 100 // limit,
            used=used,
            limit=limit,
            step=step,
        )

    def _tell_admins(self, uow: UnitOfWork, text: str, *, once: str, now: datetime) -> None:
        for admin in uow.members.of_role(Role.ADMIN):
            if admin.address:
                # As a reply it may leave by the session webhook, which is open when nothing else is.
                told = Outgoing(to=admin.address, text=text)
                uow.outbox.push(told, idempotency_key=f"quota:{once}:{admin.id}", now=now)


def _month(bucket: Bucket, now: datetime) -> str:
    return f"{PLATFORM}:{bucket}:{now.astimezone(SHANGHAI):%Y-%m}"


def _refused(bucket: Bucket, now: datetime) -> str:
    return f"{PLATFORM}:{bucket}:refused:{now.astimezone(SHANGHAI):%Y-%m-%d}"
