"""What admins do with colleagues by chat: who comes, who leads whom, roles, teams, and who leaves."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.messages import Address, Card, Outgoing, Row
from bot.domain.people import Member, Role, find_loop
from handlers.context import Context
from handlers.items import open_items
from handlers.process import plan_for_member
from handlers.router import Router
from prompts.nudges import list_card

router = Router()

SHOWN_NAMES = 12
SHOWN_ITEMS = 5
NAME_CHARACTERS = 40


@router.command("/添加", help="添加同事", role=Role.ADMIN, usage="姓名 角色 团队 平台:账号")
def add_member(ctx: Context) -> list[Outgoing]:
    """「/添加 张三 销售 华东 console:zhangsan」; a second time it changes role and team."""
    parts = ctx.argument.split()
    role = role_called(ctx, parts[1]) if len(parts) == 4 else None
    platform, colon, user_id = parts[-1].partition(":") if parts else ("", "", "")
    if role is None or not (colon and platform and user_id) or len(parts[0]) > NAME_CHARACTERS:
        raise Refusal("people.usage", usage=ctx.say("people.usage_add"))
    name, team = parts[0], parts[2]
    address = Address(platform=platform, user_id=user_id)
    known, owner = ctx.uow.members.named(name), ctx.uow.members.at(address)
    if owner and (known is None or owner.id != known.id):
        raise Refusal("people.account_taken", account=address, name=owner.name)
    if known:
        keep_an_admin(ctx, known, role=role)
    member = known or Member(id=0, name=name, role=role)
    addresses = (address, *(each for each in member.addresses if each != address))
    ctx.uow.members.save(replace(member, role=role, team=team, addresses=addresses, active=True))
    return ctx.reply("people.added", name=name, role=ctx.deps.texts.label("role", role))


@router.command("/上级", "/主管", help="谁的事由谁跟", role=Role.ADMIN, usage="同事 上级")
def set_supervisor(ctx: Context) -> list[Outgoing]:
    """「/上级 李明 王姐」: reminders that stay without an answer go to 王姐 from now on. Alone: who has
    nobody.
    """
    parts = ctx.argument.split()
    if not parts:
        return list_unled(ctx)
    if len(parts) != 2:
        raise Refusal("people.usage", usage=ctx.say("people.usage_supervisor"))
    member, leader = (active_member(ctx, name) for name in parts)
    if member.id == leader.id:
        raise Refusal("people.supervisor_self", name=member.name)
    loop = find_loop({each.id: each for each in ctx.uow.members.all()}, member.id, leader.id)
    if loop:
        way = ctx.say("people.above").join(each.name for each in loop)
        raise Refusal("people.supervisor_loop", member=member.name, leader=leader.name, way=way)
    if leader.role is Role.REP:
        ctx.uow.members.save(replace(leader, role=Role.SUPERVISOR))
    ctx.uow.members.save(replace(member, supervisor_id=leader.id))
    plan_for_member(ctx, member.id)
    return ctx.reply("people.supervisor_set", name=member.name, leader=leader.name)


def list_unled(ctx: Context) -> list[Outgoing]:
    """The reps of whom nobody hears what stays undone."""
    members = {each.id: each for each in ctx.uow.members.all()}
    unled = [each.name for each in members.values() if is_unled(each, members)]
    if not unled:
        return ctx.reply("people.all_led")
    names = ctx.say("visit.and").join(unled[:SHOWN_NAMES])
    key = "people.unled" if len(unled) <= SHOWN_NAMES else "people.unled_more"
    return ctx.reply(key, names=names, count=len(unled))


def is_unled(member: Member, members: dict[int, Member]) -> bool:
    """Whether an active rep has no supervisor, or one who is gone."""
    leader = members.get(member.supervisor_id) if member.supervisor_id is not None else None
    return member.active and member.role is Role.REP and (leader is None or not leader.active)


@router.command("/角色", help="改同事的角色", role=Role.ADMIN, usage="同事 销售|主管|管理员")
def set_role(ctx: Context) -> list[Outgoing]:
    """「/角色 李明 主管」; the last admin stays one."""
    parts = ctx.argument.split()
    role = role_called(ctx, parts[1]) if len(parts) == 2 else None
    if role is None:
        raise Refusal("people.usage", usage=ctx.say("people.usage_role"))
    member = active_member(ctx, parts[0])
    keep_an_admin(ctx, member, role=role)
    before = ctx.deps.texts.label("role", member.role)
    after = ctx.deps.texts.label("role", ctx.uow.members.save(replace(member, role=role)).role)
    led = [each.name for each in led_by(ctx, member)]
    if role is Role.REP and led:
        names = ctx.say("visit.and").join(led[:SHOWN_NAMES])
        return ctx.reply("people.role_set_leading", name=member.name, before=before, after=after, led=names)
    return ctx.reply("people.role_set", name=member.name, before=before, after=after)


@router.command("/团队", help="看和改谁在哪个团队", role=Role.ADMIN, usage="同事 团队")
def set_team(ctx: Context) -> list[Outgoing]:
    """「/团队 李明 华东」; alone, every team with its people."""
    parts = ctx.argument.split()
    if not parts:
        return list_teams(ctx)
    if len(parts) != 2 or len(parts[1]) > NAME_CHARACTERS:
        raise Refusal("people.usage", usage=ctx.say("people.usage_team"))
    member = active_member(ctx, parts[0])
    ctx.uow.members.save(replace(member, team=parts[1]))
    before = member.team or ctx.say("people.no_team")
    return ctx.reply("people.team_set", name=member.name, before=before, after=parts[1])


def list_teams(ctx: Context) -> list[Outgoing]:
    """Each team a line, those without a team last."""
    teams: dict[str, list[str]] = {}
    for member in ctx.uow.members.all():
        if member.active:
            named = ctx.deps.texts.label("role", member.role)
            teams.setdefault(member.team, []).append(
                ctx.say("people.with_role", name=member.name, role=named)
            )
    rows = [
        Row(label=team or ctx.say("people.no_team"), value=ctx.say("visit.and").join(names[:SHOWN_NAMES]))
        for team, names in sorted(teams.items(), key=lambda pair: (not pair[0], pair[0]))
    ]
    return [ctx.show(Card(title=ctx.say("people.teams"), rows=tuple(rows)))]


@router.command("/停用", help="同事离开：不再提醒，并列出要交接的事", role=Role.ADMIN, usage="同事")
def let_go(ctx: Context) -> list[Outgoing]:
    """「/停用 周倩」: no reminders and no answers any more; what 周倩 leaves behind is told."""
    member = active_member(ctx, ctx.argument.strip())
    if member.id == ctx.member.id:
        raise Refusal("people.not_yourself")
    items = open_items(ctx.uow, ctx.deps.playbook, member)
    ctx.uow.dialogs.stop(member.id)
    ctx.uow.members.save(replace(member, active=False))
    left = ctx.say(
        "people.hand_over",
        items=len(items),
        deals=len(ctx.uow.opportunities.owned_by(member.id)),
        customers=ctx.uow.customers.count_of(member.id),
    )
    led = [each.name for each in led_by(ctx, member)]
    if led:
        left += ctx.say("people.hand_over_led", names=ctx.say("visit.and").join(led[:SHOWN_NAMES]))
    title = ctx.say("people.let_go", name=member.name)
    if not items:
        return [ctx.show(Card(title=title, note=left))]
    shown = items[:SHOWN_ITEMS]
    card = list_card(
        shown,
        title=title,
        texts=ctx.deps.texts,
        now=ctx.now,
        action="team.open:",
        more=len(items) - len(shown),
    )
    note = "\n".join(filter(None, (left, card.note)))
    return [ctx.show(replace(card, note=note))]


@router.command("/启用", help="停用的同事回来", role=Role.ADMIN, usage="同事")
def take_back(ctx: Context) -> list[Outgoing]:
    """「/启用 周倩」: everything is as it was."""
    name = ctx.argument.strip()
    member = ctx.uow.members.named(name) if name else None
    if member is None:
        raise Refusal("people.no_such_member", name=name[:NAME_CHARACTERS])
    ctx.uow.members.save(replace(member, active=True))
    return ctx.reply("people.taken_back", name=member.name)


def active_member(ctx: Context, name: str) -> Member:
    """The active colleague of that name; Refusal where nobody is called so."""
    member = ctx.uow.members.named(name) if name else None
    if member is None or not member.active:
        raise Refusal("people.no_such_member", name=name[:NAME_CHARACTERS])
    return member


def role_called(ctx: Context, word: str) -> Role | None:
    """The role of that word."""
    key = ctx.deps.texts.key_of("role", word)
    return Role(key) if key else None


def keep_an_admin(ctx: Context, member: Member, *, role: Role) -> None:
    """Raise Refusal where nobody would be left who may do this."""
    if role is Role.ADMIN or member.role is not Role.ADMIN or not member.active:
        return
    if all(each.id == member.id for each in ctx.uow.members.of_role(Role.ADMIN)):
        raise Refusal("people.last_admin", name=member.name)


def led_by(ctx: Context, leader: Member) -> list[Member]:
    """The active colleagues whose supervisor this is."""
    return [each for each in ctx.uow.members.all() if each.active and each.supervisor_id == leader.id]
