"""A small bot that answers as the product would, so that the console can be tried without the product."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from bot.domain.messages import Address, Button, Card, Incoming, Kind, Option, Outgoing, Row, Select
from bot.platforms.console import ConsoleChannel
from bot.platforms.console.ports import Shown
from tests.fakes.console_ports import FakePorts, Inbox

QUOTE = "张总说下周和财务碰预算，让我发三份报价"
DRAFT = Card(
    title="杭州康联 · 报价与预算",
    quote=QUOTE,
    rows=(
        Row(label="客户", value="杭州康联医疗科技有限公司", said="杭州康联"),
        Row(label="主题", value="预算、报价", said="碰预算"),
        Row(label="决策人", value="财务", said="和财务碰预算"),
        Row(label="下一步", value="发送报价（三份）", said="让我发三份报价"),
        Row(label="截止", value="下周（11月23日 – 27日）", said="下周"),
    ),
    selects=(
        Select(
            label="阶段",
            action="visit.stage:1",
            chosen="budget",
            options=(
                Option(label="初步接触", value="contact"),
                Option(label="预算讨论", value="budget"),
                Option(label="方案报价", value="quotation"),
            ),
        ),
    ),
    buttons=(
        Button(label="确认", action="visit.confirm:1", primary=True),
        Button(label="修改", action="visit.edit:1"),
        Button(label="撤销", action="visit.undo:1"),
        Button(label="话术", action="visit.tracks:1"),
    ),
    note="还差一项：本次核心进展",
)
CORRECTED = replace(
    DRAFT,
    rows=(
        *DRAFT.rows[:2],
        Row(label="决策人", value="采购部王主任", was="财务", said="决策人是采购部王主任"),
        DRAFT.rows[3],
        Row(label="截止", value="本周五（11月20日）", was="下周", said="是这周五"),
    ),
)
SAVED = replace(
    DRAFT,
    title="✅ 已保存 #V1024",
    buttons=(Button(label="撤销", action="visit.undo:1"), Button(label="话术", action="visit.tracks:1")),
    selects=(),
    note="已开启节点「首次需求澄清」，11月20日 15:00 前补齐需求确认单。",
)


class StoryBot:
    """Hears a message durably, then answers a moment later."""

    def __init__(self, *, think_seconds: float = 0.0) -> None:
        self.ports = FakePorts()
        self.inbox = Inbox()
        self.channel = ConsoleChannel(self.ports.as_console())
        self._think_seconds = think_seconds
        self._answers: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        """The web application that serves the console."""
        app = web.Application()
        app.add_routes(self.channel.routes())

        async def start(_: web.Application) -> None:
            await self.channel.start(self.accept)

        async def stop(_: web.Application) -> None:
            await self.channel.stop()

        app.on_startup.append(start)
        app.on_shutdown.append(stop)
        return app

    async def accept(self, incoming: Incoming) -> None:
        known = incoming.id in self.inbox.messages
        await self.inbox.accept(incoming)
        if known:
            return
        self.ports.history.add(
            incoming.sender, Shown(ref=incoming.id, at=incoming.sent_at, incoming=incoming)
        )
        answer = asyncio.create_task(self._answer(incoming))
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    async def say(self, outgoing: Outgoing, *, ref: str | None = None) -> str:
        """Send or replace a message and keep it in the history."""
        sent = await (self.channel.update(ref, outgoing) if ref else self.channel.send(outgoing))
        self.ports.history.add(outgoing.to, Shown(ref=sent, at=self.ports.clock.now(), outgoing=outgoing))
        return sent

    async def correct(self, key: str, to: Address) -> None:
        """Put the corrected card in place of the draft."""
        await self._show_card(key, CORRECTED, to)

    async def _answer(self, incoming: Incoming) -> None:
        await asyncio.sleep(self._think_seconds)
        if incoming.kind is Kind.VOICE:
            await self._answer_voice(incoming)
        elif incoming.kind is Kind.BUTTON:
            await self._answer_button(incoming)
        elif incoming.text.startswith("不对"):
            await self._show_card("visit:1", CORRECTED, incoming.sender)
        else:
            said = incoming.text or (incoming.attachment.name if incoming.attachment else "")
            await self.say(Outgoing(to=incoming.sender, text=f"收到：{said}"))

    async def _answer_voice(self, incoming: Incoming) -> None:
        key = f"note:{incoming.id}"
        await self.say(Outgoing(to=incoming.sender, text="收到，正在听…", key=key))
        await asyncio.sleep(self._think_seconds)
        self.ports.history.transcribe(incoming.sender, incoming.id, f"刚拜访完杭州康联，{QUOTE}。")
        await self._show_card(key, DRAFT, incoming.sender)

    async def _answer_button(self, incoming: Incoming) -> None:
        action = incoming.action or ""
        if action.startswith("visit.confirm"):
            await self._show_card(incoming.card_key, SAVED, incoming.sender)
            self.ports.clock.planned.append(self.ports.clock.now() + timedelta(hours=24))
        elif action.startswith("visit.undo"):
            await self._show_card(incoming.card_key, DRAFT, incoming.sender)
        elif action.startswith("visit.stage"):
            [select] = DRAFT.selects
            chosen = replace(DRAFT, selects=(replace(select, chosen=action.split("=")[1]),))
            await self._show_card(incoming.card_key, chosen, incoming.sender)
        else:
            await self.say(Outgoing(to=incoming.sender, text=f"你按了 {action}"))

    async def _show_card(self, key: str | None, card: Card, to: Address) -> None:
        await self.say(Outgoing(to=to, card=card, key=key), ref=key)
