"""The chat as a person uses it, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.domain.messages import Kind
from tests.browser.desk import Desk, mine, say, send_sample, theirs
from tests.fakes.console_ports import make_amr, make_wav, text_to

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c636078f01f00"
    "02d201b8f3d2f0a90000000049454e44ae426082"
)


async def test_text_goes_out_and_is_answered(desk: Desk) -> None:
    page = await desk.open()
    text = "第一行 <b>不是标签</b>"
    await page.get_by_label("输入消息").fill(text)
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("第二行")
    await page.keyboard.press("Enter")
    await expect(theirs(page)).to_have_text(re.compile("收到：第一行 <b>不是标签</b>\n第二行"))
    await expect(mine(page).locator(".words")).to_have_css("white-space-collapse", "preserve")
    await expect(mine(page).locator("b")).to_have_count(0)
    await expect(page.get_by_label("输入消息")).to_have_value("")


async def test_nothing_is_sent_for_nothing(desk: Desk) -> None:
    page = await desk.open()
    await say(page, "  \n ")
    await say(page, "有字")
    await expect(theirs(page)).to_have_count(1)
    assert [message.text for message in desk.bot.inbox.messages.values()] == ["有字"]


async def test_long_text_is_sent_whole_and_a_longer_one_refused_in_words(desk: Desk) -> None:
    page = await desk.open()
    await say(page, "好" * 5000)
    await expect(theirs(page)).to_have_count(1)
    await say(page, "好" * 10_001)
    await expect(page.locator("#notice")).to_contain_text("10000 字")
    assert [len(message.text) for message in desk.bot.inbox.messages.values()] == [5000]


async def test_sample_note_becomes_a_card_in_place(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    await expect(theirs(page)).to_have_count(1)
    await expect(mine(page).locator(".heard")).to_contain_text("让我发三份报价")
    await expect(mine(page).locator(".length")).to_have_text("1″")
    card = page.get_by_role("article", name="杭州康联")
    await expect(card.locator("blockquote")).to_contain_text("张总说下周和财务碰预算")
    await expect(card.locator(".row").first).to_contain_text("杭州康联医疗科技有限公司")
    await expect(card.locator(".said").first).to_contain_text("原话")
    await expect(card.get_by_role("button", name="1 确认")).to_be_visible()
    [incoming] = desk.bot.inbox.messages.values()
    assert incoming.voice is not None
    assert (incoming.voice.format, incoming.voice.seconds) == ("amr", 1.2)


async def test_correction_shows_old_and_new(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    key = "note:" + next(iter(desk.bot.inbox.messages))
    await desk.bot.correct(key, next(iter(desk.bot.inbox.messages.values())).sender)
    row = page.locator(".row.changed").first
    await expect(row.locator("del")).to_contain_text("财务")
    await expect(row.locator("ins")).to_contain_text("采购部王主任")
    await expect(theirs(page)).to_have_count(1)


async def test_button_waits_for_its_answer(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    desk.bot.inbox.full = True
    confirm = page.get_by_role("button", name="1 确认")
    await confirm.click()
    await expect(page.locator(".card")).to_have_attribute("aria-busy", "true")
    await confirm.click(force=True)
    desk.bot.inbox.full = False
    await expect(page.get_by_role("article", name="已保存")).to_be_visible()
    pressed = [message for message in desk.bot.inbox.messages.values() if message.kind is Kind.BUTTON]
    assert [message.action for message in pressed] == ["visit.confirm:1"]
    assert pressed[0].card_key == "note:" + next(iter(desk.bot.inbox.messages))


async def test_card_can_be_pressed_again_after_another_answer(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    await page.get_by_role("button", name="4 话术").click()
    await expect(theirs(page)).to_have_count(2)
    await page.get_by_role("button", name="1 确认").click()
    await expect(page.get_by_role("article", name="已保存")).to_be_visible()


async def test_drop_down_sends_its_choice(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    await page.get_by_role("button", name="阶段 预算讨论").click()
    await page.get_by_role("button", name="7 方案报价").click()
    await expect(page.get_by_role("button", name="阶段 方案报价")).to_be_visible()
    assert [m.action for m in desk.bot.inbox.messages.values()][-1] == "visit.stage:1=quotation"


async def test_recording_by_holding_the_microphone(desk: Desk) -> None:
    page = await desk.open()
    await page.locator("#mic").hover()
    await page.mouse.down()
    await expect(page.locator("#elapsed")).to_have_text("0:01")
    await page.mouse.up()
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
    [incoming] = desk.bot.inbox.messages.values()
    assert incoming.voice is not None
    assert incoming.voice.format == "webm"
    assert (incoming.voice.seconds or 0) >= 1
    assert desk.bot.ports.media.get(incoming.voice.media_ref).data


async def test_sliding_up_gives_up_the_recording(desk: Desk) -> None:
    page = await desk.open()
    await page.locator("#mic").hover()
    await page.mouse.down()
    await expect(page.locator("#elapsed")).to_have_text("0:01")
    await page.mouse.move(300, 300)
    await expect(page.locator("#hint")).to_have_text("松开取消")
    await page.mouse.up()
    await expect(page.locator("#recording")).to_be_hidden()
    await say(page, "还在")
    await expect(theirs(page)).to_have_count(1)
    assert [message.kind for message in desk.bot.inbox.messages.values()] == [Kind.TEXT]


async def test_recording_by_two_taps(desk: Desk) -> None:
    page = await desk.open()
    await page.locator("#mic").click()
    await expect(page.locator("#finish")).to_be_visible()
    await expect(page.locator("#elapsed")).to_have_text("0:01")
    await page.locator("#mic").click()
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("note.amr", make_amr(2.0), Kind.VOICE),
        ("note.wav", make_wav(0.5), Kind.VOICE),
        ("现场.png", PNG, Kind.IMAGE),
        ("报价单.pdf", b"%PDF-1.7", Kind.FILE),
    ],
)
async def test_dropped_file_is_sent_as_what_it_is(desk: Desk, name: str, data: bytes, kind: Kind) -> None:
    page = await desk.open()
    await page.evaluate(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            for (const type of ["dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true }));
        }""",
        [name, list(data)],
    )
    await expect(theirs(page)).to_have_count(1)
    [incoming] = desk.bot.inbox.messages.values()
    assert incoming.kind is kind
    await expect(mine(page).locator(f".bubble.{kind}")).to_be_visible()
    if kind is Kind.VOICE:
        assert incoming.voice is not None
        assert incoming.voice.seconds == len(data) // 32 / 50 if name.endswith("amr") else 0.5


async def test_picked_picture_is_shown(desk: Desk, tmp_path: Path) -> None:
    page = await desk.open()
    (tmp_path / "名片.png").write_bytes(PNG)
    await page.locator("#more").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="图片", exact=True).click()
    await (await chooser.value).set_files(tmp_path / "名片.png")
    picture = mine(page).get_by_role("img", name="名片.png")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)


async def test_wrong_and_large_files_are_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    page = await desk.open()
    for name, data, words in (("a.amr", b"MZ", "不是能听的录音"), ("b.wav", bytes((20 << 20) + 1), "20 MB")):
        (tmp_path / name).write_bytes(data)
        await page.locator("#more").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="音频文件").click()
        await (await chooser.value).set_files(tmp_path / name)
        await expect(page.locator(".failed, #notice").filter(has_text=words)).to_be_visible()
    assert desk.bot.inbox.messages == {}


async def test_voice_note_is_played(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    play = mine(page).get_by_role("button", name="播放语音")
    await play.click()
    await expect(play).to_have_class(re.compile("playing"))
    await expect(play).not_to_have_class(re.compile("playing"))
    await expect(mine(page).locator(".trouble")).to_be_empty()


async def test_both_sides_in_two_windows(desk: Desk) -> None:
    rep, boss = await desk.open("liming"), await desk.open("wangjie")
    again = await desk.open("liming")
    await send_sample(rep, "01")
    await expect(again.get_by_role("article", name="杭州康联")).to_be_visible()
    await again.get_by_role("button", name="1 确认").click()
    await expect(rep.get_by_role("article", name="已保存")).to_be_visible()
    await expect(boss.locator(".message")).to_have_count(0)
    await desk.bot.say(text_to("wangjie", "李明的节点到期了"))
    await expect(theirs(boss)).to_contain_text("李明的节点到期了")
    await expect(theirs(rep)).to_have_count(1)


async def test_clock_moves_in_every_window(desk: Desk) -> None:
    rep, boss = await desk.open("liming"), await desk.open("wangjie")
    await rep.get_by_role("button", name="+1 天").click()
    for page in (rep, boss):
        await expect(page.locator("#now")).to_contain_text("11月20日")
    await rep.get_by_role("button", name="到下一个提醒").click()
    await expect(rep.locator("#clock-note")).to_contain_text("没有计划中的提醒")
    await rep.get_by_role("button", name="+1 小时").click()
    await expect(boss.locator("#now")).to_contain_text("16:00")


async def test_choosing_somebody_else(desk: Desk) -> None:
    page = await desk.open("liming")
    await page.get_by_role("link", name="王姐 主管").click()
    await expect(page.locator("#status")).to_contain_text("王姐")
    assert page.url.endswith("?as=wangjie")
    async with desk.context.expect_page() as opened:
        await page.get_by_role("link", name="在新窗口以李明打开").click()
    await expect((await opened.value).locator("#status")).to_contain_text("李明")


async def test_unknown_person_is_asked_to_choose(desk: Desk) -> None:
    page = await desk.open()
    await page.goto(f"{desk.url}?as=nobody")
    await expect(page.get_by_role("alert").first).to_contain_text("重新选择")
    await page.get_by_role("link", name="李明 销售").click()
    await expect(page.locator("#status")).to_contain_text("李明")


async def test_times_follow_the_clock(desk: Desk) -> None:
    page = await desk.open()
    await say(page, "今日")
    await expect(theirs(page)).to_have_count(1)
    await page.get_by_role("button", name="+1 天").click()
    await expect(page.locator("#log time").first).to_contain_text("昨天")
