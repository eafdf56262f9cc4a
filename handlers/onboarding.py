"""People whom the bot does not know yet, and the first admin."""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import Incoming, Outgoing
from bot.domain.people import Member, Role
from handlers.context import Deps
from handlers.ports import UnitOfWork
from handlers.router import Command, match_command, require_single_chat
from prompts.texts import Texts

ADMIN_CODE = Command(
    names=("/管理员",), help="用一次性码成为管理员", role=Role.REP, usage="一次性码 姓名", private=True
)


def greet_stranger(incoming: Incoming, *, uow: UnitOfWork, deps: Deps, now: datetime) -> Outgoing:
    """What an unknown person is told; with a good one-time code the person becomes an admin."""
    code, texts = match_command(incoming.text, ADMIN_CODE), deps.texts
    if code:
        require_single_chat(incoming, ADMIN_CODE, deps)
        return use_admin_code(incoming, code, uow=uow, texts=texts, now=now)
    key = "people.unknown" if uow.members.of_role(Role.ADMIN) else "people.unknown_admin"
    return Outgoing(to=incoming.sender, text=texts.say(key, address=incoming.sender))


def use_admin_code(
    incoming: Incoming,
    code: str,
    *,
    uow: UnitOfWork,
    texts: Texts,
    now: datetime,
    member: Member | None = None,
) -> Outgoing:
    """Burn the code and make its user an admin; a name may stand behind the code."""
    words = code.split()
    code, said_name = (words[0], words[1]) if len(words) == 2 else (code, "")
    if not uow.admin_codes.use(code, now=now):
        return Outgoing(to=incoming.sender, text=texts.say("people.admin_code_bad"))
    name = member.name if member else said_name or incoming.sender.user_id
    admin = Member(
        id=member.id if member else 0,
        name=name,
        role=Role.ADMIN,
        team=member.team if member else "",
        supervisor_id=member.supervisor_id if member else None,
        addresses=member.addresses if member else (incoming.sender,),
    )
    uow.members.save(admin)
    return Outgoing(to=incoming.sender, text=texts.say("people.admin_now", name=name))
