"""Whole values to store, and a small company to hang them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from bot.domain.calendar import SHANGHAI
from bot.domain.customers import Contact, Customer
from bot.domain.messages import Address, Incoming, Kind
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.opportunities import Opportunity
from bot.domain.people import Member, Role
from bot.domain.understanding import Action, ActionKind, Deadline, Fact, Field, Mention, Span, VisitFacts
from bot.domain.visits import Quote, VisitRecord, VisitStatus
from storage.database import Database

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
LIMING = Address(platform="console", user_id="liming")
TEXT = "刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A rep, the rep's supervisor, a rep of another team, and a customer."""

    rep: Member
    supervisor: Member
    other: Member
    customer: Customer


def found_company(database: Database) -> Company:
    """Store the company."""
    with database.unit_of_work("founding", NOW - 100 * DAY) as uow:
        boss = Address(platform="console", user_id="wangjie")
        supervisor = uow.members.save(
            Member(id=0, name="王姐", role=Role.SUPERVISOR, team="华东", addresses=(boss,))
        )
        rep = uow.members.save(
            Member(
                id=0,
                name="李明",
                role=Role.REP,
                team="华东",
                supervisor_id=supervisor.id,
                addresses=(LIMING, Address(platform="wecom", user_id="LiMing")),
            )
        )
        other = uow.members.save(Member(id=0, name="何伟", role=Role.REP, team="华南"))
        customer = uow.customers.save(
            Customer(id=0, name="杭州康联医疗科技有限公司", aliases=("杭州康联", "康联"), owner_id=rep.id)
        )
    return Company(rep=rep, supervisor=supervisor, other=other, customer=customer)


def make_facts() -> VisitFacts:
    """What the sample note says, with one of everything that JSON could lose."""
    customer = Fact(
        field=Field.CUSTOMER,
        value="杭州康联医疗科技有限公司",
        span=Span(4, 8),
        said="杭州康联",
        rule="name",
        confidence=0.9,
    )
    due = Deadline(
        start=NOW.date(), end=NOW.date(), at=time(15, 30), said="下周", span=Span(13, 15), rule="week"
    )
    action = Action(
        kind=ActionKind.SEND_QUOTE,
        text="发三份报价",
        span=Span(24, 29),
        rule="verb",
        due=due,
        quantity="三份",
    )
    unsure = Mention(field=Field.CONTACT, said="张总", span=Span(9, 11), candidates=("1", "2"))
    return VisitFacts(facts=(customer,), actions=(action,), mentions=(unsure,))


def make_visit(
    company: Company, *, at: datetime = NOW, status: VisitStatus = VisitStatus.DRAFT
) -> VisitRecord:
    """A new record of the sample note."""
    quote = Quote(text="下周和财务碰预算", span=Span(12, 20), digest="0" * 64)
    return VisitRecord(
        id=0,
        member_id=company.rep.id,
        status=status,
        text=TEXT,
        facts=make_facts(),
        created_at=at,
        updated_at=at,
        happened_on=at.date(),
        customer_id=company.customer.id,
        quotes=(quote,),
        questions=("topic",),
        media_refs=("a" * 64,),
        saved_at=at if status is VisitStatus.SAVED else None,
    )


def make_action(company: Company, visit_id: int, *, due_at: datetime | None = NOW + DAY) -> NextAction:
    """A new promise of the sample note."""
    return NextAction(
        id=0,
        visit_id=visit_id,
        member_id=company.rep.id,
        customer_id=company.customer.id,
        kind=ActionKind.SEND_QUOTE,
        text="发三份报价",
        due_at=due_at,
    )


def make_item(company: Company, visit_id: int | None = None, *, node_key: str = "need_clarified") -> NodeItem:
    """A new open check."""
    return NodeItem(
        id=0,
        node_key=node_key,
        member_id=company.rep.id,
        customer_id=company.customer.id,
        visit_id=visit_id,
        opened_at=NOW,
        due_at=NOW + DAY,
        alert_at=NOW + 2 * DAY,
        evidence_refs=("b" * 64,),
        said="碰预算",
    )


def make_nudge(company: Company, *, key: str, send_at: datetime = NOW, subject_id: int = 1) -> Nudge:
    """A new planned nudge about a node item."""
    return Nudge(
        id=0,
        key=key,
        member_id=company.rep.id,
        subject=Subject.NODE,
        subject_id=subject_id,
        step=LadderStep.REP,
        send_at=send_at,
    )


def make_contact(company: Company, *, name: str = "王主任") -> Contact:
    """A new person at the customer."""
    return Contact(id=0, customer_id=company.customer.id, name=name, department="采购部")


def make_deal(company: Company) -> Opportunity:
    """A new open deal."""
    return Opportunity(
        id=0,
        customer_id=company.customer.id,
        owner_id=company.rep.id,
        title="三台分析仪",
        stage_key="diagnosis",
        stage_entered_at=NOW,
        amount=Decimal("480000.50"),
    )


def make_incoming(key: str, *, user_id: str = "liming", kind: Kind = Kind.TEXT, text: str = TEXT) -> Incoming:
    """A message of a person."""
    sender = Address(platform="console", user_id=user_id)
    return Incoming(id=key, sender=sender, kind=kind, sent_at=NOW, text=text)
