"""The lines that the first digest of a week adds, soberly: a number, a reason, and how to see more."""

from __future__ import annotations

from bot.domain.messages import Row
from prompts.nudges import DueItem
from prompts.texts import Texts


def waived_row(due: DueItem, *, reason: str, texts: Texts) -> Row:
    """A check that was marked as not applicable, by whom and why."""
    label = texts.say("weekly.waived", rep=due.rep, customer=due.customer)
    return Row(label=label, value=texts.say("weekly.waived_value", node=due.title, reason=reason))


def waived_rest(count: int, *, texts: Texts) -> tuple[Row, ...]:
    """How many more there were."""
    if count <= 0:
        return ()
    value = texts.say("weekly.waived_more", count=count)
    return (Row(label=texts.say("weekly.waived_label"), value=value),)


def stalled_row(name: str, *, count: int, days: int, texts: Texts) -> Row:
    """How many deals of one rep stand still."""
    value = texts.say("weekly.stalled", count=count, days=days, name=name)
    return Row(label=texts.say("weekly.label", rep=name), value=value)


def silent_row(name: str, *, count: int, days: int, texts: Texts) -> Row:
    """How many customers of one rep have been silent."""
    return Row(
        label=texts.say("weekly.label", rep=name), value=texts.say("weekly.silent", count=count, days=days)
    )
