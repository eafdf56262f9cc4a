"""「/试算」: what the rules, or changed ones, would have sent over the past two weeks; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendar import WorkCalendar
from bot.domain.dry_run import LOOK_BACK, DryRun, run_dry
from bot.domain.errors import OutOfBounds, Refusal
from bot.domain.messages import Outgoing
from bot.domain.nodes import Node
from bot.domain.overrides import conflict_of, find_setting, set_value
from bot.domain.people import Role
from bot.domain.playbook import Playbook
from bot.domain.replay import History
from handlers.context import Context
from handlers.items import short_name
from handlers.ports import UnitOfWork
from handlers.router import Router
from handlers.thresholds import read_value
from prompts.dry_run import Names, dry_run_card
from prompts.texts import Texts

router = Router()

DAYS, MOST_DAYS = 14, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is to be tried: the rules, and the one node that was asked about, if any."""

    playbook: Playbook
    node: Node | None = None
    changed: bool = False


@router.command(
    "/试算",
    help="试算规则过去两周会发多少提醒，不会真的发",
    role=Role.ADMIN,
    usage="[节点 [提醒|预警 6小时]]",
)
def try_rules(ctx: Context) -> list[Outgoing]:
    """「/试算」, 「/试算 竞品应对备案」, 「/试算 竞品应对备案 提醒 6小时」."""
    trial = read_trial(ctx.argument, ctx.deps.playbook, ctx.deps.texts)
    since = ctx.now - timedelta(days=DAYS)
    history = read_history(ctx.uow, since=since, until=ctx.now)
    only = trial.node.key if trial.node else ""
    found = try_on(history, trial.playbook, calendar=ctx.deps.calendar, since=since, until=ctx.now, only=only)
    before = None
    if trial.changed:
        before = try_on(
            history, ctx.deps.playbook, calendar=ctx.deps.calendar, since=since, until=ctx.now, only=only
        )
    card = dry_run_card(
        found,
        before=before,
        node=trial.node,
        names=names_in(ctx.uow, found, history, trial.playbook),
        texts=ctx.deps.texts,
    )
    return [ctx.show(card)]


def read_history(uow: UnitOfWork, *, since: datetime, until: datetime) -> History:
    """All that a dry run between the two moments needs."""
    return uow.histories.between(since - LOOK_BACK, until)


def try_on(
    history: History,
    playbook: Playbook,
    *,
    calendar: WorkCalendar,
    since: datetime,
    until: datetime,
    only: str = "",
) -> DryRun:
    """The dry run of one playbook."""
    return run_dry(history, playbook, calendar=calendar, since=since, until=until, only=only)


def read_trial(argument: str, playbook: Playbook, texts: Texts) -> Trial:
    """The rules as the words change them; a Refusal that tells how to write it."""
    words = argument.split()
    if not words:
        return Trial(playbook=playbook)
    node = next((each for each in playbook.nodes if words[0] in (each.name, each.key)), None)
    if node is None:
        known = texts.say("visit.and").join(each.name for each in playbook.nodes)
        raise Refusal("dry_run.no_such_node", name=words[0], nodes=known)
    if len(words) == 1:
        return Trial(playbook=playbook, node=node)
    parts = {texts.label("threshold", part): part for part in ("due", "alert")}
    if len(words) < 3 or words[1] not in parts:
        raise Refusal("people.usage", usage=texts.say("dry_run.usage"))
    changed = change_clock(playbook, node, parts[words[1]], words="".join(words[2:]), texts=texts)
    return Trial(playbook=changed, node=changed.node(node.key), changed=True)


def change_clock(playbook: Playbook, node: Node, part: str, *, words: str, texts: Texts) -> Playbook:
    """The playbook with another clock of the node, within the bounds of 「/阈值」.

    Raises Refusal for words that are no length, OutOfBounds for what could not be set.
    """
    key = f"nodes.{node.key}.{part}"
    setting = find_setting(key)
    value = read_value(texts, setting, words) if setting else None
    if setting is None or value is None:
        raise Refusal("people.usage", usage=texts.say("dry_run.usage"))
    if not setting.holds(value):
        least, most = (texts.length(bound) for bound in (setting.least, setting.most))
        name = f"{node.name} {texts.label('threshold', part)}"
        raise OutOfBounds("threshold.bounds", name=name, least=least, most=most)
    changed = set_value(playbook, key, value)
    problem = conflict_of(changed)
    if problem:
        raise OutOfBounds(f"threshold.conflict_{problem}")
    return changed


def names_in(uow: UnitOfWork, found: DryRun, history: History, playbook: Playbook) -> Names:
    """What people call the members, customers and nodes that the result shows."""
    about = [each for message in found.messages for each in message.about]
    return Names(
        members={each.id: each.name for each in history.members},
        customers={each: short_name(uow, each) for each in {one.customer_id for one in about}},
        nodes={node.key: node.name for node in playbook.nodes},
    )
