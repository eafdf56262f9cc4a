"""The chat scripts, and what only a phone does, over the real webhook and the fake platform."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.console_client import Message
from bot.console_ports import ShippedSamples
from bot.demo import open_demo_database
from bot.domain.messages import Address
from bot.domain.people import Member as Colleague
from bot.domain.visits import VisitStatus
from bot.story import flat
from config.settings import Settings
from nlu.understand import Understander
from prompts.story import load_story
from storage.database import Database
from tests.fakes.wecom_books import Member
from tests.fakes.wecom_callbacks import message
from tests.fakes.wecom_person import WeComPerson
from tests.scenarios.wecom_office import Office, give_phones, opened

SCRIPTS = sorted(Path(__file__).parent.glob("*.toml"))
NOTE = "刚拜访完杭州康联，张总让我周五前发三份报价"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64


@pytest.fixture
def company(settings: Settings) -> Iterator[Database]:
    """The demo company, with phones."""
    with closing(open_demo_database(settings)) as database:
        give_phones(database)
        yield database


@pytest.fixture
async def office(settings: Settings, company: Database, understander: Understander) -> AsyncIterator[Office]:
    """The program at work."""
    async with opened(settings, company, understander) as office:
        yield office


@pytest.fixture
def wecom_script(script: Path, tmp_path: Path) -> Path:
    """The script with the accounts of this platform."""
    own = tmp_path / script.name
    own.write_text(script.read_text(encoding="utf-8").replace("console:", "wecom:"), encoding="utf-8")
    return own


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_script(wecom_script: Path, office: Office) -> None:
    """Every step of the script comes out right over WeCom, too."""
    # Strangers of this script are not in the directory either.
    office.server.script.next_error("user/get", 60111, times=50)
    paper = io.StringIO()
    right = await office.play(load_story(wecom_script), Console(file=paper, width=120))
    assert right, paper.getvalue()


async def see(phone: WeComPerson, *words: str) -> Message:
    """Wait until one message says all of this."""
    return await phone.wait_for(lambda each: all(word in flat(each) for word in words), seconds=20)


async def say_note(office: Office) -> tuple[WeComPerson, Message]:
    """李明 tells of a visit and has its card."""
    phone = office.phone("liming")
    await phone.type(NOTE)
    return phone, await see(phone, "[1 确认]", "发送报价（三份）")


async def due_item(office: Office) -> tuple[WeComPerson, Message]:
    """李明 has saved the visit, and next day a check that wants a proof is due."""
    phone, card = await say_note(office)
    await phone.press(card, "确认")
    await see(phone, "已保存")
    for _ in range(6):
        await office.move_clock(None)
        await office.parts.settled()
    return phone, await see(phone, "⏰ 首次需求澄清", "已完成")


def find(office: Office, user_id: str) -> Colleague | None:
    with office.parts.database.unit_of_work("look", office.parts.clock.now()) as uow:
        return uow.members.at(Address(platform="wecom", user_id=user_id))


async def test_pressed_card_itself_turns_into_its_new_state(office: Office) -> None:
    phone, card = await say_note(office)
    await phone.press(card, "确认")
    saved = await see(phone, "✅ 已保存 #V1001")
    assert saved["ref"] == card["ref"]
    assert card["sent"].updates == 1


async def test_note_delivered_three_times_is_one_record_and_one_card(office: Office) -> None:
    inner = message("liming", "text", at=office.parts.clock.now(), msg_id="77", Content=NOTE)
    for _ in range(3):
        assert await office.callbacks.deliver(inner)
    phone = office.phone("liming")
    await see(phone, "[1 确认]")
    await office.parts.settled()
    assert len(office.server.books.screen("liming")) == 1
    with office.parts.database.unit_of_work("look", office.parts.clock.now()) as uow:
        liming = uow.members.named("李明")
        assert liming is not None
        assert len(uow.visits.drafts(liming.id)) == 1


async def test_token_that_dies_before_the_card_costs_nothing(office: Office) -> None:
    phone, card = await say_note(office)
    office.server.expire_token()
    await phone.press(card, "确认")
    await see(phone, "✅ 已保存")
    assert office.server.calls["gettoken"] == 2


async def test_refused_card_goes_out_typed_and_its_digit_works(office: Office) -> None:
    office.server.script.next_error("message/send", 42039)
    phone = office.phone("liming")
    await phone.type(NOTE)
    twin = await see(phone, "1 确认", "发送报价（三份）")
    assert twin["kind"] == "text"
    await phone.type("1")
    await see(phone, "✅ 已保存")


async def test_second_press_has_no_second_effect(office: Office) -> None:
    phone, card = await say_note(office)
    [key] = [key for label, (key, _) in card["keys"].items() if label == "确认"]
    await phone.press_key(card["sent"], key)
    await see(phone, "✅ 已保存 #V1001")
    await office.move_clock(timedelta(minutes=1))
    await phone.press_key(card["sent"], key)
    await see(phone, "已处理")
    with office.parts.database.unit_of_work("look", office.parts.clock.now()) as uow:
        saved = [record for number in range(1, 9) if (record := uow.visits.get(1000 + number))]
    assert [record.status for record in saved] == [VisitStatus.SAVED]


async def test_lost_response_code_still_answers(office: Office) -> None:
    phone, card = await say_note(office)
    office.server.script.next_error("message/update_template_card", 60140)
    await phone.press(card, "确认")
    saved = await see(phone, "✅ 已保存")
    assert saved["ref"] != card["ref"]


async def test_photo_is_taken_as_proof(office: Office) -> None:
    phone, due = await due_item(office)
    await phone.press(due, "已完成")
    await see(phone, "口头确认")
    await phone.photograph(JPEG)
    await see(phone, "✅ 完成：首次需求澄清")


async def test_document_is_taken_on_the_page_once(office: Office) -> None:
    phone, due = await due_item(office)
    await phone.press(due, "已完成")
    asked = await see(phone, "口头确认", "PDF")
    page = asked["page"]
    assert page.startswith("https://bot.example.com/wecom/upload/")
    assert await phone.upload(page, b"no document", name="需求确认单.pdf") == (415, "no_document")
    assert await phone.upload(page, PDF, name="需求确认单.pdf") == (200, "received")
    await see(phone, "✅ 完成：首次需求澄清")
    assert await phone.upload(page, PDF, name="需求确认单.pdf") == (410, "used")


async def test_lost_voice_is_told_and_kept(office: Office) -> None:
    phone = office.phone("liming")
    office.server.script.next_error("media/get", 40007, times=9)
    await phone.speak(b"#!AMR\n" + b"0" * 200, name="note.amr")
    await see(phone, "收到，正在听")
    for _ in range(10):
        await office.move_clock(timedelta(minutes=1))
        with suppress(TimeoutError):
            await phone.wait_for(lambda each: "这段录音我没处理好" in flat(each), seconds=1)
            break
    await see(phone, "这段录音我没处理好，已经留着")
    assert office.server.calls["media/get"] == office.parts.settings.attempts
    await see(office.phone("zhaogong"), "有一条消息处理失败，已停放")


async def test_stranger_of_the_directory_is_a_member_at_once(office: Office) -> None:
    lina = office.phone("lina")
    await lina.type(NOTE)
    await see(lina, "你好，李娜", "你的上级是 王强")
    await see(lina, "[1 确认]")
    member, leader = find(office, "lina"), find(office, "wangq")
    assert member
    assert leader
    assert (member.team, member.supervisor_id) == ("华东", leader.id)


async def test_member_without_leader_is_named_to_the_admin(office: Office) -> None:
    for department in office.server.books.departments.values():
        department.leaders = ()
    office.server.books.members["chenyi"] = Member(user_id="chenyi", name="陈一")
    chenyi = office.phone("chenyi")
    await chenyi.type("你好")
    await see(chenyi, "你好，陈一")
    admin = office.phone("zhaogong")
    await see(admin, "「/主管 陈一 上级姓名」")
    await admin.type("/主管 陈一 王姐")
    await see(admin, "陈一 的上级是 王姐")


async def test_who_leaves_has_the_open_items_listed_for_the_supervisor(office: Office) -> None:
    phone, _ = await due_item(office)
    await phone.happen("unsubscribe", EventKey="")
    await see(office.phone("wangjie"), "李明 已离开", "首次需求澄清")
    member = find(office, "liming")
    assert member
    assert not member.active


async def test_who_is_gone_is_noticed_by_the_reminder_that_comes_back(office: Office) -> None:
    phone, card = await say_note(office)
    await phone.press(card, "确认")
    await see(phone, "已保存")
    office.server.books.members["liming"].status = 5
    await office.move_clock(None)
    await see(office.phone("wangjie"), "李明 已离开", "首次需求澄清")


async def test_unknown_kind_is_answered(office: Office) -> None:
    phone = office.phone("liming")
    assert await office.callbacks.deliver(
        message("liming", "sphfeed", at=office.parts.clock.now(), msg_id="9001")
    )
    await see(phone, "这种消息我还看不了")


@pytest.mark.heavy
async def test_voice_note_becomes_a_saved_card(office: Office, weights_dir: Path) -> None:
    """Real AMR through the real recogniser."""
    phone, samples = office.phone("liming"), ShippedSamples()
    await phone.speak(samples.audio(samples.samples()[0].id), name="note.amr")
    await see(phone, "收到，正在听")
    card = await phone.wait_for(lambda each: "[1 确认]" in flat(each), seconds=120)
    await phone.press(card, "确认")
    await see(phone, "✅ 已保存")
