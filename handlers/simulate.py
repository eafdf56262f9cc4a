"""「/模拟 张总说…」: what a note would become, with checks, reminders and talk-tracks; nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.messages import Card, Outgoing, Row
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import Nudge, plan_action_nudge, plan_node_nudges
from bot.domain.people import Member, Role
from bot.domain.understanding import VisitFacts
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context
from handlers.drafts import customer_name
from handlers.library_words import raw_argument
from handlers.openings import follow_up, wanted_nodes
from handlers.router import Router
from handlers.track_offers import offer_for_record
from handlers.visits import new_draft, refuse_long
from prompts.simulation import action_rows, fact_rows, node_line

router = Router()

MOST_CUSTOMERS = 3


@router.command("/模拟", help="看一句话会变成什么，什么都不保存", role=Role.ADMIN, usage="张总说下周定预算…")
def simulate(ctx: Context) -> list[Outgoing]:
    """One card a customer: each value with its words and its rule, then what would follow."""
    note = raw_argument(ctx, words=1)
    if not note:
        raise Refusal("people.usage", usage=ctx.say("simulation.usage"))
    trial = replace(ctx, text=note, dialog=None, argument="", _understanding=None)
    refuse_long(trial)
    with ctx.uow.rehearsal():
        cards = [play_out(trial, facts) for facts in trial.understanding.visits[:MOST_CUSTOMERS]]
    return [ctx.show(card) for card in cards]


def play_out(ctx: Context, facts: VisitFacts) -> Card:
    """What one customer's part of the note would bring, played as the rep of that customer."""
    texts, intent = ctx.deps.texts, ctx.understanding.intent
    draft = new_draft(ctx, facts, card_key="")
    rep = rep_of(ctx, draft)
    ctx = replace(ctx, member=rep)
    ctx.uow.act_as(rep.id)
    draft = ctx.uow.visits.save(replace(draft, member_id=rep.id))
    rows = [*fact_rows(facts, texts=texts), *action_rows(facts, texts=texts)]
    if not rows:
        rows.append(Row(label=ctx.say("simulation.fields"), value=ctx.say("simulation.none")))
    rows += what_follows(ctx, draft)
    title = ctx.say("simulation.title", customer=customer_name(ctx, draft) or ctx.say("visit.unknown"))
    return Card(
        title=title,
        quote=draft.text,
        rows=tuple(rows),
        note=ctx.say("simulation.note", name=rep.name, intent=texts.label("intent", intent)),
    )


def rep_of(ctx: Context, draft: VisitRecord) -> Member:
    """Whose note it would be: the customer's owner, else whoever asks."""
    customer = ctx.uow.customers.get(draft.customer_id) if draft.customer_id is not None else None
    owner = ctx.uow.members.get(customer.owner_id) if customer and customer.owner_id else None
    return owner if owner and owner.active else ctx.member


def what_follows(ctx: Context, draft: VisitRecord) -> list[Row]:
    """Checks, reminders and talk-tracks; without a known customer no clock starts: only names are told."""
    items: Sequence[NodeItem] = ()
    if draft.customer_id is None:
        nodes = [opening.node.name for opening in wanted_nodes(ctx, draft)]
        record, nudges = draft, ctx.say("simulation.no_customer")
    else:
        record = replace(draft, status=VisitStatus.SAVED, saved_at=ctx.now)
        record = ctx.uow.visits.save(record)
        follow_up(ctx, record)
        items = [each for each in ctx.uow.node_items.of_visit(record.id) if each.status is NodeStatus.OPEN]
        nodes = [describe(ctx, item) for item in items]
        nudges = ctx.say("audit.semicolon").join(nudge_lines(ctx, record, items))
    tracks = [track.title for track, _ in offer_for_record(ctx, record)]
    none, comma = ctx.say("simulation.none"), ctx.say("visit.and")
    return [
        Row(label=ctx.say("simulation.nodes"), value=ctx.say("audit.semicolon").join(nodes) or none),
        Row(label=ctx.say("simulation.nudges"), value=nudges or none),
        Row(label=ctx.say("simulation.tracks"), value=comma.join(tracks) or none),
    ]


def describe(ctx: Context, item: NodeItem) -> str:
    """「竞品应对备案（11-20 周五 15:00 提醒…）」."""
    node = ctx.deps.playbook.node(item.node_key)
    name = node.name if node else item.node_key
    return node_line(name, item, now=ctx.now, texts=ctx.deps.texts)


def nudge_lines(ctx: Context, record: VisitRecord, items: Sequence[NodeItem]) -> list[str]:
    """Each reminder that would be planned: when, to whom, and about what."""
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    planned: list[tuple[Nudge, str]] = []
    for item in items:
        node = ctx.deps.playbook.node(item.node_key)
        ladder = plan_node_nudges(
            item, supervisor_id=ctx.member.supervisor_id, manners=manners, calendar=calendar
        )
        planned += [(nudge, node.name if node else item.node_key) for nudge in ladder]
    for action in ctx.uow.next_actions.of_visit(record.id):
        nudge = plan_action_nudge(action, manners=manners, calendar=calendar)
        planned += [(nudge, action.text)] if nudge else []
    lines = []
    for nudge, about in sorted(planned, key=lambda pair: pair[0].send_at):
        to = ctx.uow.members.get(nudge.member_id)
        when = ctx.deps.texts.moment(nudge.send_at, now=ctx.now)
        step = ctx.deps.texts.label("step", nudge.step)
        lines.append(
            ctx.say("simulation.nudge", when=when, name=to.name if to else "", step=step, about=about)
        )
    return lines
