"""What `genjin check` and 「/检查」 say of a DingTalk application: each setting works, or how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.channel_ports import CountedEvents
from bot.checks import explain
from bot.clock import Clock
from bot.console_ports import StoredMedia
from bot.domain.errors import ConfigError
from bot.domain.people import Role
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.platforms.dingtalk import DingTalkPorts
from bot.platforms.dingtalk.account import read_account
from bot.platforms.dingtalk.checks import Checks
from bot.platforms.dingtalk.client import DingTalkClient
from bot.quotas import PLATFORM, StoredQuotas
from config.settings import Settings
from handlers.context import CheckResult
from prompts.texts import Texts
from storage.database import Database
from storage.media import MediaFiles

log = structlog.get_logger()

LOOK_SECONDS = 24 * 3600.0
"""A look costs one counted call where a card template is set."""


async def check_dingtalk(
    settings: Settings, database: Database, *, clock: Clock, texts: Texts, greeting: str
) -> Sequence[CheckResult]:
    """Try everything over the network; the admins with a DingTalk account get `greeting`, "" sends nothing.

    Raises ConfigError, naming the settings that are empty.
    """
    if missing := settings.missing_for(PLATFORM):
        raise ConfigError(f"platform dingtalk needs {', '.join(missing)}; see docs/dingtalk.md")
    ports = DingTalkPorts(
        clock=clock,
        media=StoredMedia(MediaFiles(settings.media_dir, database)),
        meter=CountedEvents(metrics=Metrics(), platform=PLATFORM),
        quotas=StoredQuotas(database=database, settings=settings, texts=texts, clock=clock, bell=Doorbell()),
    )
    account = read_account(settings)
    client = DingTalkClient(account, ports)
    admins = await asyncio.to_thread(_find_admins, database, clock)
    checks = Checks(account=account, client=client, admins=admins, greeting=greeting)
    try:
        return [explain(finding, PLATFORM, texts) for finding in await checks.run()]
    finally:
        await client.close()


def _find_admins(database: Database, clock: Clock) -> Sequence[str]:
    with database.unit_of_work("check:dingtalk", clock.now()) as uow:
        return [
            address.user_id
            for member in uow.members.of_role(Role.ADMIN)
            for address in member.addresses
            if address.platform == PLATFORM
        ]


@dataclass(slots=True, kw_only=True)
class Lookout:
    """Looks once a day while the program runs: 「/检查」 answers at once, with what was found last."""

    settings: Settings
    database: Database
    clock: Clock
    texts: Texts
    found: Sequence[CheckResult] = ()

    async def run(self) -> None:
        """Look until cancelled; nobody gets a message. Without DingTalk there is nothing to see."""
        while PLATFORM in self.settings.platform_names:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look now."""
        self.found = await check_dingtalk(
            self.settings, self.database, clock=self.clock, texts=self.texts, greeting=""
        )
        failed = [result.name for result in self.found if not result.passed]
        if failed:
            log.warning("settings do not work", failed=failed)
