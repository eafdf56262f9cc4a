"""「合规率」 and the node table: the same numbers for the rep and for whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import NotAllowed, Refusal, Stale
from bot.domain.messages import Outgoing
from bot.domain.people import Member, Role
from bot.domain.rates import Check, Period, PeriodKind, node_table, period_of
from handlers.context import Context
from handlers.items import short_name
from handlers.router import Router, read_id
from handlers.scope import may_see
from prompts.rates import NamedCheck, Scope, counted_card, rate_card, table_card

router = Router()


@router.command("合规率", help="检查做完几项、还差哪几项", usage="[同事] [本周|本月|上月]")
def show_rate_by_words(ctx: Context) -> list[Outgoing]:
    """「合规率」, 「合规率 上月」, or a supervisor's 「合规率 李明」."""
    name, kind = read_argument(ctx)
    if not name and ctx.member.role is not Role.REP and not checks_of(ctx, [ctx.member], period(ctx, kind)):
        return show_table(ctx, "", kind)
    return show_rate(ctx, visible_member(ctx, name), kind)


@router.button("rates.show")
def show_rate_by_button(ctx: Context) -> list[Outgoing]:
    """Another period of the same person."""
    member, kind, _ = read_button(ctx)
    return show_rate(ctx, member, kind)


@router.button("rates.items")
def show_counted(ctx: Context) -> list[Outgoing]:
    """「明细」: every item that was counted, and those that were not."""
    member, kind, page = read_button(ctx)
    scope = scope_of(ctx, member, kind)
    checks = named_checks(ctx, checks_of(ctx, [member], scope.period))
    return [ctx.show(counted_card(checks, scope=scope, page=page, texts=ctx.deps.texts, now=ctx.now))]


def names_team(ctx: Context, argument: str) -> bool:
    """Whether the words are a team's name, or none at all; all else is for later routes."""
    name, _ = split_period(ctx, argument)
    return not name or any(each.team == name for each in ctx.uow.members.all())


@router.command(
    "节点", help="六个节点各做完几项，主管看每个人的", usage="[团队] [本周|本月|上月]", fits=names_team
)
def show_table_by_words(ctx: Context) -> list[Outgoing]:
    """「节点」 for oneself or the own team, 「节点 华东」: rep × node with done/due."""
    name, kind = read_argument(ctx)
    return show_table(ctx, name, kind)


def show_table(ctx: Context, team: str, kind: PeriodKind) -> list[Outgoing]:
    """The team's table, as far as this member may see the team; NotAllowed where that is nobody."""
    everybody = [each for each in ctx.uow.members.all() if each.active and team in ("", each.team)]
    alone = ctx.member.role is Role.REP and not team
    seen = [each for each in everybody if may_see(ctx, each) and (each.id == ctx.member.id) is alone]
    if not seen:
        raise NotAllowed("rate.other_team", team=team or ctx.say("rate.your_team"))
    scope = Scope(title=title_of(ctx, team), kind=kind, period=period(ctx, kind))
    checks = checks_of(ctx, seen, scope.period)
    busy = {check.item.member_id for check in checks}
    shown = [each for each in seen if each.role is Role.REP or each.id in busy]
    nodes = [node for node in ctx.deps.playbook.nodes if node.enabled or any_of(checks, node.key)]
    lines = node_table(
        checks, member_ids=[each.id for each in shown], node_keys=[node.key for node in nodes], now=ctx.now
    )
    named = [(each.name, line) for each, line in zip(shown, lines, strict=True)]
    return [ctx.show(table_card(named, nodes=nodes, scope=scope, texts=ctx.deps.texts))]


def title_of(ctx: Context, team: str) -> str:
    """Whose table it is: a rep's own, a team's, or everybody's."""
    if team or ctx.member.role is not Role.REP:
        return team or ctx.member.team or ctx.say("rate.everybody")
    return ctx.member.name


def any_of(checks: Sequence[Check], node_key: str) -> bool:
    """Whether one of the checks is of that node."""
    return any(check.item.node_key == node_key for check in checks)


def show_rate(ctx: Context, member: Member, kind: PeriodKind) -> list[Outgoing]:
    """One person's rates with the missed items by name."""
    scope = scope_of(ctx, member, kind)
    checks = named_checks(ctx, checks_of(ctx, [member], scope.period))
    card = rate_card(checks, scope=scope, own=member.id == ctx.member.id, texts=ctx.deps.texts, now=ctx.now)
    return [ctx.show(card)]


def checks_of(ctx: Context, members: Sequence[Member], wanted: Period) -> list[Check]:
    """The checks of these people due in the period, of the nodes that the playbook has."""
    found = ctx.uow.rates.checks([each.id for each in members], wanted)
    return [check for check in found if ctx.deps.playbook.node(check.item.node_key)]


def named_checks(ctx: Context, checks: Sequence[Check]) -> list[NamedCheck]:
    """The checks with what people call their node and customer."""
    found = []
    for check in checks:
        node = ctx.deps.playbook.node(check.item.node_key)
        if node:
            customer = short_name(ctx.uow, check.item.customer_id)
            found.append(NamedCheck(check=check, node=node.name, customer=customer))
    return found


def visible_member(ctx: Context, name: str) -> Member:
    """Oneself, or the colleague of that name; NotAllowed where that one is none of one's business."""
    if not name or name == ctx.member.name:
        return ctx.member
    member = ctx.uow.members.named(name)
    if member is None:
        raise Refusal("people.no_such_member", name=name)
    if not may_see(ctx, member):
        raise NotAllowed("rate.other_member", name=name)
    return member


def read_argument(ctx: Context) -> tuple[str, PeriodKind]:
    """The name and the period of a command's words."""
    return split_period(ctx, ctx.argument)


def split_period(ctx: Context, argument: str) -> tuple[str, PeriodKind]:
    """「华东 上月」 is a name and a period; without a word for it, this month."""
    kinds = {ctx.deps.texts.label("rate_period", kind): kind for kind in PeriodKind}
    words = argument.split()
    kind = next((kinds[word] for word in words if word in kinds), PeriodKind.THIS_MONTH)
    return " ".join(word for word in words if word not in kinds), kind


def read_button(ctx: Context) -> tuple[Member, PeriodKind, int]:
    """Member, period and page behind `rates.show:7/this_month/0`; Stale for a broken one."""
    parts = ctx.argument.split("/")
    if len(parts) != 3 or parts[1] not in set(PeriodKind):
        raise Stale
    member = ctx.uow.members.get(read_id(parts[0]))
    if member is None:
        raise Stale
    if not may_see(ctx, member):
        raise NotAllowed("rate.other_member", name=member.name)
    return member, PeriodKind(parts[1]), read_id(parts[2])


def scope_of(ctx: Context, member: Member, kind: PeriodKind) -> Scope:
    """Whose numbers of which days."""
    return Scope(
        title=member.name,
        kind=kind,
        period=period(ctx, kind),
        member_id=member.id,
        good=ctx.deps.playbook.thresholds.compliance_good,
        standard=ctx.deps.playbook.thresholds.action_standard,
    )


def period(ctx: Context, kind: PeriodKind) -> Period:
    """The days that are meant today."""
    return period_of(kind, ctx.now.astimezone(SHANGHAI).date())
