"""「/阈值」: numbers of the playbook set by an admin within sane bounds, each kept with who and when."""

from __future__ import annotations

import re

from bot.domain.errors import OutOfBounds, Refusal, Stale
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.overrides import (
    EVERY_TEAM,
    Override,
    Setting,
    Unit,
    apply_overrides,
    conflict_of,
    find_setting,
    settable,
    value_in,
)
from bot.domain.people import Role
from handlers.context import Context
from handlers.router import Router
from prompts.texts import Texts

router = Router()

GROUPS = ("thresholds", "manners", "limits")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(\D*)")


@router.command("/阈值", help="看和改规则里的数字", role=Role.ADMIN, usage="名称 数值")
def show_or_set(ctx: Context) -> list[Outgoing]:
    """「/阈值」, 「/阈值 停滞」, 「/阈值 停滞 7天」, 「/阈值 竞品应对备案 提醒 6小时」, 默认 as a value."""
    words = ctx.argument.split()
    if not words:
        return list_all(ctx)
    key = find_key(ctx, words[:-1]) or find_key(ctx, words)
    if key is None:
        return list_node(ctx, words)
    if find_key(ctx, words) == key:
        return ctx.reply("threshold.now", name=name_of(ctx, key), value=shown(ctx, key))
    return [change(ctx, key, words[-1])]


@router.command("/试点", help="一个节点先在一个团队试行", role=Role.ADMIN, usage="节点 团队")
def try_out(ctx: Context) -> list[Outgoing]:
    """「/试点 竞品应对备案 华东」: only that team from now on."""
    words = ctx.argument.split()
    key = find_key(ctx, [*words[:1], ctx.deps.texts.label("threshold", "teams")]) if len(words) >= 2 else None
    if key is None:
        raise Refusal("people.usage", usage=ctx.say("threshold.usage_pilot"))
    teams = {member.team for member in ctx.uow.members.all()}
    for team in words[1:]:
        if team not in teams:
            raise Refusal("threshold.no_team", team=team)
    return [store(ctx, key, ",".join(sorted(words[1:])))]


@router.command("/推广", help="试点的节点推广到全部团队", role=Role.ADMIN, usage="节点")
def roll_out(ctx: Context) -> list[Outgoing]:
    """「/推广 竞品应对备案」, 「/推广 全部」: every team from now on."""
    words = ctx.argument.split()
    part = ctx.deps.texts.label("threshold", "teams")
    every = ctx.say("threshold.every")
    if words[:1] == [every]:
        keys = [f"nodes.{node.key}.teams" for node in ctx.deps.playbook.nodes if node.teams]
        if not keys:
            return ctx.reply("threshold.no_pilot")
        return [store(ctx, key, EVERY_TEAM) for key in keys]
    key = find_key(ctx, [*words[:1], part])
    if key is None:
        raise Refusal("people.usage", usage=ctx.say("threshold.usage_roll_out"))
    return [store(ctx, key, EVERY_TEAM)]


@router.command("/静默", help="晚上到早上不打扰的时间", role=Role.ADMIN, usage="20:00-08:30")
def set_quiet(ctx: Context) -> list[Outgoing]:
    """「/静默 20:00-08:30」: when nothing of ours is sent unless somebody asks."""
    return [change(ctx, "manners.quiet_hours", ctx.argument)]


def list_all(ctx: Context) -> list[Outgoing]:
    """Every number that can be set, what it is now, and which were changed."""
    changed = {each.key for each in ctx.uow.overrides.all() if each.value}
    rows = []
    for node in ctx.deps.playbook.nodes:
        keys = [f"nodes.{node.key}.{part}" for part in ("due", "alert", "enabled", "teams")]
        values = ctx.say("visit.and").join(f"{part_name(ctx, key)} {shown(ctx, key)}" for key in keys)
        rows.append(Row(label=mark(ctx, node.name, bool(changed & set(keys))), value=values))
    for group in GROUPS:
        keys = [each.key for each in settable(ctx.deps.playbook) if each.key.startswith(f"{group}.")]
        lines = [
            ctx.say("threshold.now", name=mark(ctx, name_of(ctx, key), key in changed), value=shown(ctx, key))
            for key in keys
        ]
        rows.append(Row(label=ctx.deps.texts.label("rule_group", group), value=" · ".join(lines)))
    return [
        ctx.show(Card(title=ctx.say("threshold.title"), rows=tuple(rows), note=ctx.say("threshold.note")))
    ]


def mark(ctx: Context, name: str, changed: bool) -> str:
    """A name that was changed by chat is marked."""
    return ctx.say("threshold.changed_mark", name=name) if changed else name


def list_node(ctx: Context, words: list[str]) -> list[Outgoing]:
    """The numbers of one node; Refusal for words that name nothing."""
    node = next((each for each in ctx.deps.playbook.nodes if each.name == words[0]), None)
    if node is None or len(words) > 1:
        raise Refusal("threshold.unknown", name=" ".join(words))
    keys = [f"nodes.{node.key}.{part}" for part in ("due", "alert", "enabled", "teams")]
    rows = tuple(Row(label=part_name(ctx, key), value=shown(ctx, key)) for key in keys)
    return [ctx.show(Card(title=node.name, rows=rows, note=ctx.say("threshold.note")))]


def find_key(ctx: Context, words: list[str]) -> str | None:
    """The setting that these words name: 停滞, or a node and one of its parts."""
    texts = ctx.deps.texts
    if len(words) == 1:
        key = texts.key_of("threshold", words[0])
        return next((each.key for each in settable(ctx.deps.playbook) if each.key.endswith(f".{key}")), None)
    node = next((each for each in ctx.deps.playbook.nodes if words and each.name == words[0]), None)
    part = texts.key_of("threshold", words[1]) if len(words) == 2 else None
    key = f"nodes.{node.key}.{part}" if node and part else ""
    return key if find_setting(key) else None


def name_of(ctx: Context, key: str) -> str:
    """「停滞」, or 「竞品应对备案 提醒」."""
    group, _, rest = key.partition(".")
    node = ctx.deps.playbook.node(rest.partition(".")[0]) if group == "nodes" else None
    return " ".join(filter(None, (node.name if node else "", part_name(ctx, key))))


def part_name(ctx: Context, key: str) -> str:
    """The last part of a setting's key, as people call it."""
    return ctx.deps.texts.label("threshold", key.rpartition(".")[2])


def shown(ctx: Context, key: str) -> str:
    """What holds now, in words."""
    return in_words(ctx, key, value_in(ctx.deps.playbook, key))


def in_words(ctx: Context, key: str, value: str) -> str:
    """A value in words: 6小时, 开, 华东, 20:00-08:30."""
    setting, texts = find_setting(key), ctx.deps.texts
    if setting is None:
        return value
    if setting.unit is Unit.LENGTH:
        return texts.length(value)
    if setting.unit is Unit.SWITCH:
        return texts.label("switch", value)
    if setting.unit is Unit.TEAMS:
        every = ctx.say("threshold.every")
        return every if value == EVERY_TEAM else ctx.say("visit.and").join(value.split(","))
    return value


def read_value(texts: Texts, setting: Setting, word: str) -> str | None:
    """A word as an override writes it; None where it cannot be read."""
    if setting.unit is Unit.SWITCH:
        return texts.key_of("switch", word)
    if setting.unit is Unit.QUIET:
        return word
    amount = _AMOUNT.fullmatch(word)
    if amount is None:
        return None
    if setting.unit is Unit.COUNT:
        return amount[1]
    units = {word: key for key in texts.keys_of("unit") for word in texts.label("unit_also", key).split()}
    unit = texts.key_of("unit", amount[2]) or units.get(amount[2], amount[2])
    return f"{amount[1]}{unit}"


def change(ctx: Context, key: str, word: str) -> Outgoing:
    """Set it, or give it back to the playbook; refused outside the bounds, with what they are."""
    setting = find_setting(key)
    if setting is None:
        raise Stale
    if word == ctx.say("threshold.reset_word"):
        return store(ctx, key, "")
    value = read_value(ctx.deps.texts, setting, word)
    if value is None or not setting.holds(value):
        if key == "thresholds.required_fields":
            raise OutOfBounds("threshold.no_more_fields", most=setting.most)
        if setting.unit is Unit.QUIET:
            raise OutOfBounds("threshold.quiet_bounds")
        least, most = (in_words(ctx, key, bound) for bound in (setting.least, setting.most))
        if setting.unit is Unit.SWITCH:
            least, most = (ctx.deps.texts.label("switch", each) for each in ("on", "off"))
        raise OutOfBounds("threshold.bounds", name=name_of(ctx, key), least=least, most=most)
    return store(ctx, key, value)


def store(ctx: Context, key: str, value: str) -> Outgoing:
    """Keep the override and tell old → new; open clocks keep the rule that they began with."""
    before = shown(ctx, key)
    old = ctx.uow.overrides.of(key)
    new = Override(id=old.id if old else 0, key=key, value=value, member_id=ctx.member.id, set_at=ctx.now)
    others = [each for each in ctx.uow.overrides.all() if each.key != key]
    changed = apply_overrides(ctx.deps.own_playbook or ctx.deps.playbook, [*others, new])
    problem = conflict_of(changed)
    if problem:
        raise OutOfBounds(f"threshold.conflict_{problem}")
    ctx.uow.overrides.save(new)
    after = in_words(ctx, key, value_in(changed, key))
    row = Row(label=name_of(ctx, key), value=after, was=before if before != after else None)
    when = ctx.deps.texts.moment(ctx.now, now=ctx.now)
    note = ctx.say("threshold.set_by", name=ctx.member.name, when=when)
    back = f"threshold.back:{key}@{stamp_of(new)}={old.value if old else ''}"
    undo = Button(label=ctx.say("visit.button.undo"), action=back)
    return ctx.show(
        Card(title=ctx.say("threshold.set"), rows=(row,), note=note, buttons=(undo,)),
        key=f"threshold:{key}:{ctx.incoming.id}",
    )


def stamp_of(override: Override) -> str:
    """What tells one setting of a key from the next."""
    return str(int(override.set_at.timestamp() * 1000))


@router.button("threshold.back")
def take_back(ctx: Context) -> list[Outgoing]:
    """「撤销」 on the card of a change: the value before it, if nobody has set another since."""
    target, _, value = ctx.argument.partition("=")
    key, _, stamp = target.partition("@")
    now, setting = ctx.uow.overrides.of(key), find_setting(key)
    if now is None or setting is None or stamp_of(now) != stamp or ctx.member.role is not Role.ADMIN:
        raise Stale
    return [store(ctx, key, value if setting.holds(value) else "")]
