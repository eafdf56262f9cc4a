"""Each setting that does not work is found, and told by the code that says how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checks import explain
from bot.clock import SystemClock
from bot.platforms.findings import Finding
from bot.platforms.wecom.account import Account, read_account
from bot.platforms.wecom.checks import Checks
from bot.platforms.wecom.client import WeComClient
from bot.wecom_check import check_wecom
from bot.wecom_ports import WECOM
from config.settings import Settings
from prompts.texts import load_texts
from storage.database import open_database
from storage.migrations import upgrade
from tests.fakes.wecom_books import Books
from tests.fakes.wecom_ports import FakeWeComPorts
from tests.fakes.wecom_server import WeComServer, serving

TEXTS = load_texts()


@pytest.fixture
async def server() -> AsyncIterator[WeComServer]:
    ports = FakeWeComPorts()
    async with serving(WeComServer(books=Books(now=ports.clock.now))) as server:
        yield server


async def run(
    server: WeComServer,
    *,
    account: Account | None = None,
    admins: tuple[str, ...] = ("wangq",),
    ahead: timedelta = timedelta(0),
) -> dict[str, Finding]:
    account = account or read_account(server.settings())
    client = WeComClient(account, FakeWeComPorts().as_wecom())
    clock = SystemClock()
    checks = Checks(
        account=account, client=client, now=lambda: clock.now() + ahead, admins=admins, greeting="测试"
    )
    try:
        return {finding.name: finding for finding in await checks.run()}
    finally:
        await client.close()


def failed(findings: dict[str, Finding]) -> dict[str, object]:
    return {name: finding.code for name, finding in findings.items() if not finding.passed}


async def test_everything_works_and_the_admin_sees_it(server: WeComServer) -> None:
    assert failed(await run(server)) == {}
    assert [sent.content["content"] for sent in server.books.screen("wangq")] == ["测试"]


async def test_wrong_secret(server: WeComServer) -> None:
    account = replace(read_account(server.settings()), secret="wrong")
    findings = await run(server, account=account)
    assert failed(findings)["token"] == 40001
    assert "WECOM_SECRET 不对" in explain(findings["token"], WECOM, TEXTS).fix
    assert findings["callback_keys"].passed


async def test_wrong_company_agent_and_key(server: WeComServer) -> None:
    good = read_account(server.settings())
    assert failed(await run(server, account=replace(good, corp_id="ww9")))["token"] == 40013
    assert failed(await run(server, account=replace(good, agent_id=7)))["agent"] == 301002
    assert "callback_keys" in failed(await run(server, account=replace(good, encoding_aes_key="short")))


async def test_refused_address_is_named(server: WeComServer) -> None:
    server.script.refused_ip = "203.0.113.9"
    finding = (await run(server))["trusted_ip"]
    assert finding.code == 60020
    told = explain(finding, WECOM, TEXTS).fix
    assert "203.0.113.9" in told
    assert "企业可信IP" in told


async def test_wrong_clock(server: WeComServer) -> None:
    findings = await run(server, ahead=timedelta(minutes=3))
    assert list(failed(findings)) == ["clock"]
    assert findings["clock"].detail.startswith("18")


@pytest.mark.parametrize(("admins", "code"), [((), "no_admin"), (("disabled",), 81013)])
async def test_admin_who_gets_nothing(server: WeComServer, admins: tuple[str, ...], code: object) -> None:
    assert failed(await run(server, admins=admins)) == {"send": code}


async def test_platform_that_does_not_answer(server: WeComServer) -> None:
    account = replace(read_account(server.settings()), api_base="http://127.0.0.1:9")
    findings = await run(server, account=account)
    assert set(failed(findings)) == {"clock", "token", "trusted_ip", "agent", "send"}


async def test_the_command_says_it_in_words(server: WeComServer) -> None:
    fake = server.settings()
    names = ("corp_id", "agent_id", "secret", "token", "encoding_aes_key", "api_base")
    given = {f"wecom_{name}": getattr(fake, f"wecom_{name}") for name in names}
    settings = Settings(_env_file=None, platforms="wecom", **given)
    with closing(open_database("sqlite://")) as database:
        upgrade(database)
        results = await check_wecom(settings, database, clock=SystemClock(), texts=TEXTS)
    wrong = {result.name: result.fix for result in results if not result.passed}
    assert set(wrong) == {"企业微信：给管理员发消息", "企业微信：上传页地址"}
    assert all("wecom_" not in result.name + result.fix for result in results)
