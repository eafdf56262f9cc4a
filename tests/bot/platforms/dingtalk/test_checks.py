"""Each setting that does not work is found, and told by what mends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.checks import explain
from bot.clock import SystemClock
from bot.dingtalk_check import Lookout, check_dingtalk
from bot.domain.errors import ConfigError
from bot.domain.messages import Address
from bot.domain.people import Member, Role
from bot.platforms.dingtalk.account import read_account
from bot.platforms.dingtalk.checks import Checks
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.findings import Finding
from config.settings import Settings
from prompts.texts import load_texts
from storage.database import Database, open_database
from storage.migrations import upgrade
from tests.fakes.dingtalk_books import Books, Person
from tests.fakes.dingtalk_ports import FakeDingTalkPorts
from tests.fakes.dingtalk_server import CLIENT_ID, SECRET, TEMPLATE_ID, DingTalkServer, Slip, serving

TEXTS = load_texts()
DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
SCOPE = {"accessdenieddetail": {"requiredScopes": ["Card.Instance.Write"]}}
SEND = "v1.0/robot/oToMessages/batchSend"


@pytest.fixture
async def server() -> AsyncIterator[DingTalkServer]:
    books = Books(now=FakeDingTalkPorts().clock.now)
    books.people["zhaogong"] = Person(user_id="zhaogong", name="赵工")
    async with serving(DingTalkServer(books=books)) as server:
        yield server


async def run(
    server: DingTalkServer, *, admins: tuple[str, ...] = ("zhaogong",), greeting: str = "测试", **other: Any
) -> dict[str, Finding]:
    account = read_account(server.settings(**{"dingtalk_card_template_id": TEMPLATE_ID, **other}))
    client = DingTalkClient(account, FakeDingTalkPorts().as_dingtalk())
    checks = Checks(account=account, client=client, admins=admins, greeting=greeting)
    try:
        return {finding.name: finding for finding in await checks.run()}
    finally:
        await client.close()


def failed(findings: dict[str, Finding]) -> dict[str, object]:
    return {name: finding.code for name, finding in findings.items() if not finding.passed}


async def test_everything_works_and_the_admin_sees_a_message_and_nobody_a_card(
    server: DingTalkServer,
) -> None:
    found = await run(server)
    assert list(found) == ["token", "stream", "contacts", "send", "cards"]
    assert failed(found) == {}
    assert [sent.words() for sent in server.books.sent] == ["测试"]
    assert server.books.violations == []


async def test_a_wrong_secret_is_said_wherever_it_hurts(server: DingTalkServer) -> None:
    found = await run(server, dingtalk_client_secret="wrong")
    assert failed(found)["token"] == failed(found)["stream"] == "secret"
    assert "前后不要有空格" in explain(found["token"], "dingtalk", TEXTS).fix


@pytest.mark.parametrize(
    ("path", "slip", "name", "reason"),
    [
        (SEND, Slip(code=DENIED, status=403, more=SCOPE), "send", "permission"),
        (SEND, Slip(code="Forbidden.AccessDenied.ApiCountLimitForOrg", status=403), "send", "quota"),
        ("topapi/v2/user/get", Slip(code=60011), "contacts", "permission"),
        ("topapi/v2/user/get", Slip(code=60121), "contacts", "not_visible"),
        ("v1.0/card/instances", Slip(code=DENIED, status=403, more=SCOPE), "cards", "permission"),
        ("v1.0/card/instances", Slip(code="param.templateUnpublished"), "cards", "unpublished"),
        ("v1.0/gateway/connections/open", Slip(code="authFailed", status=401), "stream", "secret"),
    ],
)
async def test_one_failure_hides_no_other_and_tells_what_mends_it(
    path: str, slip: Slip, name: str, reason: str, server: DingTalkServer
) -> None:
    server.script.next(path, slip)
    found = await run(server)
    assert failed(found) == {name: reason}
    told = explain(found[name], "dingtalk", TEXTS)
    assert not told.passed
    assert told.name != f"dingtalk_{name}"
    assert not told.fix.startswith("dingtalk_")
    if slip.more:
        assert "Card.Instance.Write" in told.fix


async def test_an_admin_outside_the_visible_range_and_a_wrong_template(server: DingTalkServer) -> None:
    found = await run(server, admins=("nobody",), dingtalk_card_template_id="other.schema")
    assert failed(found) == {"contacts": "not_visible", "send": "not_visible", "cards": "no_template"}


async def test_without_an_admin_the_root_department_is_asked(server: DingTalkServer) -> None:
    assert failed(await run(server, admins=())) == {"send": "no_admin"}


@pytest.mark.parametrize(
    ("public_url", "wrong"), [("", {"cards": "public_url"}), ("https://bot.example.com", {})]
)
async def test_cards_over_http_need_an_address(
    public_url: str, wrong: dict[str, str], server: DingTalkServer
) -> None:
    found = await run(server, dingtalk_mode="http", public_url=public_url)
    assert failed(found) == wrong
    assert "stream" not in found


def test_every_reason_has_words() -> None:
    reasons = ("secret", "permission", "address", "network", "quota", "robot", "not_visible", "no_admin")
    reasons += ("no_template", "unpublished", "public_url")
    for reason in reasons:
        assert TEXTS.label("mend", f"dingtalk_{reason}") != f"dingtalk_{reason}"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{tmp_path / 'c.db'}")) as database:
        upgrade(database)
        with database.unit_of_work("founding", SystemClock().now()) as uow:
            home = Address(platform="dingtalk", user_id="zhaogong")
            uow.members.save(Member(id=0, name="赵工", role=Role.ADMIN, addresses=(home,)))
        yield database


def company_settings(server: DingTalkServer, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        var_dir=folder,
        platforms="dingtalk",
        dingtalk_client_id=CLIENT_ID,
        dingtalk_client_secret=SECRET,
        dingtalk_api_base=server.base,
        dingtalk_oapi_base=server.base,
    )


async def test_command_says_it_in_words(server: DingTalkServer, database: Database, tmp_path: Path) -> None:
    own = company_settings(server, tmp_path)
    results = await check_dingtalk(own, database, clock=SystemClock(), texts=TEXTS, greeting="测试")
    assert [result.passed for result in results] == [True] * 4
    empty = own.model_copy(update={"dingtalk_client_secret": ""})
    with pytest.raises(ConfigError, match="DINGTALK_CLIENT_SECRET"):
        await check_dingtalk(empty, database, clock=SystemClock(), texts=TEXTS, greeting="测试")


async def test_a_look_without_a_greeting_writes_to_nobody(
    server: DingTalkServer, database: Database, tmp_path: Path
) -> None:
    own = company_settings(server, tmp_path)
    results = await check_dingtalk(own, database, clock=SystemClock(), texts=TEXTS, greeting="")
    assert [result.name for result in results if not result.passed] == []
    assert (server.books.sent, server.gateway.subscriptions) == ([], [])


async def test_where_there_is_no_dingtalk_nobody_looks(database: Database, tmp_path: Path) -> None:
    other = Settings(_env_file=None, var_dir=tmp_path, platforms="console")
    lookout = Lookout(settings=other, database=database, clock=SystemClock(), texts=TEXTS)
    await lookout.run()
    assert lookout.found == ()
