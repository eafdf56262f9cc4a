"""What the tests of understanding share: one reader, one moment, a small company's lexicon."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from bot.domain.calendar import SHANGHAI
from bot.domain.understanding import Field, Lexicon, LexiconEntry, Understanding, VisitFacts
from config.calendar import load_calendar
from nlu.understand import Understander

NOW = datetime(2026, 11, 12, 15, 0, tzinfo=SHANGHAI)
"""A Thursday; the week ends on the 15th."""

LEXICON = Lexicon(
    customers=(
        LexiconEntry(key="kanglian", names=("杭州康联医疗科技有限公司", "康联")),
        LexiconEntry(key="deli-e", names=("宁波德力电子有限公司", "德力电子")),
        LexiconEntry(key="deli-m", names=("德力机械有限公司", "德力机械")),
        LexiconEntry(key="yuexin", names=("悦欣酒店管理有限公司", "悦欣酒店")),
    ),
    competitors=(LexiconEntry(key="siemens", names=("西门子",)), LexiconEntry(key="tongyi", names=("统一",))),
    products=(LexiconEntry(key="plc", names=("小型PLC", "PLC")),),
)


@cache
def understander() -> Understander:
    """Loaded once for the whole run."""
    return Understander.load(load_calendar(2025, 2027))


def understand(text: str, lexicon: Lexicon = LEXICON) -> Understanding:
    """The note as of `NOW`."""
    return understander().understand(text, now=NOW, lexicon=lexicon)


def values(visit: VisitFacts, field: Field) -> list[str]:
    """The values of one field."""
    return [fact.value for fact in visit.of(field)]


def deeds(visit: VisitFacts) -> list[tuple[str, str | None]]:
    """Kind and deadline of every action."""
    return [(action.kind.value, action.due.iso() if action.due else None) for action in visit.actions]
