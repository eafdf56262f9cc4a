"""However people act and the clock jumps: nobody is disturbed at night, twice, too often or too early."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text as sql

from bot.domain.calendar import QuietHours
from bot.domain.messages import Outgoing, Priority
from bot.domain.nodes import NodeItem, NodeStatus, Opening, open_item
from bot.domain.nudges import LadderStep, plan_node_nudges
from bot.domain.opportunities import Opportunity
from bot.domain.people import Role
from handlers.context import Deps
from tests.handlers.office import KANGLIAN, Office, founded_database, last_card, open_deps, words

REPS = st.sampled_from(["liming", "zhouqian", "hewei"])
WAITS = st.sampled_from([1, 4, 11, 47, 60, 180, 720, 1440, 4320])
WAR = "刚拜访完杭州康联，张总说太贵了，西门子报价低8%，聊了报价，让我周五前发报价。"
GAP = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Left:
    """A message that nobody had asked for, and when it left."""

    at: datetime
    outgoing: Outgoing
    quiet_hours: QuietHours
    """Those that held at that moment."""

    @property
    def is_alert(self) -> bool:
        return self.outgoing.as_text().startswith("🔔")


@cache
def loaded() -> Deps:
    """Loaded once: it keeps nothing."""
    return open_deps()


class Manners(RuleBasedStateMachine):
    """Some days in the office, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.office = Office(database=self.stack.enter_context(founded_database()), deps=loaded())
        # Small budgets are spent sooner, and so are tried harder.
        small = {"rep_daily": 2, "supervisor_daily": 2, "alerts_daily": 1}
        self.office.with_playbook(lambda book: replace(book, manners=replace(book.manners, **small)))
        self.left: list[Left] = []
        self.day = self.office.now.date()
        self.quiet_hours = self.office.deps.playbook.manners.quiet_hours

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def a_deal_is_being_negotiated(self) -> None:
        with self.office.look() as uow:
            (customer,) = uow.customers.named(KANGLIAN)
            assert customer.owner_id
            deal = Opportunity(
                id=0,
                customer_id=customer.id,
                owner_id=customer.owner_id,
                title="三台",
                stage_key="negotiation",
                stage_entered_at=self.office.now,
            )
            uow.opportunities.save(deal)

    @rule(who=REPS, number=st.integers(0, 5), count=st.integers(1, 3))
    def checks_open(self, who: str, number: int, count: int) -> None:
        office = self.office
        manners, calendar = office.deps.playbook.manners, office.deps.calendar
        member = office.member(who)
        with office.look() as uow:
            for customer_id in range(1, count + 1):
                item = open_item(
                    Opening(node=office.deps.playbook.nodes[number], said="说过", trigger=""),
                    member_id=member.id,
                    customer_id=customer_id,
                    visit_id=None,
                    at=office.now,
                    calendar=calendar,
                    quiet_hours=manners.quiet_hours,
                )
                saved = uow.node_items.save(item)
                for nudge in plan_node_nudges(
                    saved, supervisor_id=member.supervisor_id, manners=manners, calendar=calendar
                ):
                    uow.nudges.plan(nudge)

    @rule()
    def a_price_war_is_told(self) -> None:
        shown = self.office.say("liming", WAR)
        self.office.wait(minutes=1)
        self.office.tap("liming", shown, "确认")

    @rule(pick=st.integers(0, 99))
    def one_is_put_off(self, pick: int) -> None:
        if found := self._pick(pick):
            who, item = found
            asked = self.office.press(who, f"node.tomorrow:{item.id}")
            if "卡在哪儿" in words(asked):
                self.office.say(who, "客户出差了")

    @rule(pick=st.integers(0, 99))
    def one_is_done(self, pick: int) -> None:
        if found := self._pick(pick):
            self.office.press(found[0], f"node.attest:{found[1].id}")

    @rule(who=REPS, wish=st.sampled_from(["今天免打扰", "只要日报", "不提醒 竞品", "恢复提醒"]))
    def noise_is_turned_down(self, who: str, wish: str) -> None:
        shown = self.office.say(who, wish)
        if "可以静音" in last_card(shown).title:
            self.office.tap(who, shown, "照样静音")

    @rule(days=st.integers(0, 3))
    def a_supervisor_goes_on_leave(self, days: int) -> None:
        first = self.office.now.date()
        last = first + timedelta(days=days)
        self.office.say("wangjie", f"请假 {first:%m-%d}~{last:%m-%d} 代理 陈亮")

    @rule()
    def the_supervisor_comes_back(self) -> None:
        self.office.say("wangjie", "销假")

    @rule(begin=st.sampled_from([17, 18, 20]))
    def an_admin_changes_the_quiet_hours(self, begin: int) -> None:
        assert "静默" in words(self.office.say("zhaogong", f"/静默 {begin}:00-08:30"))
        self.quiet_hours = QuietHours(begin=time(begin, 0), end=time(8, 30))

    @rule(minutes=WAITS)
    def time_passes(self, minutes: int) -> None:
        self.office.wait(minutes=minutes)
        self._tick()

    @rule()
    def the_next_reminder_is_due(self) -> None:
        with self.office.look() as uow:
            at = uow.nudges.next_at()
        self.office.now = max(self.office.now, at) if at else self.office.now
        self._tick()

    def _tick(self) -> None:
        office = self.office
        if office.now.date() != self.day:
            office.begin_day()
            self.day = office.now.date()
        before = len(self._sent_nudges())
        for outgoing in office.tick():
            if outgoing.priority > Priority.REPLY:
                self.left.append(Left(at=office.now, outgoing=outgoing, quiet_hours=self.quiet_hours))
        self._check_snoozes(self._sent_nudges()[before:])

    def _check_snoozes(self, fresh: list[tuple[str, str, datetime]]) -> None:
        """No supervisor hears of what is put off."""
        with self.office.look() as uow:
            for key, step, _ in fresh:
                if key.startswith("node:") and step != LadderStep.REP:
                    item = uow.node_items.get(int(key.split(":")[1]))
                    assert item
                    assert item.due_at <= self.office.now or item.status is not NodeStatus.OPEN

    def _sent_nudges(self) -> list[tuple[str, str, datetime]]:
        query = "SELECT key, step, sent_at FROM nudges WHERE status IN ('sent', 'muted') ORDER BY sent_at, id"
        with self.office.database.read() as connection:
            rows = connection.execute(sql(query)).all()
        return [(row.key, row.step, datetime.fromisoformat(str(row.sent_at))) for row in rows]

    def _pick(self, pick: int) -> tuple[str, NodeItem] | None:
        with self.office.look() as uow:
            members = uow.members.all()
            items = uow.open_items.nodes_of([member.id for member in members])
            if not items:
                return None
            item = items[pick % len(items)]
            owner = next(member for member in members if member.id == item.member_id)
        assert owner.address
        return owner.address.user_id, item

    @invariant()
    def nobody_is_disturbed_in_quiet_hours(self) -> None:
        calendar = self.office.deps.calendar
        assert not any(each.quiet_hours.holds(each.at, calendar) for each in self.left)

    @invariant()
    def nothing_leaves_twice(self) -> None:
        counts = Counter(each.outgoing.nudge_id for each in self.left)
        assert all(count == 1 for count in counts.values())

    @invariant()
    def budgets_hold(self) -> None:
        budget = self.office.deps.playbook.manners
        counts = Counter((each.outgoing.to.user_id, each.at.date(), each.is_alert) for each in self.left)
        for (user_id, _, is_alert), count in counts.items():
            role = self.office.member(user_id).role
            daily = budget.rep_daily if role is Role.REP else budget.supervisor_daily
            assert count <= (budget.alerts_daily if is_alert else daily)

    @invariant()
    def messages_keep_their_distance(self) -> None:
        last: dict[str, datetime] = {}
        for each in self.left:
            who = each.outgoing.to.user_id
            if each.is_alert:
                continue
            if who in last and each.outgoing.priority is not Priority.DIGEST:
                assert each.at - last[who] >= GAP
            last[who] = each.at

    @invariant()
    def the_ladder_never_skips_the_rep(self) -> None:
        sent = {key: at for key, _, at in self._sent_nudges()}
        for key, at in sent.items():
            subject, number, step, snoozes = key.split(":")
            if subject != "node" or step == LadderStep.REP:
                continue
            assert sent[f"node:{number}:rep:{snoozes}"] < at
            if step == LadderStep.SUPERVISOR:
                assert sent[f"node:{number}:digest:{snoozes}"] < at

    @invariant()
    def nothing_is_lost(self) -> None:
        query = "SELECT key FROM nudges WHERE status != 'cancelled'"
        with self.office.database.read() as connection:
            keys = set(connection.execute(sql(query)).scalars())
        with self.office.look() as uow:
            for item in uow.open_items.nodes_of([member.id for member in uow.members.all()]):
                if item.asked_at:
                    # Whoever waits for a supervisor's yes is not reminded.
                    continue
                for step in (LadderStep.REP, LadderStep.DIGEST, LadderStep.SUPERVISOR):
                    assert f"node:{item.id}:{step}:{item.snoozes}" in keys

    @invariant()
    def a_team_sees_its_own(self) -> None:
        for each in self.left:
            if each.outgoing.to.user_id in ("wangjie", "liming", "zhouqian"):
                assert "何伟" not in each.outgoing.as_text()


Manners.TestCase.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
TestManners = Manners.TestCase
