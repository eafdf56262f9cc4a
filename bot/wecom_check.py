"""What `genjin check` says of a WeCom application: each setting works, or how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channel_ports import CountedEvents
from bot.checks import explain
from bot.clock import Clock
from bot.console_ports import StoredMedia
from bot.domain.errors import ConfigError
from bot.domain.people import Role
from bot.metrics import Metrics
from bot.platforms.wecom import WeComPorts
from bot.platforms.wecom.account import read_account
from bot.platforms.wecom.checks import Checks
from bot.platforms.wecom.client import WeComClient
from bot.wecom_ports import CODE_LIFETIME, WECOM
from config.settings import Settings
from handlers.context import CheckResult
from prompts.texts import Texts
from storage.card_codes import CardCodes
from storage.database import Database
from storage.media import MediaFiles


async def check_wecom(
    settings: Settings, database: Database, *, clock: Clock, texts: Texts
) -> Sequence[CheckResult]:
    """Try everything over the network; the admins with a WeCom account get a test message.

    Raises ConfigError, naming the settings that are empty.
    """
    if missing := settings.missing_for(WECOM):
        raise ConfigError(f"platform wecom needs {', '.join(missing)}; see docs/wecom.md")
    ports = WeComPorts(
        clock=clock,
        codes=CardCodes(database, lifetime=CODE_LIFETIME),
        media=StoredMedia(MediaFiles(settings.media_dir, database)),
        meter=CountedEvents(metrics=Metrics(), platform=WECOM),
    )
    account = read_account(settings)
    client = WeComClient(account, ports)
    with database.unit_of_work("check:wecom", clock.now()) as uow:
        admins = [
            address.user_id
            for member in uow.members.of_role(Role.ADMIN)
            for address in member.addresses
            if address.platform == WECOM
        ]
    checks = Checks(
        account=account,
        client=client,
        now=clock.now,
        admins=admins,
        greeting=texts.say("check.wecom_greeting"),
    )
    try:
        findings = await checks.run()
    finally:
        await client.close()
    page = CheckResult(
        name=texts.label("check", "wecom_page"),
        passed=settings.public_url.startswith("https://"),
        fix="" if settings.public_url.startswith("https://") else texts.label("mend", "wecom_page"),
    )
    return [*(explain(finding, WECOM, texts) for finding in findings), page]
