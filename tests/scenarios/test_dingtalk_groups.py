"""Group chats and people of other companies, over a real stream from the fake platform."""

from __future__ import annotations

from datetime import timedelta

from bot.story import flat
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.scenarios.dingtalk_office import NOTE, Office, opened


async def test_a_note_in_a_group_is_answered_there_and_its_card_goes_to_the_single_chat(
    office: Office,
) -> None:
    """The @ is gone, the space stays; what holds a customer's data is for its sender alone."""
    liming = office.phone("liming")
    await liming.deliver("text", is_group=True, text={"content": f" {NOTE}"})
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    told = await liming.in_room().wait_for(lambda shown: "单聊" in flat(shown))
    assert "@liming" in flat(told)
    assert "康联" not in flat(told)
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    assert office.saved() == 1


async def test_a_file_is_taken_from_a_group_by_quoting_it(office: Office) -> None:
    """The only way in which a group's file reaches a robot; where to put it is asked in the single chat."""
    liming = office.phone("liming")
    code = office.server.books.store_file(b"%PDF-1.7 signed")
    replied = {
        "msgId": "msgFile==",
        "msgType": "file",
        "content": {"downloadCode": code, "fileName": "确认单.pdf"},
    }
    said = {"content": " 存一下", "isReplyMsg": True, "repliedMsg": replied}
    await liming.deliver("text", is_group=True, text=said)
    await liming.wait_for(lambda shown: "确认单.pdf" in flat(shown))
    await liming.in_room().wait_for(lambda shown: "单聊" in flat(shown))


async def test_a_group_is_answered_after_its_session_is_over(office: Office) -> None:
    """By the API then; a question whose answer holds nothing private stays in the group."""
    office.server.session_minutes = 0
    liming = office.phone("liming")
    await liming.deliver("text", is_group=True, text={"content": " 你好"})
    hello = await liming.in_room().wait_for(lambda shown: "李明" in flat(shown))
    assert hello["sent"].via == "group"
    await office.parts.settled()
    assert office.server.books.screen("liming") == []


async def test_admins_commands_are_for_the_single_chat(office: Office) -> None:
    """Everybody in the group would read the answer."""
    zhaogong = office.phone("zhaogong")
    await zhaogong.deliver("text", is_group=True, text={"content": " /状态"})
    await zhaogong.in_room().wait_for(lambda shown: "单聊" in flat(shown))
    await office.parts.settled()
    assert office.server.books.screen("zhaogong") == []


async def test_people_of_another_company_are_told_why_they_get_no_record(office: Office) -> None:
    """No account, or one of another company that happens to be called like ours."""
    guest, stranger = office.phone("guest"), office.phone("liming")
    await guest.deliver("text", text={"content": NOTE}, senderStaffId="", senderId="$:A")
    await guest.wait_for(lambda shown: "本公司" in flat(shown))
    await stranger.deliver("text", text={"content": NOTE}, senderCorpId="dingOther", senderId="$:B")
    await stranger.wait_for(lambda shown: "本公司" in flat(shown))
    await office.parts.settled()
    assert office.saved() == 0
    assert len(office.server.books.sent) == 2


async def test_a_digest_reaches_the_group_too(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """The supervisor has it with buttons, the group without."""
    async with opened(settings, dingtalk_company, understander, dingtalk_group_webhook="set") as office:
        liming = office.phone("liming")
        await liming.type(NOTE)
        await liming.press(await liming.wait_for(lambda shown: "确认" in shown.get("taps", {})), "确认")
        await liming.wait_for(lambda shown: "已保存" in flat(shown))
        await office.move_clock(timedelta(days=5))
        await office.phone("wangjie").wait_for(lambda shown: "早上好，王姐" in flat(shown))
        await office.parts.settled()
        [pushed] = [sent for sent in office.server.books.sent if sent.user_id == "group:t0"]
        assert "早上好，王姐" in pushed.words()
        assert "dtmd" not in pushed.words()
