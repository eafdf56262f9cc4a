"""What follows from a saved record: promised actions, process nodes and their nudges."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.calendar import SHANGHAI
from bot.domain.changes import Change
from bot.domain.customers import Contact
from bot.domain.messages import Row
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus, match_nodes, open_item
from bot.domain.nudges import Subject, plan_action_nudge, plan_node_nudges
from bot.domain.understanding import Action, Field
from bot.domain.visits import VisitRecord
from handlers.context import Context
from prompts.cards import action_label, node_row


def follow_up(ctx: Context, record: VisitRecord) -> None:
    """Bring actions, nodes, nudges and known contacts in line with a saved record."""
    assert record.customer_id is not None
    move_nodes(ctx, record, customer_id=record.customer_id)
    keep_actions(ctx, record, customer_id=record.customer_id)
    open_nodes(ctx, record, customer_id=record.customer_id)
    learn_contacts(ctx, record, customer_id=record.customer_id)


def keep_actions(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """One open next action for each action of the record, in order; surplus ones are dropped."""
    existing = list(ctx.uow.next_actions.of_visit(record.id))
    actions = record.facts.actions
    for number, action in enumerate(actions):
        old = existing[number] if number < len(existing) else None
        _keep_action(ctx, record, action, customer_id=customer_id, old=old)
    for surplus in existing[len(actions) :]:
        if surplus.status is NextActionStatus.OPEN:
            dropped = replace(surplus, status=NextActionStatus.DROPPED, closed_at=ctx.now)
            ctx.uow.next_actions.save(dropped)
            ctx.uow.nudges.cancel(Subject.ACTION, surplus.id)


def _keep_action(
    ctx: Context, record: VisitRecord, action: Action, *, customer_id: int, old: NextAction | None
) -> None:
    wanted = NextAction(
        id=old.id if old else 0,
        visit_id=record.id,
        member_id=record.member_id,
        customer_id=customer_id,
        kind=action.kind,
        text=action_label(action, ctx.deps.texts),
        due_at=action.due.moment(ctx.now.astimezone(SHANGHAI)) if action.due else None,
        snoozes=old.snoozes if old else 0,
    )
    if wanted != old:
        plan_for_action(ctx, ctx.uow.next_actions.save(wanted))


def plan_for_action(ctx: Context, action: NextAction) -> None:
    """Plan the action's reminder anew."""
    ctx.uow.nudges.cancel(Subject.ACTION, action.id)
    nudge = plan_action_nudge(action, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    if nudge and action.status is NextActionStatus.OPEN:
        ctx.uow.nudges.plan(nudge)


def open_nodes(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """Open every node that the record's facts call for and that is not open for this customer."""
    wanted = match_nodes(
        ctx.deps.playbook.nodes,
        record.facts,
        already_open=ctx.uow.node_items.open_keys(customer_id),
        team=ctx.member.team,
    )
    for node, said in wanted:
        item = open_item(
            node,
            member_id=record.member_id,
            customer_id=customer_id,
            visit_id=record.id,
            said=said,
            at=ctx.now,
            calendar=ctx.deps.calendar,
            quiet_hours=ctx.deps.playbook.manners.quiet_hours,
        )
        plan_for_node(ctx, ctx.uow.node_items.save(item))


def move_nodes(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """Open nodes of a record whose customer was corrected go with it."""
    for item in ctx.uow.node_items.of_visit(record.id):
        if item.status is NodeStatus.OPEN and item.customer_id != customer_id:
            ctx.uow.node_items.save(replace(item, customer_id=customer_id))


def plan_for_node(ctx: Context, item: NodeItem) -> None:
    """Plan the item's whole ladder anew."""
    ctx.uow.nudges.cancel(Subject.NODE, item.id)
    if item.status is not NodeStatus.OPEN:
        return
    member = ctx.uow.members.get(item.member_id)
    supervisor_id = member.supervisor_id if member else None
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    for nudge in plan_node_nudges(item, supervisor_id=supervisor_id, manners=manners, calendar=calendar):
        ctx.uow.nudges.plan(nudge)


def learn_contacts(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """People named in a confirmed record are known at that customer from now on."""
    known = {contact.name for contact in ctx.uow.contacts.of(customer_id)}
    for fact in record.facts.of(Field.CONTACT):
        if fact.value not in known:
            known.add(fact.value)
            ctx.uow.contacts.save(Contact(id=0, customer_id=customer_id, name=fact.value))


def node_rows(ctx: Context, record: VisitRecord) -> tuple[Row, ...]:
    """The open nodes that this record opened, as rows of its card."""
    rows = []
    for item in ctx.uow.node_items.of_visit(record.id):
        node = ctx.deps.playbook.node(item.node_key)
        if node and item.status is NodeStatus.OPEN:
            when = ctx.deps.texts.moment(item.due_at, now=ctx.now)
            rows.append(node_row(node, item, when=when, texts=ctx.deps.texts))
    return tuple(rows)


def replan_after(ctx: Context, changes: list[Change]) -> None:
    """After an undo: reminders follow what was restored."""
    for change in changes:
        if change.noun == "node_item":
            item = ctx.uow.node_items.get(change.noun_id)
            if item:
                plan_for_node(ctx, item)
        elif change.noun == "next_action":
            action = ctx.uow.next_actions.get(change.noun_id)
            if action:
                plan_for_action(ctx, action)
