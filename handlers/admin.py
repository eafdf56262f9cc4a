"""What admins do by chat: people, aliases, and a look at what is wrong."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.messages import Address, Card, Outgoing, Row
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.onboarding import use_admin_code
from handlers.process import plan_for_node
from handlers.router import Router

router = Router()


@router.command("/管理员", help="用一次性码成为管理员", usage="一次性码 姓名", private=True)
def become_admin(ctx: Context) -> list[Outgoing]:
    """A known member with a one-time code."""
    return [
        use_admin_code(
            ctx.incoming, ctx.argument, uow=ctx.uow, texts=ctx.deps.texts, now=ctx.now, member=ctx.member
        )
    ]


@router.command("/检查", help="检查各项设置，失败的告诉你怎么修", role=Role.ADMIN)
def check(ctx: Context) -> list[Outgoing]:
    """Each part: 通过, or 失败 and how to mend it."""
    rows = tuple(
        Row(
            label=result.name,
            value=ctx.say("check.ok") if result.passed else ctx.say("check.fix", fix=result.fix),
        )
        for result in ctx.deps.check(ctx.uow)
    )
    return [ctx.show(Card(title=ctx.say("check.title"), rows=rows))]


@router.command("/状态", "状态", help="看排队的消息和平台用量", role=Role.ADMIN)
def show_state(ctx: Context) -> list[Outgoing]:
    """How the program feels, in figures."""
    rows = tuple(Row(label=figure.name, value=figure.value) for figure in ctx.deps.measure())
    return [ctx.show(Card(title=ctx.say("status.title"), rows=rows))]


@router.command("/添加", help="添加同事", role=Role.ADMIN, usage="姓名 角色 团队 平台:账号")
def add_member(ctx: Context) -> list[Outgoing]:
    """「/添加 张三 销售 华东 console:zhangsan」; a second time it changes role and team."""
    roles = {ctx.deps.texts.label("role", role): role for role in Role}
    parts = ctx.argument.split()
    if len(parts) != 4 or parts[1] not in roles or ":" not in parts[3]:
        raise Refusal("people.usage", usage=ctx.say("people.usage_add"))
    name, role, team, account = parts
    platform, _, user_id = account.partition(":")
    known = ctx.uow.members.named(name)
    member = known or Member(id=0, name=name, role=roles[role])
    address = Address(platform=platform, user_id=user_id)
    addresses = (address, *(each for each in member.addresses if each != address))
    ctx.uow.members.save(replace(member, role=roles[role], team=team, addresses=addresses, active=True))
    return ctx.reply("people.added", name=name, role=role)


@router.command("/主管", help="设置同事的上级", role=Role.ADMIN, usage="同事姓名 上级姓名")
def set_supervisor(ctx: Context) -> list[Outgoing]:
    """「/主管 李明 王姐」: reminders that stay without an answer go to 王姐 from now on."""
    parts = ctx.argument.split()
    if len(parts) != 2:
        raise Refusal("people.usage", usage=ctx.say("people.usage_supervisor"))
    found = [ctx.uow.members.named(name) for name in parts]
    for name, each in zip(parts, found, strict=True):
        if each is None or not each.active:
            raise Refusal("people.no_such_member", name=name)
    member, leader = (each for each in found if each)
    if member.id == leader.id:
        raise Refusal("people.usage", usage=ctx.say("people.usage_supervisor"))
    if leader.role is Role.REP:
        ctx.uow.members.save(replace(leader, role=Role.SUPERVISOR))
    ctx.uow.members.save(replace(member, supervisor_id=leader.id))
    for item in ctx.uow.node_items.open_of(member.id):
        plan_for_node(ctx, item)
    return ctx.reply("people.supervisor_set", name=member.name, leader=leader.name)


@router.command("/别名", help="教我一个客户的叫法", role=Role.ADMIN, usage="叫法 = 客户全名")
def add_alias(ctx: Context) -> list[Outgoing]:
    """「/别名 康联 = 杭州康联医疗科技有限公司」."""
    alias, equals, name = (part.strip() for part in ctx.argument.partition("="))
    if not (alias and equals and name):
        raise Refusal("people.usage", usage=ctx.say("people.usage_alias"))
    found = ctx.uow.customers.named(name)
    if not found:
        raise Refusal("people.no_such_customer", name=name)
    customer = found[0]
    others = [each for each in ctx.uow.customers.named(alias) if each.id != customer.id]
    if alias not in customer.aliases:
        ctx.uow.customers.save(replace(customer, aliases=(*customer.aliases, alias)))
    if others:
        return ctx.reply("people.alias_taken", alias=alias, customer=others[0].name)
    return ctx.reply("people.alias_added", alias=alias, customer=customer.name)
