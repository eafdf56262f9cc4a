"""The chat scripts, and what only a phone does, over a real stream from the fake platform."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text as sql

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import MovableClock
from bot.console_ports import DemoClock
from bot.demo import open_demo_database
from bot.domain.messages import Address, Outgoing
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeStatus
from bot.serve import serving
from bot.story import OPENING, Stage, flat, play_on
from config.settings import Settings
from nlu.understand import Understander
from prompts.story import Story, load_story
from storage.database import Database
from tests.fakes.console_ports import make_amr
from tests.fakes.dingtalk_books import Books, Department, Person
from tests.fakes.dingtalk_messages import message
from tests.fakes.dingtalk_messages import text as words
from tests.fakes.dingtalk_person import DingTalkPerson
from tests.fakes.dingtalk_server import CLIENT_ID, GROUP_SECRET, SECRET, TEMPLATE_ID, DingTalkServer, Slip
from tests.fakes.dingtalk_server import serving as platform_serving

SCRIPTS = sorted(Path(__file__).parent.glob("*.toml"))
PHONES = {"liming": "李明", "wangjie": "王姐", "zhouqian": "周倩", "zhaogong": "赵工", "guest": "访客"}
NOTE = "刚拜访完杭州康联，张总让我周五前发报价"
ALREADY = "已处理 👌"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The running program between the fake platform and the phones of its members."""

    parts: Parts
    server: DingTalkServer

    def phone(self, user_id: str) -> DingTalkPerson:
        """Somebody's phone."""
        return DingTalkPerson(user_id=user_id, server=self.server)

    async def play(self, story: Story, paper: Console) -> bool:
        """Play a script among the phones."""
        people = {user_id: self.phone(user_id) for user_id in story.people}
        stage = Stage(people=people, move_clock=self.move_clock, out=paper, parts=self.parts)
        return await play_on(stage, story)

    async def move_clock(self, by: timedelta | None) -> datetime:
        """Let time pass, reminder by reminder; without a length, to the next one."""
        clock = self.parts.clock
        assert isinstance(clock, MovableClock)
        demo = DemoClock(clock, next_event=self._next_event, tick=self.parts.scheduler.tick)
        due = self._next_event()
        await demo.move(by if by is not None else (due or clock.now()) - clock.now())
        return clock.now()

    def saved(self) -> int:
        """How many visit records there are."""
        with self.parts.database.unit_of_work("look", self.parts.clock.now()) as uow:
            day = self.parts.clock.now().date()
            return len(uow.visits_between(day - timedelta(days=9), day))

    def _next_event(self) -> datetime | None:
        with self.parts.database.unit_of_work("clock", self.parts.clock.now()) as uow:
            return uow.nudges.next_at()


def as_dingtalk(settings: Settings, server: DingTalkServer, **other: Any) -> Settings:
    """The settings of an installation with nothing but DingTalk."""
    own = {
        "platforms": "dingtalk",
        "dingtalk_client_id": CLIENT_ID,
        "dingtalk_client_secret": SECRET,
        "dingtalk_api_base": server.base,
        "dingtalk_oapi_base": server.base,
        "dingtalk_monthly_calls": 1_000_000,
        "dingtalk_monthly_pushes": 1_000_000,
    }
    return settings.model_copy(update={**own, **other})


def give_phones(database: Database) -> None:
    """Everybody of the demo company has an account on the platform."""
    with database.unit_of_work("phones", OPENING) as uow:
        for member in uow.members.all():
            [address] = member.addresses
            phone = Address(platform="dingtalk", user_id=address.user_id)
            uow.members.save(replace(member, addresses=(phone,)))


@asynccontextmanager
async def opened(
    settings: Settings, company: Database, understander: Understander, **other: Any
) -> AsyncIterator[Office]:
    """The program and the platform inside the block; at its end the platform has nothing to complain of."""
    clock = open_movable_clock(company, start=OPENING)
    books = Books(now=clock.now)
    books.people |= {user_id: Person(user_id=user_id, name=name) for user_id, name in PHONES.items()}
    async with platform_serving(DingTalkServer(books=books)) as server:
        own = as_dingtalk(settings, server, **other)
        if other.get("dingtalk_group_webhook"):
            own = own.model_copy(
                update={
                    "dingtalk_group_webhook": f"{server.base}/robot/send?access_token=t0",
                    "dingtalk_group_webhook_secret": GROUP_SECRET,
                }
            )
        parts = open_parts(own, company, clock, understander=understander)
        async with serving(parts):
            await server.gateway.connection()
            yield Office(parts=parts, server=server)
    assert books.violations == []


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
def own_script(script: Path, tmp_path: Path) -> Path:
    """The script with the accounts of this platform."""
    own = tmp_path / script.name
    own.write_text(script.read_text(encoding="utf-8").replace("console:", "dingtalk:"), encoding="utf-8")
    return own


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_script(own_script: Path, office: Office) -> None:
    """Every step of the script comes out right over DingTalk, too."""
    # Strangers of the scripts are not in the directory either.
    office.server.script.next("topapi/v2/user/get", Slip(code=60121), times=50)
    paper = io.StringIO()
    right = await office.play(load_story(own_script), Console(file=paper, width=120))
    assert right, paper.getvalue()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_script_on_interactive_cards(
    own_script: Path, settings: Settings, company: Database, understander: Understander
) -> None:
    """The same scripts with a card template: presses come as callbacks, cards change in place."""
    opening = opened(settings, company, understander, dingtalk_card_template_id=TEMPLATE_ID)
    async with opening as office:
        office.server.script.next("topapi/v2/user/get", Slip(code=60121), times=50)
        paper = io.StringIO()
        right = await office.play(load_story(own_script), Console(file=paper, width=120))
        assert right, paper.getvalue()


async def test_interactive_cards_change_in_place(
    settings: Settings, company: Database, understander: Understander
) -> None:
    """With a template, the whole way goes by callbacks, and one message stays one message."""
    opening = opened(settings, company, understander, dingtalk_card_template_id=TEMPLATE_ID)
    async with opening as office:
        liming = office.phone("liming")
        await liming.type(NOTE)
        draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
        await liming.press(draft, "确认")
        await liming.wait_for(lambda shown: "已保存" in flat(shown))
        assert [sent.via for sent in office.server.books.screen("liming")] == ["card"]
        assert office.saved() == 1


async def test_the_same_message_three_times_is_one_record(office: Office) -> None:
    """The platform sends again what was acknowledged too late, under another frame id."""
    liming = office.phone("liming")
    for _ in range(3):
        await liming.deliver("text", msg_id="msgTwice==", text={"content": NOTE})
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    await office.parts.settled()
    assert len(office.server.books.screen("liming")) == 1
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    assert office.saved() == 1


async def test_a_quick_reply_that_somebody_else_types_is_stale(office: Office) -> None:
    """A tap is a text of the sender: the button of another's card is none of theirs."""
    liming, zhouqian = office.phone("liming"), office.phone("zhouqian")
    await liming.type(NOTE)
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    await zhouqian.type(draft["taps"]["确认"])
    await zhouqian.wait_for(lambda shown: flat(shown) == ALREADY)
    assert office.saved() == 0
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: flat(shown) == ALREADY)
    assert office.saved() == 1


async def test_a_voice_note_with_the_platforms_words_needs_no_recogniser(office: Office) -> None:
    """Recognition becomes a card, a tap saves it, and the sound is kept."""
    liming = office.phone("liming")
    await liming.speak(make_amr(3), name="note.amr", recognition=NOTE)
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    assert "杭州康联" in flat(draft)
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    with office.parts.database.read() as connection:
        assert connection.execute(sql("SELECT count(*) FROM media")).scalar() == 1


async def test_a_group_message_is_answered_in_the_single_chat(office: Office) -> None:
    """The @ is gone, the space stays; the answer is for its sender alone."""
    liming = office.phone("liming")
    await liming.deliver("text", is_group=True, text={"content": f" {NOTE}"})
    await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
    assert {sent.user_id for sent in office.server.books.sent} == {"liming"}


async def test_an_answered_nudge_is_taken_back(office: Office) -> None:
    """Done by another card: the reminder leaves the screen."""
    liming = office.phone("liming")
    await liming.type(NOTE)
    await liming.press(await liming.wait_for(lambda shown: "确认" in shown.get("taps", {})), "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    await office.move_clock(None)
    nudge = await liming.wait_for(lambda shown: "⏰" in flat(shown))
    await office.parts.settled()
    withdrawals = office.parts.withdrawals
    assert withdrawals is not None
    assert await withdrawals.withdraw_answered() == 0
    with office.parts.database.unit_of_work("done", office.parts.clock.now()) as uow:
        member = uow.members.at(Address(platform="dingtalk", user_id="liming"))
        assert member is not None
        for item in uow.node_items.open_of(member.id):
            uow.node_items.save(replace(item, status=NodeStatus.CANCELLED))
        for action in uow.next_actions.open_of(member.id):
            uow.next_actions.save(replace(action, status=NextActionStatus.DONE))
    assert await withdrawals.withdraw_answered() == 1
    assert nudge["sent"].recalled
    assert await withdrawals.withdraw_answered() == 0


async def test_quotas_are_counted_warned_of_and_spared(
    settings: Settings, company: Database, understander: Understander
) -> None:
    """Past 90 % cards leave by the session webhook, and the admin is told once a level."""
    opening = opened(settings, company, understander, dingtalk_monthly_calls=10)
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
    settings: Settings, company: Database, understander: Understander
) -> None:
    """Two things due within an hour become one message at the digest's minute."""
    opening = opened(settings, company, understander, dingtalk_monthly_calls=8)
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


async def test_a_newcomer_comes_with_the_departments_manager(office: Office) -> None:
    """Nobody typed a list: the directory tells who it is and who leads them."""
    books = office.server.books
    books.people["xiaoxin"] = Person(user_id="xiaoxin", name="小新", departments=(12,))
    books.departments[12] = Department(name="华东", parent=1, managers=("wangjie",))
    await office.phone("xiaoxin").type("你好")
    await office.parts.settled()
    with office.parts.database.unit_of_work("look", office.parts.clock.now()) as uow:
        member = uow.members.at(Address(platform="dingtalk", user_id="xiaoxin"))
        leader = uow.members.named("王姐")
    assert member is not None
    assert leader is not None
    assert (member.name, member.team, member.supervisor_id) == ("小新", "华东", leader.id)


async def test_a_cut_socket_loses_nothing_and_doubles_nothing(office: Office) -> None:
    """The ACK never arrives, the platform sends again on the next connection: one record."""
    gateway, liming = office.server.gateway, office.phone("liming")
    connection = await gateway.connection()
    body = message("liming", "text", at=office.parts.clock.now(), msg_id="msgCut==", **words(NOTE))
    await gateway.push(body)
    connection.drop()
    await gateway.connection(2)
    await (await gateway.push(body))
    await office.parts.settled()
    assert len(office.server.books.screen("liming")) == 1
    await liming.press(await liming.wait_for(lambda shown: "确认" in shown.get("taps", {})), "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    assert office.saved() == 1


async def test_a_digit_under_a_quote_means_the_quoted_card(office: Office) -> None:
    """Two drafts are open; the quoted one is saved."""
    liming = office.phone("liming")
    await liming.type(NOTE)
    first = await liming.wait_for(lambda shown: "杭州康联" in flat(shown))
    await liming.type("刚拜访完宁波德力，孙总让我周五前发方案")
    await liming.wait_for(lambda shown: "宁波德力" in flat(shown))
    await office.parts.settled()
    await liming.deliver("text", text={"content": "1"}, originalProcessQueryKey=first["sent"].key)
    await liming.wait_for(lambda shown: "已保存" in flat(shown) and "杭州康联" in flat(shown))
    assert office.saved() == 1


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


async def test_a_digest_reaches_the_group_too(
    settings: Settings, company: Database, understander: Understander
) -> None:
    """The supervisor has it with buttons, the group without."""
    async with opened(settings, company, understander, dingtalk_group_webhook="set") as office:
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


async def test_a_message_that_was_in_work_at_the_end_is_answered_after_the_start(
    settings: Settings, company: Database, understander: Understander
) -> None:
    """Acknowledged means kept: the next start answers it, once."""
    clock = open_movable_clock(company, start=OPENING)
    books = Books(now=clock.now)
    books.people["liming"] = Person(user_id="liming", name="李明")
    async with platform_serving(DingTalkServer(books=books)) as server:
        own = as_dingtalk(settings, server)
        liming = DingTalkPerson(user_id="liming", server=server)
        gate = server.script.hold("v1.0/robot/oToMessages/batchSend")
        first = open_parts(own, company, clock, understander=understander)
        async with serving(first):
            await server.gateway.connection()
            await liming.type(NOTE)
        gate.opened.set()
        second = open_parts(own, company, clock, understander=understander)
        async with serving(second):
            await server.gateway.connection(2)
            await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
            await second.settled()
            with company.unit_of_work("look", OPENING) as uow:
                member = uow.members.at(Address(platform="dingtalk", user_id="liming"))
                assert member is not None
                assert len(uow.visits.drafts(member.id)) == 1


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
