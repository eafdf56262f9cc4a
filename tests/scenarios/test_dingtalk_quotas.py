"""Monthly quotas: counted, warned of, spared, and nothing lost when they are gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.messages import Address, Outgoing
from bot.story import flat
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.fakes.dingtalk_server import TEMPLATE_ID, Slip
from tests.scenarios.dingtalk_office import NOTE, Office, close_all, get_nudged, opened


async def test_quotas_are_counted_warned_of_and_spared(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """Past 90 % cards leave by the session webhook, and the admin is told once a level."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_monthly_calls=10)
    async with opening as office:
        zhaogong = office.phone("zhaogong")
        for number in range(12):
            await zhaogong.type(f"/检查{' ' * number}")
            await office.parts.settled()
        texts = [sent.words() for sent in office.server.books.screen("zhaogong")]
        warnings = [text for text in texts if text.startswith("⚠️")]
        assert [text.partition("（")[0] for text in warnings] == [
            "⚠️ 本月钉钉接口调用已用 70%",
            "⚠️ 本月钉钉接口调用已用 90%",
        ]
        assert office.server.books.sent[-1].via == "session"
        await zhaogong.type("/状态")
        await zhaogong.wait_for(lambda shown: "钉钉接口调用：" in flat(shown) and "/ 10（" in flat(shown))


async def test_the_admin_reads_in_the_chat_what_the_platform_refuses(office: Office) -> None:
    """Looked at when the program started, so that 「/检查」 answers at once."""
    zhaogong = office.phone("zhaogong")
    await office.parts.lookout.look()
    await zhaogong.type("/检查")
    await zhaogong.wait_for(lambda shown: "钉钉：通讯录权限" in flat(shown))
    assert {sent.user_id for sent in office.server.books.sent} == {"zhaogong"}


async def test_used_up_pushes_are_told_to_the_admin_once_a_day(office: Office) -> None:
    """The message comes without its words; nobody is answered, nothing breaks."""
    liming, zhaogong = office.phone("liming"), office.phone("zhaogong")
    for _ in range(2):
        await liming.deliver("text", errorCode=20001, errorMessage="调用量超量")
    await zhaogong.wait_for(lambda shown: "已用完" in flat(shown))
    await office.parts.settled()
    assert len(office.server.books.screen("zhaogong")) == 1
    assert office.server.books.screen("liming") == []


async def test_reminders_gather_when_calls_run_short(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """Two things due within an hour become one message at the digest's minute."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_monthly_calls=8)
    async with opening as office:
        liming = office.phone("liming")
        for note in (NOTE, "刚拜访完宁波德力，孙总让我周五前发报价"):
            await liming.type(note)
            await office.parts.settled()
            await liming.press(await liming.wait_for(lambda shown: "确认" in shown.get("taps", {})), "确认")
            await office.parts.settled()
        await office.move_clock(timedelta(hours=24, minutes=50))
        await office.parts.settled()
        shown = [sent.words() for sent in office.server.books.screen("liming")]
        nudges = [text for text in shown if "首次需求澄清" in text and "已保存" not in text]
        assert len(nudges) == 1, shown
        assert "件事到时间了" in nudges[0]


async def test_used_up_calls_leave_the_session_webhook(office: Office) -> None:
    """The platform refuses: the rep is still answered, and the admin is told when there is a way."""
    refusal = Slip(code="Forbidden.AccessDenied.ApiCountLimitForOrg", status=403)
    office.server.script.next("v1.0/robot/oToMessages/batchSend", refusal, times=99)
    liming, zhaogong = office.phone("liming"), office.phone("zhaogong")
    await liming.type(NOTE)
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    assert {sent.via for sent in office.server.books.screen("liming")} == {"session"}
    assert office.saved() == 1
    await zhaogong.type("/状态")
    await zhaogong.wait_for(lambda shown: "钉钉接口调用" in flat(shown))
    await office.move_clock(timedelta(hours=1, minutes=5))
    await zhaogong.wait_for(lambda shown: "已用完" in flat(shown))
    assert office.server.calls["v1.0/robot/oToMessages/batchSend"] == 1


async def test_card_states_that_waited_for_the_quota_become_one(office: Office) -> None:
    """Refused at noon, three states of one card wait; what leaves in the end is the last."""
    refusal = Slip(code="Forbidden.AccessDenied.ApiCountLimitForOrg", status=403)
    office.server.script.next("v1.0/robot/oToMessages/batchSend", refusal)
    liming = Address(platform="dingtalk", user_id="liming")
    with office.parts.database.unit_of_work("states", office.parts.clock.now()) as uow:
        for number in range(3):
            shown = Outgoing(to=liming, text=f"state {number}", key="visit:9")
            uow.outbox.push(shown, idempotency_key=f"state:{number}", now=office.parts.clock.now())
    office.parts.sender.bell.ring()
    held_until = office.parts.clock.now() + timedelta(minutes=55)
    queue = office.parts.sender.queue
    while (ready_at := queue.next_at()) is None or ready_at < held_until:  # noqa: ASYNC110 - no bell rings
        await asyncio.sleep(0.01)
    await office.move_clock(timedelta(hours=25))
    await office.phone("liming").wait_for(lambda shown: flat(shown) == "state 2")
    assert [sent.words() for sent in office.server.books.screen("liming")] == ["state 2"]


async def test_an_answered_nudge_is_taken_back(office: Office) -> None:
    """Done by another card: the reminder leaves the screen."""
    nudge = await get_nudged(office)
    withdrawals = office.parts.withdrawals
    assert withdrawals is not None
    assert await withdrawals.withdraw_answered() == 0
    close_all(office)
    # The program's own sweep may have been there first.
    assert await withdrawals.withdraw_answered() <= 1
    assert nudge["sent"].recalled
    assert await withdrawals.withdraw_answered() == 0


async def test_an_answered_nudge_on_an_interactive_card_says_so(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """It cannot be taken away, so it loses its buttons."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_card_template_id=TEMPLATE_ID)
    async with opening as office:
        nudge = await get_nudged(office)
        close_all(office)
        withdrawals = office.parts.withdrawals
        assert withdrawals is not None
        # The program's own sweep may have been there first.
        assert await withdrawals.withdraw_answered() <= 1
        assert (nudge["sent"].via, nudge["sent"].recalled) == ("card", False)
        assert nudge["sent"].words().startswith("✅ 已处理")
        assert nudge["sent"].buttons() == {}
        assert await withdrawals.withdraw_answered() == 0
