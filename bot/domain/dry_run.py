"""A dry run (试算): what rules would have sent over a stretch of the past, planned by the same functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import WorkCalendar
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import plan_action_nudge, plan_node_nudges
from bot.domain.people import Member
from bot.domain.playbook import Playbook
from bot.domain.posting import Message, Reminder, plan_mornings, post
from bot.domain.replay import History, replay_items, saved_at

LOOK_BACK = timedelta(days=45)
"""An item opened before the stretch may be heard of inside it, up to the last step of its ladder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The messages that rules would have sent between two moments, by time."""

    since: datetime
    until: datetime
    messages: tuple[Message, ...] = ()

    def per_day(self) -> Mapping[date, int]:
        """How many a day; days without one are not in it."""
        return Counter(message.day for message in self.messages)

    def per_member(self) -> Sequence[tuple[int, int]]:
        """Member and number of messages, the most first."""
        return Counter(message.member_id for message in self.messages).most_common()

    def worst_day_of(self, member_id: int) -> tuple[date, int]:
        """The day with the member's most messages; LookupError for one who gets none."""
        days = Counter(message.day for message in self.messages if message.member_id == member_id)
        if not days:
            raise LookupError(f"no message to member {member_id}")
        return min(days.items(), key=lambda pair: (-pair[1], pair[0]))

    def worst(self) -> tuple[int, date, int] | None:
        """Who would have got most on one day; None where nothing would have been sent."""
        found = [(member_id, *self.worst_day_of(member_id)) for member_id, _ in self.per_member()]
        return max(found, key=lambda each: each[2], default=None)

    def samples(self, limit: int) -> Sequence[Message]:
        """Messages from all over the stretch, one a member as far as that goes; private matters left out."""
        shown = [each for each in self.messages if each.about and not any(one.private for one in each.about)]
        seen: Counter[int] = Counter()
        ranked = []
        for message in shown:
            ranked.append((seen[message.member_id], message.at, message))
            seen[message.member_id] += 1
        first = sorted(ranked, key=lambda each: each[:2])[:limit]
        return tuple(sorted((message for *_, message in first), key=lambda message: message.at))


def run_dry(
    history: History,
    playbook: Playbook,
    *,
    calendar: WorkCalendar,
    since: datetime,
    until: datetime,
    only: str = "",
    team: str = "",
) -> DryRun:
    """What `playbook` would have sent; with `only`, because of that node alone; with `team`, of its people.

    Items that history knows close when they did; those that only the changed rules open stay open, as if
    nobody had cared: the worst case. What was put off is reckoned as if it had not been.
    """
    people = {each.id: each for each in history.members if each.active}
    items = [
        item for item in replay_items(history, playbook, calendar=calendar) if only in ("", item.node_key)
    ]
    reminders = [*_of_items(items, history, playbook, people=people, calendar=calendar)]
    if not only:
        reminders += _of_actions(history, playbook, people=people, calendar=calendar)
        reminders += plan_mornings(
            people, manners=playbook.manners, calendar=calendar, since=since, until=until
        )
    messages = post(reminders, people, manners=playbook.manners, calendar=calendar, until=until)
    wanted = (each for each in messages if each.at >= since and team in ("", people[each.member_id].team))
    return DryRun(since=since, until=until, messages=tuple(wanted))


def _of_items(
    items: Iterable[NodeItem],
    history: History,
    playbook: Playbook,
    *,
    people: Mapping[int, Member],
    calendar: WorkCalendar,
) -> Iterator[Reminder]:
    private = {record.id for record in history.records if record.private}
    for item in items:
        member = people.get(item.member_id)
        if member is None:
            continue
        ladder = plan_node_nudges(
            replace(item, status=NodeStatus.OPEN),
            supervisor_id=member.supervisor_id,
            manners=playbook.manners,
            calendar=calendar,
        )
        for nudge in ladder:
            yield Reminder(
                nudge=nudge,
                customer_id=item.customer_id,
                node_key=item.node_key,
                private=item.visit_id in private,
                closed_at=item.closed_at,
            )


def _of_actions(
    history: History, playbook: Playbook, *, people: Mapping[int, Member], calendar: WorkCalendar
) -> Iterator[Reminder]:
    records = {record.id: record for record in history.records}
    quiet_hours = playbook.manners.quiet_hours
    for action in history.actions:
        record = records.get(action.visit_id)
        nudge = plan_action_nudge(action, manners=playbook.manners, calendar=calendar)
        if nudge is None or record is None or action.member_id not in people:
            continue
        # What is promised for the next hour is reminded of at once, as the running program does.
        at = max(nudge.send_at, quiet_hours.release(saved_at(record), calendar))
        yield Reminder(
            nudge=replace(nudge, send_at=at),
            customer_id=action.customer_id,
            text=action.text,
            private=record.private,
            closed_at=action.closed_at,
        )
