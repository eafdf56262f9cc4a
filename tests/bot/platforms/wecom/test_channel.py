"""Sending and changing: parts in order, cards by their codes, and an answer whatever becomes of the card."""

from __future__ import annotations

import pytest

from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Button, Card, Outgoing, Row
from tests.bot.platforms.wecom.simulated import LINA, WeCom, write_out
from tests.fakes.console_ports import Inbox

DRAFT = Card(
    title="杭州康联",
    rows=(Row(label="决策人", value="财务"),),
    buttons=(
        Button(label="确认", action="visit.confirm:42", primary=True),
        Button(label="撤销", action="undo:42"),
    ),
)
SAVED = Card(
    title="✅ 已保存 #V1024",
    rows=(Row(label="决策人", value="财务"),),
    buttons=(Button(label="撤销", action="undo:42"),),
    settled=True,
)
DRAFT_TO = Outgoing(to=LINA, card=DRAFT, key="visit:42")
SAVED_TO = Outgoing(to=LINA, card=SAVED, key="visit:42")


def screen(wecom: WeCom) -> list[str]:
    return [write_out(sent) for sent in wecom.server.books.screen("lina")]


async def test_long_text_comes_in_parts_of_2048_bytes_and_in_order(wecom: WeCom) -> None:
    text = "".join(f"第{number}句话说的是同一件事。" for number in range(400))
    await wecom.channel.send(Outgoing(to=LINA, text=text))
    parts = screen(wecom)
    assert len(parts) > 3
    assert "".join(parts) == text
    assert all(part.endswith("。") for part in parts)
    assert wecom.server.books.violations == []


async def test_pressed_card_turns_into_its_new_state(wecom: WeCom, inbox: Inbox) -> None:
    ref = await wecom.channel.send(DRAFT_TO)
    assert await wecom.press("", message_ref=ref, action="visit.confirm:42")
    assert await wecom.channel.update(ref, SAVED_TO) == ref
    [shown] = screen(wecom)
    assert "V1024" in shown
    assert "确认" not in shown
    assert wecom.server.calls["message/send"] == 1


async def test_card_that_nobody_pressed_changes_by_the_code_of_its_sending(wecom: WeCom) -> None:
    ref = await wecom.channel.send(DRAFT_TO)
    assert await wecom.channel.update(ref, SAVED_TO) == ref
    [shown] = screen(wecom)
    assert "V1024" in shown


async def test_second_change_without_a_press_follows_as_a_new_card(wecom: WeCom, inbox: Inbox) -> None:
    ref = await wecom.channel.send(DRAFT_TO)
    await wecom.channel.update(ref, SAVED_TO)
    newer = await wecom.channel.update(ref, DRAFT_TO)
    assert newer != ref
    assert len(screen(wecom)) == 2
    assert await wecom.press("", message_ref=newer, action="undo:42")
    assert await wecom.channel.update(newer, SAVED_TO) == newer


async def test_code_that_somebody_used_or_lost_costs_no_answer(wecom: WeCom) -> None:
    ref = await wecom.channel.send(DRAFT_TO)
    for code in wecom.server.books.codes.values():
        code.used = True
    assert await wecom.channel.update(ref, SAVED_TO) != ref
    assert "V1024" in screen(wecom)[-1]


async def test_card_of_last_week_is_answered_below(wecom: WeCom) -> None:
    ref = await wecom.channel.send(DRAFT_TO)
    wecom.ports.clock.move(hours=73)
    assert await wecom.channel.update(ref, SAVED_TO) != ref
    assert wecom.server.calls["message/update_template_card"] == 0


async def test_early_word_gives_way_to_its_card(wecom: WeCom) -> None:
    ref = await wecom.channel.send(Outgoing(to=LINA, text="收到，正在听…", key="visit:42"))
    newer = await wecom.channel.update(ref, DRAFT_TO)
    assert newer.startswith("card:")
    [shown] = screen(wecom)
    assert "杭州康联" in shown


async def test_early_word_that_cannot_be_taken_back_stays(wecom: WeCom) -> None:
    ref = await wecom.channel.send(Outgoing(to=LINA, text="收到，正在听…", key="visit:42"))
    wecom.ports.clock.move(hours=25)
    await wecom.channel.update(ref, DRAFT_TO)
    assert len(screen(wecom)) == 2


async def test_refused_card_is_told_to_the_rim(wecom: WeCom) -> None:
    wecom.server.script.next_error("message/send", 42045)
    with pytest.raises(CardRefused):
        await wecom.channel.send(DRAFT_TO)
    ref = await wecom.channel.send(DRAFT_TO)
    wecom.server.script.next_error("message/update_template_card", 42045)
    with pytest.raises(CardRefused):
        await wecom.channel.update(ref, SAVED_TO)


async def test_picture_and_file_are_uploaded_with_their_names(wecom: WeCom) -> None:
    picture = wecom.ports.media.put(b"\x89PNG\r\n\x1a\n-data", name="图.png", media_type="image/png")
    sheet = wecom.ports.media.put(b"PK-data-of-a-sheet", name="a.xlsx", media_type="application/zip")
    await wecom.channel.send(Outgoing(to=LINA, picture_ref=picture))
    await wecom.channel.send(Outgoing(to=LINA, file_ref=sheet, file_name='本周 "拜访"\r\n.xlsx'))
    assert [sent.msgtype for sent in wecom.server.books.screen("lina")] == ["image", "file"]
    assert [stored.name for stored in wecom.server.books.media.values()] == ["图.png", "本周 拜访.xlsx"]


async def test_missing_file_is_given_up(wecom: WeCom) -> None:
    with pytest.raises(PlatformError) as caught:
        await wecom.channel.send(Outgoing(to=LINA, file_ref="nowhere"))
    assert caught.value.permanent


async def test_each_card_has_a_name_of_its_own(wecom: WeCom) -> None:
    await wecom.channel.send(DRAFT_TO)
    await wecom.channel.send(DRAFT_TO)
    first, second = wecom.server.books.screen("lina")
    assert first.content["task_id"] != second.content["task_id"]
