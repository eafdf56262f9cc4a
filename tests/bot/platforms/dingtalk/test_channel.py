"""What a person sees: quick words by the session, cards of both kinds, successors, digests, short quotas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import PlatformError
from bot.domain.messages import Button, Card, Kind, Option, Outgoing, Priority, Row, Select
from bot.domain.quick_replies import read_quick_reply
from bot.platforms.dingtalk import open_channel
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.limits import LimitReached
from tests.bot.platforms.dingtalk.conftest import QUICK
from tests.bot.platforms.dingtalk.simulated import XIAO, DingTalk, simulated
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import Inbox, make_amr
from tests.fakes.dingtalk_ports import MemorySent
from tests.fakes.dingtalk_server import Slip

SEND = "v1.0/robot/oToMessages/batchSend"
SESSION = "robot/sendBySession"
RECALL = "v1.0/robot/otoMessages/batchRecall"
CREATE = "v1.0/card/instances/createAndDeliver"
UPDATE = "v1.0/card/instances"
DRAFT = Card(
    title="杭州康联",
    quote="太贵了",
    rows=(Row(label="决策人", value="财务", said="和财务碰"),),
    buttons=(
        Button(label="确认", action="visit.confirm:42", primary=True),
        Button(label="撤销", action="undo:42"),
    ),
)
SAVED = Card(title="已保存 #V1024", buttons=(Button(label="撤销", action="undo:42"),))
DRAFT_TO = Outgoing(to=XIAO, card=DRAFT, key="visit:42")
SAVED_TO = Outgoing(to=XIAO, card=SAVED, key="visit:42")
QUICK_WORD = Outgoing(to=XIAO, text="收到")
QUOTA = Slip(code="Forbidden.AccessDenied.ApiCountLimitForOrg", status=403)


async def open_session(dingtalk: DingTalk) -> None:
    """李晓 writes, and an answer may go there for ninety minutes."""
    url = dingtalk.server.session_url(XIAO.user_id)
    assert await dingtalk.deliver("text", "said", session=url, **bodies.text("在吗"))


def ways(dingtalk: DingTalk) -> list[str]:
    """How each message on the screen came there."""
    return [sent.via for sent in dingtalk.server.books.screen(XIAO.user_id)]


async def test_quick_word_goes_where_the_person_wrote(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    assert await dingtalk.channel.send(QUICK_WORD) == "session:"
    assert (await dingtalk.shown(), ways(dingtalk)) == (["收到"], ["session"])


async def test_session_that_the_platform_has_closed_is_no_loss(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    dingtalk.server.script.next(SESSION, Slip(code=300001))
    assert (await dingtalk.channel.send(QUICK_WORD)).startswith("msg:")
    await dingtalk.channel.send(QUICK_WORD)
    assert ways(dingtalk) == ["robot", "robot"]
    assert dingtalk.server.calls[SESSION] == 1


async def test_session_is_not_used_in_its_last_minutes(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    dingtalk.ports.clock.move(minutes=86)
    await dingtalk.channel.send(QUICK_WORD)
    assert ways(dingtalk) == ["robot"]


async def test_nudge_and_early_word_can_be_taken_back_so_they_go_by_the_api(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    await dingtalk.channel.send(replace(QUICK_WORD, key="visit:42"))
    await dingtalk.channel.send(replace(QUICK_WORD, priority=Priority.NUDGE))
    assert ways(dingtalk) == ["robot", "robot"]


async def test_long_text_comes_in_parts_and_in_order(dingtalk: DingTalk) -> None:
    text = "".join(f"第{number}句话说的是同一件事。" for number in range(800))
    for session in (False, True):
        if session:
            await open_session(dingtalk)
        dingtalk.server.books.sent.clear()
        await dingtalk.channel.send(Outgoing(to=XIAO, text=text))
        parts = await dingtalk.shown()
        assert len(parts) > 2
        assert "".join(parts) == text
    assert dingtalk.server.books.violations == []


async def test_rest_of_a_long_text_follows_by_the_api(dingtalk: DingTalk) -> None:
    text = "".join(f"第{number}句话说的是同一件事。" for number in range(800))
    await open_session(dingtalk)
    dingtalk.server.script.slips[SESSION].extend([Slip(code=0), Slip(code=300001)])
    await dingtalk.channel.send(Outgoing(to=XIAO, text=text))
    assert set(ways(dingtalk)) == {"robot"}
    assert text.endswith("".join(await dingtalk.shown()))


async def test_button_of_a_card_says_a_quick_reply(dingtalk: DingTalk, inbox: Inbox) -> None:
    await dingtalk.channel.send(DRAFT_TO)
    [card] = dingtalk.server.books.screen(XIAO.user_id)
    assert card.kind == "sampleActionCard2"
    taps = card.buttons()
    assert list(taps) == ["确认", "撤销"]
    assert await dingtalk.say("tap", taps["确认"])
    [incoming] = inbox.messages.values()
    assert incoming.kind is Kind.TEXT
    assert read_quick_reply(incoming.text)
    assert dingtalk.server.books.violations == []


async def test_card_with_more_choices_than_buttons_is_still_tapped(dingtalk: DingTalk) -> None:
    options = tuple(Option(label=f"客户{number}", value=str(number)) for number in range(8))
    card = Card(title="哪一家？", selects=(Select(label="客户", action="visit.choose:42", options=options),))
    await dingtalk.channel.send(Outgoing(to=XIAO, card=card, key="visit:42"))
    [shown] = await dingtalk.shown()
    assert all(f"客户{number}" in shown for number in range(8))


async def test_action_card_gives_way_to_its_successor(dingtalk: DingTalk) -> None:
    ref = await dingtalk.channel.send(DRAFT_TO)
    assert await dingtalk.channel.update(ref, SAVED_TO) != ref
    [shown] = await dingtalk.shown()
    assert "V1024" in shown


async def test_message_of_yesterday_stays_above_its_successor(dingtalk: DingTalk) -> None:
    ref = await dingtalk.channel.send(DRAFT_TO)
    dingtalk.ports.clock.move(hours=25)
    await dingtalk.channel.update(ref, SAVED_TO)
    assert len(await dingtalk.shown()) == 2


async def test_interactive_card_changes_in_place(with_cards: DingTalk) -> None:
    ref = await with_cards.channel.send(DRAFT_TO)
    assert ref.startswith("card:")
    assert await with_cards.channel.update(ref, SAVED_TO) == ref
    [shown] = await with_cards.shown()
    assert "V1024" in shown
    assert "确认" not in shown
    assert with_cards.server.calls[CREATE] == 1


@pytest.mark.parametrize(
    "slip", [Slip(code="param.templateUnpublished"), Slip(code="system.busy", status=500), Slip(status=200)]
)
async def test_failed_interactive_card_is_an_action_card(slip: Slip, with_cards: DingTalk) -> None:
    with_cards.server.script.next(CREATE, slip, times=3)
    assert (await with_cards.channel.send(DRAFT_TO)).startswith("msg:")
    assert ways(with_cards) == ["robot"]


async def test_card_of_unknown_end_stands_there_once(with_cards: DingTalk) -> None:
    with_cards.server.script.next(CREATE, Slip(drops=True, after_work=True))
    assert (await with_cards.channel.send(DRAFT_TO)).startswith("card:")
    assert ways(with_cards) == ["card"]


async def test_lost_card_is_answered_below(with_cards: DingTalk) -> None:
    ref = await with_cards.channel.send(DRAFT_TO)
    with_cards.server.script.next(UPDATE, Slip(code="param.cardNotExist"))
    assert await with_cards.channel.update(ref, SAVED_TO) != ref
    assert "V1024" in (await with_cards.shown())[-1]


async def test_early_word_becomes_its_card(with_cards: DingTalk) -> None:
    ref = await with_cards.channel.send(replace(QUICK_WORD, key="visit:42"))
    newer = await with_cards.channel.update(ref, DRAFT_TO)
    assert newer.startswith("card:")
    assert ways(with_cards) == ["card"]


async def test_picture_and_file_are_uploaded(dingtalk: DingTalk) -> None:
    picture = dingtalk.ports.media.put(b"\x89PNG-data", name="图.png", media_type="image/png")
    await dingtalk.channel.send(Outgoing(to=XIAO, picture_ref=picture))
    await dingtalk.channel.send(Outgoing(to=XIAO, file_ref=picture, file_name='本周 "拜访".xlsx'))
    assert [sent.kind for sent in dingtalk.server.books.screen(XIAO.user_id)] == [
        "sampleImageMsg",
        "sampleFile",
    ]
    with pytest.raises(PlatformError) as caught:
        await dingtalk.channel.send(Outgoing(to=XIAO, file_ref="nowhere"))
    assert caught.value.permanent


async def test_digest_reaches_the_group_too(inbox: Inbox) -> None:
    async with simulated(inbox.accept, template_id="", timing=QUICK) as dingtalk:
        url = f"{dingtalk.server.base}/robot/send?access_token=abc"
        other = dingtalk.server.settings(
            dingtalk_group_webhook=url, dingtalk_group_webhook_secret="SECdemo0123456789"
        )
        channel = open_channel(other, dingtalk.ports.as_dingtalk())
        await channel.send(replace(DRAFT_TO, priority=Priority.DIGEST))
        await channel.send(DRAFT_TO)
        await channel.stop()
        [pushed] = dingtalk.server.books.screen("group:abc")
        assert "杭州康联" in pushed.words()
        assert len(await dingtalk.shown()) == 2


async def test_scarce_calls_are_saved_by_the_session(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    dingtalk.ports.quotas.levels[Bucket.API] = Level.SPARING
    ref = await dingtalk.channel.send(replace(QUICK_WORD, key="visit:42"))
    assert ref == "session:"
    dingtalk.ports.quotas.levels[Bucket.API] = Level.SCARCE
    await dingtalk.channel.update(ref, DRAFT_TO)
    assert ways(dingtalk) == ["session", "session"]
    [_, card] = dingtalk.server.books.screen(XIAO.user_id)
    assert read_quick_reply(card.buttons()["确认"])
    assert dingtalk.server.calls[RECALL] == 0


async def test_scarce_pushes_are_saved_by_the_api(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    dingtalk.ports.quotas.levels[Bucket.PUSH] = Level.SPARING
    await dingtalk.channel.send(QUICK_WORD)
    assert ways(dingtalk) == ["robot"]


async def test_scarce_calls_take_nothing_back(dingtalk: DingTalk) -> None:
    ref = await dingtalk.channel.send(DRAFT_TO)
    dingtalk.ports.quotas.levels[Bucket.API] = Level.SCARCE
    await dingtalk.channel.update(ref, SAVED_TO)
    assert len(await dingtalk.shown()) == 2


async def test_used_up_quota_answers_by_the_session_and_keeps_the_rest(dingtalk: DingTalk) -> None:
    await open_session(dingtalk)
    dingtalk.server.script.next(SEND, QUOTA, times=2)
    assert await dingtalk.channel.send(DRAFT_TO) == "session:"
    assert dingtalk.ports.quotas.used_up == [Bucket.API]
    with pytest.raises(LimitReached) as caught:
        await dingtalk.channel.send(replace(DRAFT_TO, priority=Priority.NUDGE))
    assert caught.value.free_at > dingtalk.ports.clock.now()


async def test_quote_of_our_message_names_its_card(dingtalk: DingTalk, inbox: Inbox) -> None:
    ref = await dingtalk.channel.send(DRAFT_TO)
    sent = MemorySent(keys={(XIAO, ref.removeprefix("msg:")): "visit:42"})
    async with simulated(inbox.accept, timing=QUICK, sent=sent) as other:
        body = bodies.text("改成 15 万") | {"originalProcessQueryKey": ref.removeprefix("msg:")}
        assert await other.deliver("text", "1", **body)
    [incoming] = inbox.messages.values()
    assert (incoming.kind, incoming.card_key) == (Kind.TEXT, "visit:42")


async def test_voice_of_the_platform_brings_words_and_keeps_its_sound(
    dingtalk: DingTalk, inbox: Inbox
) -> None:
    sound = make_amr(1.0)
    code = dingtalk.server.books.store_file(sound)
    await dingtalk.deliver("audio", "1", **bodies.audio(code, recognition="今天去了宏达"))
    [incoming] = inbox.messages.values()
    assert incoming.voice is not None
    assert incoming.voice.transcript == "今天去了宏达"
    media = await dingtalk.channel.fetch_media(incoming.voice.media_ref)
    assert (media.data, media.media_type) == (sound, "audio/amr")


async def test_quote_of_an_own_note_names_its_card(inbox: Inbox) -> None:
    sent = MemorySent(answers={(XIAO, "msgOwn=="): "note:msgOwn=="})
    async with simulated(inbox.accept, timing=QUICK, sent=sent) as other:
        assert await other.deliver("text", "1", **bodies.text("改成 15 万"), originalMsgId="msgOwn==")
        assert await other.deliver("text", "2", **bodies.text("改成 15 万"), originalMsgId="msgElse==")
    assert [incoming.card_key for incoming in inbox.messages.values()] == ["note:msgOwn==", None]
