"""A supervisor's word of advice: to the rep with what it is about, and back as adopted or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.comments import Comment, Verdict, working_time
from bot.domain.dialogs import Dialog
from bot.domain.errors import NotAllowed, Stale
from bot.domain.messages import Card, Kind, Outgoing
from bot.domain.nudges import Subject
from bot.domain.people import Member, Role
from bot.domain.visits import VisitStatus
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.items import find_item, short_name, stage_name
from handlers.node_steps import gate_key, gate_request
from handlers.router import Router, read_id
from handlers.scope import may_see, principals_of, supervises
from prompts.supervising import advice_card, response_card, verdict_card

router = Router()

MEASURED = timedelta(days=30)
"""Over how long a supervisor's own response time is averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What advice is about: an open item, a record or a deal of `rep`, in people's words."""

    subject: str
    rep: Member
    title: str
    customer: str
    ask: str = ""


def find_topic(ctx: Context, subject: str) -> Topic:
    """What the button names, as `node:12`, `action:7`, `visit:1003`, `deal:5` or a check's bare number.

    Raises Stale where it is no longer there, and NotAllowed where it is not the sender's to see.
    """
    subject = subject.lstrip("=")
    kind, _, number = subject.partition(":") if ":" in subject else ("node", "", subject)
    found = _read_topic(ctx, kind, read_id(number))
    if not supervises(ctx):
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    if not may_see(ctx, found.rep):
        raise NotAllowed("team.out_of_scope")
    return found


def _read_topic(ctx: Context, kind: str, number: int) -> Topic:
    if kind in (Subject.NODE, Subject.ACTION):
        due = find_item(ctx.uow, ctx.deps.playbook, f"{kind}:{number}")
        rep = ctx.uow.members.get(due.item.member_id) if due else None
        if due and rep:
            return Topic(subject=due.subject, rep=rep, title=due.title, customer=due.customer, ask=due.ask)
    elif kind == Subject.VISIT:
        record = ctx.uow.visits.get(number)
        rep = ctx.uow.members.get(record.member_id) if record else None
        if record and rep and record.status is VisitStatus.SAVED and not record.private:
            customer = short_name(ctx.uow, record.customer_id) if record.customer_id else ""
            return Topic(subject=f"visit:{number}", rep=rep, title=record.number, customer=customer)
    elif kind == Subject.DEAL:
        deal = ctx.uow.team_deals.get(number)
        rep = ctx.uow.members.get(deal.owner_id) if deal else None
        if deal and rep:
            stage = stage_name(ctx.deps.playbook, deal.stage_key)
            return Topic(subject=f"deal:{number}", rep=rep, title=stage, customer=deal.customer)
    raise Stale


@router.button("team.comment")
def comment_by_button(ctx: Context) -> list[Outgoing]:
    """「给建议」."""
    return ask_comment(ctx, find_topic(ctx, ctx.argument))


@router.button("team.open")
def open_from_list(ctx: Context) -> list[Outgoing]:
    """One item of the team's list: a gate is to be answered, all else gets advice."""
    topic = find_topic(ctx, ctx.argument)
    kind, _, number = topic.subject.partition(":")
    item = ctx.uow.node_items.get(read_id(number)) if kind == Subject.NODE else None
    if item and item.asked_at and topic.rep.id != ctx.member.id:
        return [ctx.show(gate_request(ctx, item), key=gate_key(item))]
    return ask_comment(ctx, topic)


def ask_comment(ctx: Context, topic: Topic) -> list[Outgoing]:
    """Ask for the supervisor's words."""
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="team.comment",
            subject=topic.subject,
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    return ctx.reply("team.comment_ask", rep=topic.rep.name)


def is_comment(ctx: Context, _subject: str) -> bool:
    """Words, typed or spoken."""
    return ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and bool(ctx.text.strip())


@router.waiting("team.comment", fits=is_comment)
def pass_on_comment(ctx: Context) -> list[Outgoing]:
    """The supervisor's words reach the rep with the item that they are about."""
    topic = find_topic(ctx, ctx.argument)
    ctx.uow.dialogs.stop(ctx.member.id)
    told_at = first_told(ctx, topic.subject)
    comment = Comment(
        id=0,
        subject=topic.subject,
        author_id=ctx.member.id,
        rep_id=topic.rep.id,
        text=ctx.text.strip(),
        written_at=ctx.now,
        told_at=told_at,
    )
    comment_id = ctx.uow.comments.add(comment)
    card = advice_card(
        comment_id,
        title=ctx.say("team.comment_got", name=ctx.member.name, node=topic.title, customer=topic.customer),
        ask=topic.ask,
        words=comment.text,
        texts=ctx.deps.texts,
    )
    told = ctx.reply("team.comment_sent", rep=topic.rep.name)
    if told_at:
        hours = _hours(ctx, told_at, ctx.now)
        told = ctx.reply("team.comment_sent_after", rep=topic.rep.name, hours=hours)
    return [*ctx.write(topic.rep, card, key=f"comment:{comment_id}"), *told]


def first_told(ctx: Context, subject: str) -> datetime | None:
    """When the item was first put before the sender, or before whom the sender stands in for."""
    kind, _, number = subject.partition(":")
    if kind not in set(Subject):
        return None
    principals = principals_of(ctx.uow, ctx.member, now=ctx.now)
    told = [ctx.uow.nudges.told_at(Subject(kind), read_id(number), each.id) for each in principals]
    return min((moment for moment in told if moment), default=None)


@router.button("advice.adopt")
def adopt(ctx: Context) -> list[Outgoing]:
    """「采纳」."""
    return answer_advice(ctx, Verdict.ADOPTED)


@router.button("advice.decline")
def decline(ctx: Context) -> list[Outgoing]:
    """「先不用」."""
    return answer_advice(ctx, Verdict.NOT_ADOPTED)


def answer_advice(ctx: Context, verdict: Verdict) -> list[Outgoing]:
    """Keep the answer once, and tell whoever gave the advice."""
    comment = ctx.uow.comments.get(read_id(ctx.argument))
    if comment is None or comment.rep_id != ctx.member.id or comment.verdict is not None:
        raise Stale
    ctx.uow.comments.answer(comment.id, verdict, now=ctx.now)
    author = ctx.uow.members.get(comment.author_id)
    done = Card(title=ctx.say(f"advice.thanks_{verdict}"), quote=comment.text)
    replies = [ctx.show(done, key=ctx.incoming.card_key or f"comment:{comment.id}")]
    if author:
        card = verdict_card(ctx.member.name, verdict, words=comment.text, texts=ctx.deps.texts)
        replies += ctx.write(author, card, key=f"advice:{comment.id}")
    return replies


@router.command("响应", "我的响应", help="你回应团队事项用了多久，只给你看", role=Role.SUPERVISOR)
def show_response(ctx: Context) -> list[Outgoing]:
    """The sender's own response time of the last thirty days, in working hours; nobody else's."""
    written = ctx.uow.comments.by(ctx.member.id, since=ctx.now - MEASURED)
    waits = [_hours(ctx, each.told_at, each.written_at) for each in written if each.told_at]
    adopted = sum(each.verdict is Verdict.ADOPTED for each in written)
    answered = sum(each.verdict is not None for each in written)
    card = response_card(
        written=len(written), hours=waits, adopted=adopted, answered=answered, texts=ctx.deps.texts
    )
    return [ctx.show(card)]


def _hours(ctx: Context, since: datetime, until: datetime) -> float:
    """Working hours between the two, to a tenth."""
    quiet = ctx.deps.playbook.manners.quiet_hours
    worked = working_time(since, until, quiet_hours=quiet, calendar=ctx.deps.calendar)
    return round(worked / timedelta(hours=1), 1)
