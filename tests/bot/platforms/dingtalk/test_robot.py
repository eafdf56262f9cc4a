"""The group robot: a fresh signature a message, twenty a minute, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import ConfigError, PlatformError
from bot.domain.messages import Button, Card
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.dingtalk.robot import GroupRobot, sign_request
from bot.platforms.dingtalk.transport import Transport
from bot.platforms.limits import LimitReached
from tests.fakes.wecom_ports import StillClock

SECRET = "SECdemo0123456789"
MOMENT = datetime.fromtimestamp(1_760_000_000, UTC)


@dataclass(slots=True)
class Tally:
    """Quotas that only count."""

    spent: Counter[Bucket] = field(default_factory=Counter)

    def spend(self, bucket: Bucket) -> None:
        self.spent[bucket] += 1

    def note_used_up(self, bucket: Bucket) -> None:
        raise AssertionError(bucket)

    def level(self, _bucket: Bucket) -> Level:
        return Level.PLENTY


@dataclass(slots=True, kw_only=True)
class Group:
    """One group on the platform, with a robot in it."""

    robot: GroupRobot
    account: Account
    quotas: Tally
    clock: StillClock
    transport: Transport
    heard: list[tuple[dict[str, str], dict[str, Any]]]
    answers: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    heard: list[tuple[dict[str, str], dict[str, Any]]] = []
    answers: list[dict[str, Any]] = []

    async def send(request: web.Request) -> web.Response:
        heard.append((dict(request.query), await request.json()))
        return web.json_response(answers.pop(0) if answers else {"errcode": "0", "errmsg": "ok"})

    app = web.Application()
    app.add_routes([web.post("/robot/send", send)])
    async with TestServer(app) as server:
        account = Account(
            client_id="ding1",
            client_secret="s",
            robot_code="ding1",
            group_webhook=str(server.make_url("/robot/send?access_token=t0")),
            group_webhook_secret=SECRET,
        )
        clock, quotas, transport = StillClock(moment=MOMENT), Tally(), Transport()
        robot = GroupRobot(account, clock=clock, quotas=quotas, transport=transport)
        yield Group(
            robot=robot,
            account=account,
            quotas=quotas,
            clock=clock,
            transport=transport,
            heard=heard,
            answers=answers,
        )
        await transport.close()


def test_the_signature_is_the_documents() -> None:
    assert sign_request(SECRET, MOMENT) == {
        "timestamp": "1760000000000",
        "sign": "8UTDmgvjpMqsphrUfkQe+bTKG37Y5je4w9H9YHWaKjo=",
    }
    assert sign_request("", MOMENT) == {}


async def test_a_digest_reaches_the_group_without_its_buttons(group: Group) -> None:
    card = Card(title="早上好，王姐", note="2 项超期", buttons=(Button(label="看", action="team.open:"),))
    await group.robot.push_card(card, once="d1")
    [(query, body)] = group.heard
    assert query == {"access_token": "t0", **sign_request(SECRET, MOMENT)}
    assert body["markdown"] == {"title": "早上好，王姐", "text": "#### 早上好，王姐\n\n2 项超期"}
    assert body["msgUuid"] == "d1:1"
    assert group.quotas.spent == {Bucket.PUSH: 1}


async def test_each_message_is_signed_anew(group: Group) -> None:
    await group.robot.push_text("一", once="a")
    group.clock.move(minutes=70)
    await group.robot.push_text("二", once="b")
    (first, _), (second, _) = group.heard
    assert first["sign"] != second["sign"]
    assert len(second) == 3


async def test_a_long_text_comes_in_parts(group: Group) -> None:
    await group.robot.push_text("一句话。" * 2000, once="a")
    texts = [body["markdown"]["text"] for _, body in group.heard]
    assert "".join(texts) == "一句话。" * 2000
    assert len(texts) == 2


async def test_twenty_a_minute_and_no_more(group: Group) -> None:
    for number in range(20):
        await group.robot.push_text("在", once=str(number))
    with pytest.raises(LimitReached):
        await group.robot.push_text("在", once="21")
    assert len(group.heard) == 20


async def test_what_the_platform_refuses_is_an_error(group: Group) -> None:
    group.answers.append({"errcode": 310000, "errmsg": "sign not match"})
    with pytest.raises(PlatformError) as caught:
        await group.robot.push_text("在", once="a")
    assert caught.value.code == 310000
    assert "t0" not in str(caught.value)
    assert SECRET not in str(caught.value)


async def test_without_an_address_it_says_which_setting_is_missing(group: Group) -> None:
    account = replace(group.account, group_webhook="")
    robot = GroupRobot(account, clock=group.clock, quotas=group.quotas, transport=group.transport)
    assert not robot.is_set
    with pytest.raises(ConfigError, match="DINGTALK_GROUP_WEBHOOK"):
        await robot.push_text("在", once="a")
