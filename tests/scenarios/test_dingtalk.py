"""The chat scripts, and what only a phone does, over a real stream from the fake platform."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text as sql

from bot.app import open_movable_clock, open_parts
from bot.domain.messages import Address
from bot.serve import serving
from bot.story import OPENING, flat
from config.settings import Settings
from nlu.understand import Understander
from prompts.story import load_story
from storage.database import Database
from tests.fakes.console_ports import make_amr
from tests.fakes.dingtalk_books import Books, Department, Person
from tests.fakes.dingtalk_messages import message
from tests.fakes.dingtalk_messages import text as words
from tests.fakes.dingtalk_person import DingTalkPerson
from tests.fakes.dingtalk_server import TEMPLATE_ID, DingTalkServer, Slip
from tests.fakes.dingtalk_server import serving as platform_serving
from tests.scenarios.dingtalk_office import NOTE, Office, as_dingtalk, opened

SCRIPTS = sorted(Path(__file__).parent.glob("*.toml"))
ALREADY = "已处理 👌"


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
    own_script: Path, settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """The same scripts with a card template: presses come as callbacks, cards change in place."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_card_template_id=TEMPLATE_ID)
    async with opening as office:
        office.server.script.next("topapi/v2/user/get", Slip(code=60121), times=50)
        paper = io.StringIO()
        right = await office.play(load_story(own_script), Console(file=paper, width=120))
        assert right, paper.getvalue()


async def test_interactive_cards_change_in_place(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """With a template, the whole way goes by callbacks, and one message stays one message."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_card_template_id=TEMPLATE_ID)
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


async def test_words_under_a_quoted_note_are_about_that_note(office: Office) -> None:
    """Quoting one's own message leads to the card that it became."""
    liming = office.phone("liming")
    own = await liming.type(NOTE)
    await liming.wait_for(lambda shown: "杭州康联" in flat(shown))
    await liming.type("刚拜访完宁波德力，孙总让我周五前发方案")
    await liming.wait_for(lambda shown: "宁波德力" in flat(shown))
    await office.parts.settled()
    await liming.deliver("text", text={"content": "确认"}, originalMsgId=own)
    await liming.wait_for(lambda shown: "已保存" in flat(shown) and "杭州康联" in flat(shown))
    assert office.saved() == 1


async def test_a_quoted_interactive_card_is_found_by_its_own_name(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """The platform calls it otherwise than we do."""
    opening = opened(settings, dingtalk_company, understander, dingtalk_card_template_id=TEMPLATE_ID)
    async with opening as office:
        liming = office.phone("liming")
        await liming.type(NOTE)
        first = await liming.wait_for(lambda shown: "杭州康联" in flat(shown))
        await liming.type("刚拜访完宁波德力，孙总让我周五前发方案")
        await liming.wait_for(lambda shown: "宁波德力" in flat(shown))
        await office.parts.settled()
        await liming.deliver("text", text={"content": "确认"}, originalProcessQueryKey=first["sent"].carrier)
        await liming.wait_for(lambda shown: "已保存" in flat(shown) and "杭州康联" in flat(shown))


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


async def test_a_message_that_was_in_work_at_the_end_is_answered_after_the_start(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    """Acknowledged means kept: the next start answers it, once."""
    clock = open_movable_clock(dingtalk_company, start=OPENING)
    books = Books(now=clock.now)
    books.people["liming"] = Person(user_id="liming", name="李明")
    async with platform_serving(DingTalkServer(books=books)) as server:
        own = as_dingtalk(settings, server)
        liming = DingTalkPerson(user_id="liming", server=server)
        gate = server.script.hold("v1.0/robot/oToMessages/batchSend")
        first = open_parts(own, dingtalk_company, clock, understander=understander)
        async with serving(first):
            await server.gateway.connection()
            await liming.type(NOTE)
        gate.opened.set()
        second = open_parts(own, dingtalk_company, clock, understander=understander)
        async with serving(second):
            await server.gateway.connection(2)
            await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}))
            await second.settled()
            with dingtalk_company.unit_of_work("look", OPENING) as uow:
                member = uow.members.at(Address(platform="dingtalk", user_id="liming"))
                assert member is not None
                assert len(uow.visits.drafts(member.id)) == 1
