"""Open checks and promises of many people at once, for ticks and lists that must not ask one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select

from bot.domain.customers import Customer
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.people import Member
from storage.ledger import Trail
from storage.tables import customers, members, next_actions, node_items, visits

NODE_COLUMNS = tuple(node_items.c[field.name] for field in fields(NodeItem))
ACTION_COLUMNS = tuple(next_actions.c[field.name] for field in fields(NextAction))
MEMBER_COLUMNS = tuple(members.c[field.name] for field in fields(Member))


class OpenItems:
    """Reads only, and reserves nothing: what is closed meanwhile is answered as an old button."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def nodes(self, ids: Iterable[int]) -> Mapping[int, NodeItem]:
        """Those of the checks that are open, by id."""
        wanted = list(ids)
        if not wanted:
            return {}
        query = select(*NODE_COLUMNS).where(
            node_items.c.id.in_(wanted), node_items.c.status == NodeStatus.OPEN
        )
        found = (NodeItem(**row._mapping) for row in self._connection.execute(query))
        return {item.id: item for item in found}

    def actions(self, ids: Iterable[int]) -> Mapping[int, NextAction]:
        """Those of the promises that are open, by id."""
        wanted = list(ids)
        if not wanted:
            return {}
        query = select(*ACTION_COLUMNS).where(
            next_actions.c.id.in_(wanted), next_actions.c.status == NextActionStatus.OPEN
        )
        found = (NextAction(**row._mapping) for row in self._connection.execute(query))
        return {action.id: action for action in found}

    def nodes_of(self, member_ids: Iterable[int]) -> Sequence[NodeItem]:
        """All open checks of these members, by due time."""
        query = select(*NODE_COLUMNS).where(
            node_items.c.member_id.in_(list(member_ids)), node_items.c.status == NodeStatus.OPEN
        )
        rows = self._connection.execute(query.order_by(node_items.c.due_at, node_items.c.id))
        return tuple(NodeItem(**row._mapping) for row in rows)

    def waived(self, member_ids: Iterable[int], *, since: datetime, until: datetime) -> Sequence[NodeItem]:
        """What these members waived after `since` up to `until`; nothing of a private record."""
        private = select(visits.c.id).where(visits.c.id == node_items.c.visit_id, visits.c.private)
        query = select(*NODE_COLUMNS).where(
            node_items.c.member_id.in_(list(member_ids)),
            node_items.c.status == NodeStatus.WAIVED,
            node_items.c.closed_at > since,
            node_items.c.closed_at <= until,
            ~private.exists(),
        )
        rows = self._connection.execute(query.order_by(node_items.c.closed_at, node_items.c.id))
        return tuple(NodeItem(**row._mapping) for row in rows)

    def members(self, ids: Iterable[int]) -> Mapping[int, Member]:
        """Members by id."""
        query = select(*MEMBER_COLUMNS).where(members.c.id.in_(list(ids)))
        found = (Member(**row._mapping) for row in self._connection.execute(query))
        return {member.id: member for member in found}

    def customer_names(self, ids: Iterable[int]) -> Mapping[int, str]:
        """What people call these customers, by id."""
        wanted = list(ids)
        if not wanted:
            return {}
        query = select(customers.c.id, customers.c.name, customers.c.aliases).where(
            customers.c.id.in_(wanted)
        )
        return {
            row.id: Customer(id=row.id, name=row.name, aliases=row.aliases).short_name
            for row in self._connection.execute(query)
        }
