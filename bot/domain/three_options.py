"""Questions with three answers: admins define them, a card asks, one tap answers, the customer keeps it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import require_aware
from bot.domain.understanding import Signal

OPTIONS = 3
NAME_CHARACTERS = 12
OPTION_CHARACTERS = 8
TEXT_CHARACTERS = 40
_PARTS = re.compile(r"[/／|｜]")
_SPLIT = re.compile(r"[:：]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """「预算：已定/未定/不愿说」. `text` is how it is asked; empty: by its name.

    It fits where stage, industry and signal do; what is empty fits always.
    """

    id: int
    name: str
    options: tuple[str, ...]
    text: str = ""
    stage_key: str = ""
    industries: tuple[str, ...] = ()
    signals: frozenset[Signal] = frozenset()
    active: bool = True

    def __post_init__(self) -> None:
        if len(self.options) != OPTIONS or len(set(self.options)) != OPTIONS:
            raise ValueError("a question has three different answers")

    def fits(self, *, stages: Collection[str], industry: str, signals: Collection[str]) -> bool:
        """Whether a customer in one of these stages, of this industry, who says this, can be asked."""
        return (
            (not self.stage_key or self.stage_key in stages)
            and (not self.industries or industry in self.industries)
            and (not self.signals or bool(self.signals & set(signals)))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswer:
    """What a customer's answer is, who heard it and when; one a question and customer.

    The option's words are kept, so that it says the same after the question was changed.
    """

    id: int
    question_id: int
    customer_id: int
    option: str
    member_id: int
    answered_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.answered_at, "answered_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A question as an admin has written it; `scopes` stand behind @, not read yet."""

    name: str
    options: tuple[str, ...]
    scopes: tuple[str, ...] = ()


def read_question(words: str) -> Written | None:
    """「预算：已定/未定/不愿说 @报价谈判」; None where it is not written like this."""
    plain, *scopes = re.split(r"[@＠]", " ".join(words.split()))
    name, *rest = _SPLIT.split(plain, maxsplit=1)
    options = tuple(part.strip() for part in _PARTS.split(rest[0])) if rest else ()
    named = tuple(scope.strip() for scope in scopes)
    sound = len(options) == OPTIONS == len(set(options)) and all(
        0 < len(each) <= OPTION_CHARACTERS for each in options
    )
    if not sound or not 0 < len(name.strip()) <= NAME_CHARACTERS or not all(named):
        return None
    return Written(name=name.strip(), options=options, scopes=named)


def next_question(
    questions: Sequence[Question],
    answers: Sequence[CustomerAnswer],
    *,
    stages: Collection[str],
    industry: str,
    signals: Collection[str],
) -> Question | None:
    """The first question that fits and that nobody has answered for the customer yet."""
    known = {answer.question_id for answer in answers}
    fitting = (
        question
        for question in questions
        if question.active
        and question.id not in known
        and question.fits(stages=stages, industry=industry, signals=signals)
    )
    # What the note speaks of is asked before what always fits.
    return min(fitting, key=lambda question: (not question.signals, question.id), default=None)
