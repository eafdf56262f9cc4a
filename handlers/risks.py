"""Risks: their type, known from the note or chosen, and the strategy that the rep files."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.evidence import Evidence, find_risk
from bot.domain.messages import Outgoing
from bot.domain.nodes import NodeItem, NodeStatus, tell
from handlers.context import Context
from handlers.node_steps import close, described, own_item, rule_of, show_on_item, step_card
from handlers.router import Router, read_id
from prompts.nodes import risk_card

router = Router()

TYPE = "risk_type"


@router.button("risk.type")
def choose_type(ctx: Context) -> list[Outgoing]:
    """Another type: its own strategies."""
    item_id, _, key = ctx.argument.partition("=")
    item = own_item(ctx, item_id)
    risks = rule_of(ctx, item).risks
    risk = find_risk(risks, key)
    if risk is None:
        raise Stale
    card = risk_card(described(ctx, item), item, risks=risks, risk=risk, texts=ctx.deps.texts, now=ctx.now)
    return show_on_item(ctx, item, card)


@router.button("risk.file")
def file_strategy(ctx: Context) -> list[Outgoing]:
    """A strategy for the risk: the check is done, and both are kept."""
    target, _, number = ctx.argument.partition("=")
    item_id, _, key = target.partition("/")
    item = own_item(ctx, item_id)
    risk = next((each for each in rule_of(ctx, item).risks if each.key == key), None)
    place = read_id(number)
    if risk is None or not number.isdigit() or place >= len(risk.strategies):
        raise Stale
    strategy = risk.strategies[place]
    told = tell(tell(item, TYPE, risk.name), Evidence.RISK, strategy)
    return close(ctx, told, NodeStatus.DONE, reason=ctx.say("risk.filed", risk=risk.name, strategy=strategy))


def show_risks(ctx: Context, items: list[NodeItem]) -> list[Outgoing]:
    """A card for each risk that a note has just opened, in the same reply."""
    return [
        ctx.show(step_card(ctx, item, Evidence.RISK), key=f"item:node:{item.id}")
        for item in items
        if Evidence.RISK in rule_of(ctx, item).evidence
    ]
