"""「/审计」: who changed what and when, old → new, and what was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.audit import AuditEntry, AuditQuery, FieldChange, Kind, RefusedAsk, Values
from bot.domain.calendar import SHANGHAI
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.router import Router, read_id
from handlers.thresholds import find_key, in_words, name_of

router = Router()

SHOWN = 10
SHOWN_FIELDS = 4
SUBJECT_CHARACTERS = 40
REFUSED = "refused"
_NUMBERED = re.compile(r"(\D+?)\s*[#＃]?\s*(\d{1,15})")
_SETUP = ("member", "customer", "override", "talk_track", "talk_track_pack", "trigger")
"""Without a word behind it the audit is of what admins look after, not of every note."""


@router.command("/审计", help="谁在什么时候改了什么", role=Role.ADMIN, usage="话术#12|阈值|同事|客户|拒绝")
def show_audit(ctx: Context) -> list[Outgoing]:
    """「/审计」, 「/审计 话术#12」, 「/审计 阈值 停滞」, 「/审计 李明」, 「/审计 康联」, 「/审计 拒绝」."""
    return [page_of(ctx, " ".join(ctx.argument.split())[:SUBJECT_CHARACTERS], before=None)]


@router.button("audit.more")
def show_more(ctx: Context) -> list[Outgoing]:
    """「更多」: the next ten; `12/李明` are those before number 12."""
    if ctx.member.role is not Role.ADMIN or (ctx.incoming.room and not ctx.deps.admin_in_groups):
        raise Stale
    before, _, subject = ctx.argument.partition("/")
    return [page_of(ctx, subject, before=read_id(before))]


def page_of(ctx: Context, subject: str, *, before: int | None) -> Outgoing:
    """One page of the audit of a subject; raises Refusal for words that name nothing."""
    if noun_called(ctx, subject) == REFUSED:
        return refused_page(ctx, subject, before=before)
    query = read_query(ctx, subject)
    found = ctx.uow.audit.find(query, before=before, limit=SHOWN + 1)
    names = Names(ctx)
    rows = [entry_row(ctx, each, names) for each in found[:SHOWN]]
    return page(ctx, subject, rows, last=found[SHOWN - 1].id if len(found) > SHOWN else None)


def refused_page(ctx: Context, subject: str, *, before: int | None) -> Outgoing:
    """Who asked for what is not theirs."""
    found = ctx.uow.audit.refused(before=before, limit=SHOWN + 1)
    names = Names(ctx)
    rows = [
        Row(label=heading(ctx, each.at, names.member(each.member_id)), value=asked_for(ctx, each))
        for each in found[:SHOWN]
    ]
    return page(ctx, subject, rows, last=found[SHOWN - 1].id if len(found) > SHOWN else None)


def asked_for(ctx: Context, refused: RefusedAsk) -> str:
    """What was asked for, as it was typed or tapped."""
    return ctx.say("audit.refused", asked=refused.asked)


def page(ctx: Context, subject: str, rows: Sequence[Row], *, last: int | None) -> Outgoing:
    """The rows, with 「更多」 where there are more."""
    title = ctx.say("audit.title", subject=subject or ctx.say("audit.all"))
    if not rows:
        return ctx.tell(ctx.say("audit.nothing", subject=subject or ctx.say("audit.all")))
    more = Button(label=ctx.say("audit.more"), action=f"audit.more:{last}/{subject}")
    return ctx.show(Card(title=title, rows=tuple(rows), buttons=(more,) if last else (), settled=True))


def read_query(ctx: Context, subject: str) -> AuditQuery:
    """What the words are about; raises Refusal for words that name nothing."""
    if not subject:
        return AuditQuery(nouns=_SETUP)
    noun = noun_called(ctx, subject)
    if noun:
        return AuditQuery(nouns=(noun,))
    numbered = _NUMBERED.fullmatch(subject)
    noun = noun_called(ctx, numbered[1]) if numbered else None
    if numbered and noun:
        return AuditQuery(nouns=(noun,), noun_id=int(numbered[2]))
    first, _, rest = subject.partition(" ")
    if rest and noun_called(ctx, first) == "override":
        return AuditQuery(nouns=("override",), noun_id=override_id(ctx, rest))
    named = rest if rest and noun_called(ctx, first) else subject
    member = ctx.uow.members.named(named)
    if member:
        return AuditQuery(member_id=member.id)
    customers = ctx.uow.customers.named(named)
    if customers:
        return AuditQuery(nouns=("customer",), noun_id=customers[0].id)
    raise Refusal("audit.no_subject", subject=subject)


def noun_called(ctx: Context, word: str) -> str | None:
    """The noun of that word, or that of refused questions."""
    nouns = (*_SETUP, REFUSED)
    return next((each for each in nouns if ctx.deps.texts.label("audit_subject", each) == word), None)


def override_id(ctx: Context, words: str) -> int:
    """The id of what was set under that name; one that nothing has where it never was."""
    key = find_key(ctx, words.split())
    if key is None:
        raise Refusal("threshold.unknown", name=words)
    override = ctx.uow.overrides.of(key)
    return override.id if override else -1


class Names:
    """What people call members and customers, each looked up once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._members: Mapping[int, Member] = {each.id: each for each in ctx.uow.members.all()}

    def member(self, member_id: int | None) -> str:
        """The member's name; the program's own where there is none."""
        member = self._members.get(member_id) if member_id is not None else None
        return member.name if member else self._ctx.say("library.program")

    def customer(self, customer_id: int) -> str:
        """The customer's name."""
        customer = self._ctx.uow.customers.get(customer_id)
        return customer.short_name if customer else str(customer_id)


def heading(ctx: Context, at: datetime, who: str) -> str:
    """「11-19 15:02 赵工」."""
    return ctx.say("audit.heading", when=f"{at.astimezone(SHANGHAI):%m-%d %H:%M}", who=who)


def entry_row(ctx: Context, entry: AuditEntry, names: Names) -> Row:
    """One change as a line: who, when, what, and each field old → new."""
    noun = ctx.deps.texts.label("audit_noun", entry.noun)
    called = name_of(ctx, entry.called) if entry.noun == "override" else entry.called
    thing = ctx.say("audit.thing", noun=noun, number=entry.noun_id, name=called).strip()
    what = ctx.deps.texts.label("audit_kind", entry.kind)
    told_already = ("key", "member_id") if entry.noun == "override" else ()
    changed = [each for each in entry.fields if each.name not in told_already]
    fields = [field_words(ctx, entry, each, names) for each in changed[:SHOWN_FIELDS]]
    if len(changed) > SHOWN_FIELDS:
        fields.append(ctx.say("audit.more_fields", count=len(changed) - SHOWN_FIELDS))
    told = ctx.say("audit.semicolon").join(fields)
    key = "audit.line_undone" if entry.undone else "audit.line"
    value = ctx.say(key, thing=thing, what=what, fields=told)
    return Row(label=heading(ctx, entry.at, names.member(entry.member_id)), value=value)


def field_words(ctx: Context, entry: AuditEntry, field: FieldChange, names: Names) -> str:
    """「上级 王姐 → 陈亮」; of what is hidden only the name."""
    if entry.noun == "override" and field.name == "value":
        old, new = (setting_words(ctx, entry.called, each) for each in (field.old, field.new))
        return ctx.say("audit.change", old=old, new=new)
    label = ctx.deps.texts.label("audit_field", field.name)
    if field.hidden:
        return ctx.say("audit.hidden", field=label)
    old, new = (field_value(ctx, field.name, each, names) for each in (field.old, field.new))
    if entry.kind is Kind.CREATED:
        return ctx.say("audit.field", field=label, change=new)
    return ctx.say("audit.field", field=label, change=ctx.say("audit.change", old=old, new=new))


def setting_words(ctx: Context, key: str, value: Values) -> str:
    """A number of the rules in words; an empty one is what the playbook says."""
    return in_words(ctx, key, value[0]) if value else ctx.say("threshold.reset_word")


def field_value(ctx: Context, name: str, values: Values, names: Names) -> str:
    """What a field held, with names in place of numbers and keys."""
    texts, comma = ctx.deps.texts, ctx.say("visit.and")
    if not values:
        return ctx.say("library.empty")
    if name in ("supervisor_id", "owner_id", "member_id", "author_id"):
        return comma.join(names.member(read_id(each)) for each in values)
    if name == "customer_id":
        return names.customer(read_id(values[0]))
    if name in ("node_key", "node_keys"):
        nodes = {node.key: node.name for node in ctx.deps.playbook.nodes}
        return comma.join(nodes.get(each, each) for each in values)
    if name == "stage_key":
        return next((each.name for each in ctx.deps.playbook.stages if each.key == values[0]), values[0])
    if values in (("on",), ("off",)):
        return texts.label("switch", values[0])
    if name in ("role", "progress"):
        return texts.label("role" if name == "role" else "progress", values[0])
    if name == "signals":
        return comma.join(texts.label("signal", each) for each in values)
    return comma.join(texts.label("audit_value", each) for each in values)
