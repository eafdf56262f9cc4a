"""Lines of a simulated note: each value with the words that it stands on and the rule that read them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import Row
from bot.domain.nodes import NodeItem
from bot.domain.understanding import Fact, Field, VisitFacts
from prompts.texts import Texts

_FAMILIES = {
    Field.SIGNAL: "signal",
    Field.PROGRESS: "progress",
    Field.NEED_SCENE: "need_scene",
    Field.TOPIC: "topic",
}


def fact_rows(facts: VisitFacts, *, texts: Texts) -> list[Row]:
    """A row for each fact, and for each name that fits several."""
    rows = [
        Row(
            label=texts.label("field", fact.field),
            value=_stands_on(_value(fact, texts), fact.said, fact.rule, texts),
        )
        for fact in facts.facts
    ]
    for mention in facts.mentions:
        value = texts.say("simulation.several", count=len(mention.candidates))
        rows.append(
            Row(label=texts.label("field", mention.field), value=_stands_on(value, mention.said, "", texts))
        )
    return rows


def action_rows(facts: VisitFacts, *, texts: Texts) -> list[Row]:
    """A row for each thing to do, and one for its day."""
    rows = []
    for action in facts.actions:
        label = texts.label("field", "next_action")
        value = texts.label("action", action.kind)
        rows.append(Row(label=label, value=_stands_on(value, action.text, action.rule, texts)))
        if action.due:
            value = _stands_on(action.due.iso(), action.due.said, action.due.rule, texts)
            rows.append(Row(label=texts.label("field", "due"), value=value))
    return rows


def node_line(name: str, item: NodeItem, *, now: datetime, texts: Texts) -> str:
    """「竞品应对备案：因为「西门子」，明天 15:00 提醒，后天 15:00 预警」."""
    due, alert = (texts.moment(moment, now=now) for moment in (item.due_at, item.alert_at))
    return texts.say("simulation.node", name=name, said=item.said, due=due, alert=alert)


def _value(fact: Fact, texts: Texts) -> str:
    family = _FAMILIES.get(fact.field)
    return texts.label(family, fact.value) if family else fact.value


def _stands_on(value: str, said: str, rule: str, texts: Texts) -> str:
    key = "simulation.value" if rule else "simulation.value_plain"
    return texts.say(key, value=value, said=said, rule=rule)
