"""What follows from a saved record: promised actions, their reminders and those of checks, known people."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.calendar import SHANGHAI
from bot.domain.changes import Change
from bot.domain.customers import Contact
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import Subject, plan_action_nudge, plan_gate_nudges, plan_node_nudges
from bot.domain.understanding import Action, Field
from bot.domain.visits import VisitRecord
from handlers.context import Context
from handlers.lead_intake import plan_for_lead
from prompts.cards import action_label


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
        reason=old.reason if old else "",
    )
    if wanted != old:
        plan_for_action(ctx, ctx.uow.next_actions.save(wanted))


def plan_for_action(ctx: Context, action: NextAction) -> None:
    """Plan the action's reminder anew."""
    ctx.uow.nudges.cancel(Subject.ACTION, action.id)
    nudge = plan_action_nudge(action, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    if nudge and action.status is NextActionStatus.OPEN:
        ctx.uow.nudges.plan(nudge)


def plan_for_node(ctx: Context, item: NodeItem) -> None:
    """Plan the item's whole ladder anew."""
    ctx.uow.nudges.cancel(Subject.NODE, item.id)
    ctx.uow.nudges.cancel(Subject.GATE, item.id)
    if item.status is not NodeStatus.OPEN:
        return
    member = ctx.uow.members.get(item.member_id)
    supervisor_id = member.supervisor_id if member else None
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    if item.asked_at:
        # Whoever waits for a supervisor's yes is not reminded of the check itself.
        wait = ctx.deps.playbook.thresholds.gate_answer
        for nudge in plan_gate_nudges(
            item,
            supervisor_id=supervisor_id or item.member_id,
            wait=wait,
            manners=manners,
            calendar=calendar,
        ):
            ctx.uow.nudges.plan(nudge)
        return
    for nudge in plan_node_nudges(item, supervisor_id=supervisor_id, manners=manners, calendar=calendar):
        ctx.uow.nudges.plan(nudge)


def plan_for_member(ctx: Context, member_id: int) -> None:
    """Plan all that the member has open anew, as after another supervisor was named."""
    for item in ctx.uow.node_items.open_of(member_id):
        plan_for_node(ctx, item)


def learn_contacts(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """People named in a confirmed record are known at that customer from now on."""
    contacts = ctx.uow.contacts.of(customer_id)
    known = {name for each in contacts for name in (each.name, f"{each.department}{each.name}")}
    for fact in record.facts.of(Field.CONTACT):
        if fact.value not in known:
            known.add(fact.value)
            ctx.uow.contacts.save(Contact(id=0, customer_id=customer_id, name=fact.value))


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
        elif change.noun == "member":
            plan_for_member(ctx, change.noun_id)
        elif change.noun == "lead":
            lead = ctx.uow.leads.get(change.noun_id)
            if lead:
                plan_for_lead(ctx.uow, ctx.deps, lead)
