"""What a nudge says: one item with its answers, a list, the supervisor's digest, or a live alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.leads import Lead
from bot.domain.manners import Parcel
from bot.domain.messages import Card
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.people import Member
from handlers.alerts import price_war
from handlers.context import Deps
from handlers.items import by_due, open_items
from handlers.lead_intake import describe_leads
from handlers.metric_triggers import pack_card
from handlers.morning import day_list, morning_digest
from handlers.ports import UnitOfWork
from prompts.leads import LeadLine, lead_card, lead_row, leads_card
from prompts.leads import waiting_card as waiting_lead_card
from prompts.nodes import gate_card, waiting_card
from prompts.nudges import DueItem, item_card, list_card, stand_in, supervisor_card
from prompts.supervising import alert_card, alert_row, alerts_card

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All that the messages of one tick are made of, read at once."""

    uow: UnitOfWork
    deps: Deps
    people: Mapping[int, Member]
    items: Mapping[str, DueItem]
    """What is open, by the keys of nudges."""
    leads: Mapping[int, Lead]
    """The leads behind nudges that nobody has been in touch with."""
    now: datetime

    def due(self, nudge: Nudge) -> DueItem | None:
        """What is open behind a nudge."""
        return self.items.get(nudge.key)

    def all_due(self, nudges: Sequence[Nudge]) -> list[DueItem]:
        """What is open behind these nudges, each subject once, by its newest matter, earliest first."""
        found = [due for nudge in nudges if (due := self.due(nudge))]
        return by_due(list({due.subject: due for due in by_due(found)}.values()))


def render(round_: Round, member: Member, parcel: Parcel) -> Card | None:
    """One message for all that is due at once; None where there is nothing left to say."""
    if parcel.step is LadderStep.DIGEST:
        return _digest(round_, member, parcel)
    if parcel.nudges[0].subject is Subject.LEAD:
        return stand_in(_lead(round_, parcel), _away(round_, member, parcel), texts=round_.deps.texts)
    if parcel.nudges[0].subject is Subject.PACK:
        return pack_card(round_.uow, round_.deps, member, parcel.nudges, now=round_.now)
    if parcel.step is LadderStep.ALERT:
        return _alert(round_, parcel)
    if parcel.step is LadderStep.REP and any(nudge.subject is Subject.DAY for nudge in parcel.nudges):
        items = open_items(round_.uow, round_.deps.playbook, member)
        return day_list(items, member, texts=round_.deps.texts, now=round_.now)
    items = round_.all_due(parcel.nudges)
    if not items:
        return None
    away = _away(round_, member, parcel)
    texts, now = round_.deps.texts, round_.now
    if len(items) > 1:
        action = "day.open:" if parcel.step is LadderStep.REP else "team.open:"
        title = texts.say("nudge.several", count=len(items))
        more = len(items) - LISTED
        card = list_card(items[:LISTED], title=title, texts=texts, now=now, action=action, more=more)
    elif parcel.nudges[0].subject is Subject.GATE:
        card = _waiting_gate(round_, parcel, items[0])
    elif parcel.step is LadderStep.REP:
        card = item_card(items[0], texts=texts, now=now, nudging=True)
    else:
        card = supervisor_card(items[0], texts=texts, now=now)
    return stand_in(card, away, texts=texts)


def _waiting_gate(round_: Round, parcel: Parcel, due: DueItem) -> Card:
    """A gate without an answer: once more to who may give it, then a word to who waits for it."""
    texts, item = round_.deps.texts, due.item
    if parcel.step is LadderStep.REP or not isinstance(item, NodeItem):
        asked = item.asked_at if isinstance(item, NodeItem) else None
        when = texts.moment(asked, now=round_.now) if asked else ""
        return waiting_card(due, when=when, texts=texts)
    node = round_.deps.playbook.node(item.node_key)
    assert node
    return gate_card(due, item, node=node, texts=texts)


def _digest(round_: Round, member: Member, parcel: Parcel) -> Card:
    principals = [round_.people[each] for each in sorted({nudge.member_id for nudge in parcel.nudges})]
    fresh = round_.all_due(parcel.nudges)
    notes = [nudge.subject_id for nudge in parcel.nudges if nudge.subject is Subject.VISIT]
    wars = [war for visit_id in notes if (war := price_war(round_.uow, visit_id))]
    texts = round_.deps.texts
    alerts = [alert_row(war, texts=texts) for war in wars]
    alerts += [lead_row(line, texts=texts) for line in _lead_lines(round_, parcel)]
    card = morning_digest(
        round_.uow, round_.deps, member, principals, fresh=fresh, alerts=alerts, now=round_.now
    )
    return stand_in(card, _away(round_, member, parcel), texts=round_.deps.texts)


def _lead(round_: Round, parcel: Parcel) -> Card:
    texts, lines = round_.deps.texts, _lead_lines(round_, parcel)
    if parcel.step is not LadderStep.REP:
        return waiting_lead_card(lines, texts=texts, again=parcel.step is LadderStep.SUPERVISOR)
    if len(lines) == 1:
        return lead_card(lines[0].lead, texts=texts, now=round_.now, again=True)
    return leads_card(lines, title=texts.say("lead.again_several", count=len(lines)), texts=texts)


def _lead_lines(round_: Round, parcel: Parcel) -> list[LeadLine]:
    ids = dict.fromkeys(nudge.subject_id for nudge in parcel.nudges if nudge.subject is Subject.LEAD)
    return describe_leads(round_.uow, round_.deps, [round_.leads[each] for each in ids], now=round_.now)


def _alert(round_: Round, parcel: Parcel) -> Card | None:
    found = [war for nudge in parcel.nudges if (war := price_war(round_.uow, nudge.subject_id))]
    if not found:
        return None
    texts = round_.deps.texts
    return alert_card(found[0], texts=texts) if len(found) == 1 else alerts_card(found, texts=texts)


def _away(round_: Round, member: Member, parcel: Parcel) -> list[str]:
    """For whom the receiver stands in, by name."""
    ids = {nudge.member_id for nudge in parcel.nudges} - {member.id}
    return [round_.people[each].name for each in sorted(ids)]
