"""What people call their open items: with the names of the customer and the rep."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.people import Member
from bot.domain.playbook import Playbook
from handlers.ports import UnitOfWork
from handlers.router import read_id
from prompts.nudges import DueItem, action_item, node_item


def describe_node(uow: UnitOfWork, playbook: Playbook, item: NodeItem) -> DueItem | None:
    """The item as a line; None where the playbook no longer has its node."""
    node = playbook.node(item.node_key)
    rep = uow.members.get(item.member_id)
    if node is None:
        return None
    return node_item(node, item, customer=short_name(uow, item.customer_id), rep=rep.name if rep else "")


def describe_action(uow: UnitOfWork, action: NextAction) -> DueItem:
    """The promised action as a line."""
    return action_item(action, customer=short_name(uow, action.customer_id))


def find_item(uow: UnitOfWork, playbook: Playbook, subject: str) -> DueItem | None:
    """The open item behind `node:12` or `action:7`; None if it is closed or unknown."""
    kind, _, number = subject.partition(":")
    if kind == "node":
        item = uow.node_items.get(read_id(number))
        return describe_node(uow, playbook, item) if item and item.status is NodeStatus.OPEN else None
    action = uow.next_actions.get(read_id(number)) if kind == "action" else None
    return describe_action(uow, action) if action and action.status is NextActionStatus.OPEN else None


def open_items(uow: UnitOfWork, playbook: Playbook, member: Member) -> list[DueItem]:
    """Everything that a member has open, the earliest due first, undated last."""
    nodes = [describe_node(uow, playbook, item) for item in uow.node_items.open_of(member.id)]
    actions = [describe_action(uow, action) for action in uow.next_actions.open_of(member.id)]
    return by_due([*[each for each in nodes if each], *actions])


def by_due(items: Sequence[DueItem]) -> list[DueItem]:
    """The earliest due first, undated last."""
    return sorted(items, key=_due_key)


def _due_key(due: DueItem) -> tuple[bool, float]:
    return (due.due_at is None, due.due_at.timestamp() if due.due_at else 0)


def short_name(uow: UnitOfWork, customer_id: int) -> str:
    """What people call the customer."""
    customer = uow.customers.get(customer_id)
    return customer.short_name if customer else ""
