"""Digests reach the group as well, and what a template has no room for is sent above it."""

from __future__ import annotations

import pytest

from bot.domain.errors import PlatformError
from bot.domain.messages import Button, Card, Outgoing, Priority, Row
from tests.bot.platforms.wecom.simulated import LINA, WeCom, write_out

ROWS = tuple(
    Row(label=f"李明 · 客户{n} · 方案", value="周五 到期，下一步：" + "补证据" * 9) for n in range(5)
)
DIGEST = Card(title="早上好，王姐", rows=ROWS, buttons=(Button(label="知道了", action="team.seen"),))


def digest(*, priority: Priority = Priority.DIGEST) -> Outgoing:
    return Outgoing(to=LINA, card=DIGEST, key="nudge:7", priority=priority)


async def test_digest_stands_whole_above_its_card(wecom: WeCom) -> None:
    ref = await wecom.channel.send(digest())
    above, card = wecom.server.books.screen("lina")
    assert (above.msgtype, card.msgtype) == ("text", "template_card")
    assert all(row.value in write_out(above) for row in ROWS)
    assert "知道了" in write_out(card)
    assert wecom.find(ref) is card
    assert wecom.server.books.violations == []


async def test_digest_reaches_the_group_without_its_buttons(wecom: WeCom) -> None:
    await wecom.channel.send(digest())
    [pushed] = wecom.server.books.group
    assert "早上好，王姐" in pushed["text"]["content"]
    assert "知道了" not in pushed["text"]["content"]


async def test_other_messages_stay_between_two(wecom: WeCom) -> None:
    await wecom.channel.send(digest(priority=Priority.NUDGE))
    assert wecom.server.books.group == []


async def test_group_that_refuses_costs_the_person_nothing(wecom: WeCom) -> None:
    wecom.server.script.next_error("webhook/send", 93000)
    await wecom.channel.send(digest())
    assert wecom.server.books.group == []
    assert len(wecom.server.books.screen("lina")) == 2


async def test_person_who_is_not_reached_is_a_failure_and_the_group_is_not_told(wecom: WeCom) -> None:
    wecom.server.books.members["lina"].status = 5
    with pytest.raises(PlatformError):
        await wecom.channel.send(digest())
    assert wecom.server.books.group == []
