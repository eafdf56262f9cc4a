"""Whatever people do, in any order: every check has one status, reminders follow it, and undo restores."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import NudgeStatus, Subject
from bot.domain.opportunities import Opportunity
from handlers.context import Deps
from storage.database import Database
from tests.handlers.office import Office, copy_of, words

NOTES = (
    "刚拜访完杭州康联，他们也在看西门子，让我周五前发报价",
    "刚拜访完杭州康联，张总说要走招标，让我下周三之前发方案",
    "刚拜访完杭州康联，预算不足，让我周五前推进合同",
)

Step = Callable[[Office], object]


def note(number: int) -> Step:
    def act(office: Office) -> None:
        shown = office.say("liming", NOTES[number])
        if "确认" in words(shown):
            office.tap("liming", shown, "确认")

    return act


def items_of(office: Office, status: NodeStatus | None = None) -> list[NodeItem]:
    with office.look() as uow:
        found = uow.node_items.of_customer(1)
    return [item for item in found if status is None or item.status is status]


def deals_of(office: Office) -> list[Opportunity]:
    with office.look() as uow:
        return list(uow.opportunities.of(1))


def press_first(status: NodeStatus, action: str) -> Step:
    def act(office: Office) -> None:
        found = items_of(office, status)
        if found:
            office.press("liming", action.format(found[0].id))

    return act


def press_deal(action: str) -> Step:
    def act(office: Office) -> None:
        found = deals_of(office)
        if found:
            office.press("liming", action.format(found[0].id))

    return act


STEPS: dict[str, Step] = {
    "note 0": note(0),
    "note 1": note(1),
    "note 2": note(2),
    "attest": press_first(NodeStatus.OPEN, "node.attest:{}"),
    "waive": press_first(NodeStatus.OPEN, "node.waive_as:{}=lost"),
    "tomorrow": press_first(NodeStatus.OPEN, "node.tomorrow:{}"),
    "reopen": press_first(NodeStatus.WAIVED, "node.reopen:{}"),
    "approve": lambda office: [
        office.press("wangjie", f"gate.approve:{item.id}") for item in items_of(office, NodeStatus.OPEN)
    ],
    "new deal": lambda office: office.press("liming", "deal.create:1/lead/=化学发光仪"),
    "demo": press_deal("deal.move:{}=demo"),
    "lost": press_deal("deal.end:{}/lost=价格太高"),
    "reopen deal": press_deal("deal.reopen:{}"),
    "undo": lambda office: office.say("liming", "撤销"),
}


def check_invariants(office: Office) -> None:
    """The counts add up, no deal and node has two open items, and nobody is reminded of a closed one."""
    items = items_of(office)
    counts = {status: len(items_of(office, status)) for status in NodeStatus}
    assert sum(counts.values()) == len(items)
    still = [(item.node_key, item.opportunity_id) for item in items if item.status is NodeStatus.OPEN]
    assert len(still) == len(set(still))
    for item in items:
        assert (item.closed_at is None) is (item.status is NodeStatus.OPEN)
        with office.look() as uow:
            planned = [n for n in uow.nudges.of(Subject.NODE, item.id) if n.status is NudgeStatus.PLANNED]
        expected = item.status is NodeStatus.OPEN and item.asked_at is None
        assert bool(planned) is expected


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=some.lists(some.sampled_from(sorted(STEPS)), min_size=3, max_size=9))
def test_statuses_add_up_and_reminders_follow(deps: Deps, founded: Database, names: list[str]) -> None:
    with copy_of(founded) as database:
        office = Office(database=database, deps=deps)
        note(0)(office)
        for name in names:
            office.wait(minutes=7)
            STEPS[name](office)
            check_invariants(office)


UNDOABLE = sorted(set(STEPS) - {"undo", "approve", "note 0", "note 1", "note 2"})


def state_of(office: Office) -> tuple[object, ...]:
    """All that a step may change, but what was made and withdrawn since."""
    items = [item for item in items_of(office) if item.status is not NodeStatus.CANCELLED or item.reason]
    return tuple(items), tuple(deals_of(office))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=some.lists(some.sampled_from(sorted(set(STEPS) - {"undo"})), max_size=4),
    last=some.sampled_from(UNDOABLE),
)
def test_undo_restores_what_was(deps: Deps, founded: Database, before: list[str], last: str) -> None:
    with copy_of(founded) as database:
        office = Office(database=database, deps=deps)
        for name in ["note 0", "new deal", *before]:
            office.wait(minutes=7)
            STEPS[name](office)
        office.wait(minutes=7)
        was = state_of(office)
        STEPS[last](office)
        if state_of(office) == was:
            return
        office.wait(minutes=1)
        office.say("liming", "撤销")
        assert state_of(office) == was
        check_invariants(office)


def test_whoever_waits_for_a_yes_is_not_reminded(deps: Deps, founded: Database) -> None:
    with copy_of(founded) as database:
        office = Office(database=database, deps=deps)
        note(2)(office)
        gate = next(item for item in items_of(office) if item.node_key == "clause_consensus")
        office.press("liming", f"node.attest:{gate.id}")
        assert next(item for item in items_of(office) if item.id == gate.id).asked_at == office.now
        check_invariants(office)
        office.wait(minutes=5)
        STEPS["approve"](office)
        assert next(item for item in items_of(office) if item.id == gate.id).status is NodeStatus.DONE
        check_invariants(office)
