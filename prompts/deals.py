"""Cards of deals: one with its stage and proofs, lists of them, and the checklist of all checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.domain.deal_rules import DealReminder, DealRule
from bot.domain.messages import MAX_BUTTONS, Button, Card, Option, Row, Select
from bot.domain.nodes import Node, NodeItem, NodeStatus
from bot.domain.opportunities import Opportunity, OpportunityStatus
from bot.domain.playbook import Playbook, Stage
from bot.domain.silence import whole_days
from prompts.nudges import DueItem
from prompts.texts import Texts

SHOWN_DEALS = 7
TEN_THOUSAND = Decimal(10_000)


def deal_reminder(reminder: DealReminder, *, stage: str, rep: str, now: datetime, texts: Texts) -> DueItem:
    """A reminder about a deal as a line."""
    deal, rule = reminder.deal, reminder.rule
    since = deal.silent_since if rule is DealRule.SILENCE else deal.stage_entered_at
    return DueItem(
        item=reminder,
        title=texts.say(f"remind.{rule}", stage=stage, days=whole_days(since, now)),
        customer=deal.customer,
        ask=texts.say(f"remind.{rule}_ask"),
        rep=rep,
    )


def stage_text(deal: Opportunity, *, playbook: Playbook, texts: Texts, now: datetime) -> str:
    """「方案演示 · 第 6 天」, or how the deal ended."""
    stage = playbook.stage(deal.stage_key)
    name = stage.name if stage else deal.stage_key
    if deal.status is not OpportunityStatus.OPEN:
        ended = texts.label("deal_status", deal.status)
        return texts.say("deal.ended_in", ended=ended, stage=name)
    return texts.say("deal.in_stage", stage=name, days=deal.in_stage(now).days + 1)


def money_text(amount: Decimal, texts: Texts) -> str:
    """「48万」, or 「9500元」 below ten thousand."""
    if amount >= TEN_THOUSAND:
        return texts.say("deal.ten_thousand", amount=f"{(amount / TEN_THOUSAND).normalize():f}")
    return texts.say("deal.yuan", amount=f"{amount.normalize():f}")


def proofs_text(deal: Opportunity, stage: Stage, *, done: frozenset[str], texts: Texts) -> str:
    """「✅ 方案提交、○ 客户反馈」: `done` are the deal's finished nodes."""
    parts = []
    for proof in stage.proofs:
        given = deal.has_proof(stage.key, proof.key) or bool(proof.by_node and proof.by_node in done)
        parts.append(texts.say("deal.proof_given" if given else "deal.proof_open", name=proof.name))
    return texts.say("visit.and").join(parts)


def deal_rows(
    deal: Opportunity, *, playbook: Playbook, done: frozenset[str], texts: Texts, now: datetime
) -> tuple[Row, ...]:
    """Stage, evidence actions and amount of a deal."""
    stage = playbook.stage(deal.stage_key)
    stage_value = stage_text(deal, playbook=playbook, texts=texts, now=now)
    rows = [Row(label=texts.say("deal.stage"), value=stage_value)]
    if stage and stage.proofs:
        rows.append(
            Row(label=texts.say("deal.proofs"), value=proofs_text(deal, stage, done=done, texts=texts))
        )
    if deal.amount is not None:
        rows.append(Row(label=texts.label("field", "amount"), value=money_text(deal.amount, texts)))
    if deal.lost_reason:
        rows.append(Row(label=texts.say("deal.reason"), value=deal.lost_reason))
    return tuple(rows)


def deal_buttons(deal: Opportunity, *, playbook: Playbook, texts: Texts) -> tuple[Button, ...]:
    """The next stage, the checklist, evidence, and the two ends; an ended deal can be opened again."""
    checklist = Button(label=texts.say("deal.button.checklist"), action=f"checklist.deal:{deal.id}")
    if deal.status is not OpportunityStatus.OPEN:
        again = Button(label=texts.say("deal.button.reopen"), action=f"deal.reopen:{deal.id}")
        return (again, checklist)
    buttons = []
    number = playbook.stage_number(deal.stage_key) + 1
    if number < len(playbook.stages):
        following = playbook.stages[number]
        label = texts.say("deal.button.enter", stage=following.name)
        buttons.append(Button(label=label, action=f"deal.move:{deal.id}={following.key}", primary=True))
    buttons += [
        checklist,
        Button(label=texts.say("deal.button.prove"), action=f"deal.prove:{deal.id}"),
        Button(label=texts.say("deal.button.won"), action=f"deal.win:{deal.id}"),
        Button(label=texts.say("deal.button.lost"), action=f"deal.lose:{deal.id}"),
    ]
    return tuple(buttons)


def deal_list_card(
    deals: Sequence[Opportunity],
    *,
    names: Sequence[str],
    title: str,
    action: str,
    playbook: Playbook,
    texts: Texts,
    now: datetime,
) -> Card:
    """Deals in lines that can be opened by digit; `names` are those of their customers."""
    shown = list(zip(deals, names, strict=True))[:SHOWN_DEALS]
    rows = tuple(
        Row(
            label=f"{number} {deal.title}",
            value=texts.say(
                "deal.line",
                customer=name,
                stage=stage_text(deal, playbook=playbook, texts=texts, now=now),
            ),
        )
        for number, (deal, name) in enumerate(shown, 1)
    )
    options = tuple(Option(label=deal.title, value=str(deal.id)) for deal, _ in shown)
    more = len(deals) - len(shown)
    return Card(
        title=title,
        rows=rows,
        selects=(Select(label=texts.say("deal.pick"), action=action, options=options),),
        note=texts.say("deal.more", count=more) if more > 0 else None,
    )


def check_row(node: Node, item: NodeItem | None, *, texts: Texts, now: datetime) -> Row:
    """One node of the checklist: done, open with what to do, waiting, let go, or not called for yet."""
    if item is None:
        return Row(label=texts.say("checklist.not_yet", node=node.name), value=node.ask)
    if item.status is NodeStatus.OPEN:
        if item.asked_at:
            value = texts.say("checklist.asked")
        else:
            key = "checklist.late" if item.due_at <= now else "checklist.due"
            value = texts.say(key, due=texts.moment(item.due_at, now=now), ask=node.ask)
        return Row(label=texts.say("checklist.open", node=node.name), value=value, said=item.said or None)
    day = texts.near_day(item.closed_at.date(), now=now) if item.closed_at else ""
    value = " ".join(filter(None, (day, item.reason)))
    return Row(label=texts.say(f"checklist.{item.status}", node=node.name), value=value or day)


def checklist_card(
    checks: Sequence[tuple[Node, NodeItem | None]],
    *,
    title: str,
    head: Sequence[Row],
    own: frozenset[int],
    ask: Sequence[Button] = (),
    texts: Texts,
    now: datetime,
) -> Card:
    """All nodes of a deal; open ones of the reader's `own` are buttons, closed ones can be opened again.

    `ask` are questions that the customer has not answered yet.
    """
    items = [(node, item) for node, item in checks if item and item.id in own]
    buttons = tuple(
        Button(label=node.name, action=f"node.open:{item.id}")
        for node, item in items
        if item.status is NodeStatus.OPEN and not item.asked_at
    )[: MAX_BUTTONS - 1 - len(ask)]
    options = tuple(
        Option(label=texts.say("checklist.again", node=node.name), value=str(item.id))
        for node, item in items
        if item.status is not NodeStatus.OPEN
    )
    select = Select(label=texts.say("checklist.reopen"), action="checklist.reopen:", options=options)
    done = sum(bool(item and item.status is NodeStatus.DONE) for _, item in checks)
    return Card(
        title=title,
        rows=(*head, *(check_row(node, item, texts=texts, now=now) for node, item in checks)),
        buttons=(*buttons, *ask),
        selects=(select,) if options else (),
        note=texts.say("checklist.count", done=done, total=len(checks)),
        settled=True,
    )
