"""Questions with three answers, and what customers answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.three_options import CustomerAnswer, Question
from storage.lead_tables import customer_answers, three_options
from storage.ledger import Ledger, Trail


class Questions:
    """The company's questions; the audit has their versions."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="three_option", kind=Question, table=three_options)

    def get(self, question_id: int) -> Question | None:
        """The question of that id."""
        return self.ledger.get(question_id)

    def named(self, name: str) -> Question | None:
        """The newest question of that name, in use before a retired one."""
        query = self.ledger.query(three_options.c.name == name)
        return self.ledger.first(query.order_by(three_options.c.active.desc(), three_options.c.id.desc()))

    def active(self) -> Sequence[Question]:
        """Those in use, oldest first."""
        return self.ledger.all(self.ledger.query(three_options.c.active).order_by(three_options.c.id))

    def save(self, question: Question) -> Question:
        """Store a question."""
        return self.ledger.save(question)


class CustomerAnswers:
    """What customers answered, the newest answer to each question."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="customer_answer", kind=CustomerAnswer, table=customer_answers)

    def of(self, customer_ids: Iterable[int]) -> Sequence[CustomerAnswer]:
        """The answers of these customers, by question."""
        query = self.ledger.query(customer_answers.c.customer_id.in_(list(customer_ids)))
        return self.ledger.all(query.order_by(customer_answers.c.question_id, customer_answers.c.id))

    def save(self, answer: CustomerAnswer) -> CustomerAnswer:
        """Store an answer."""
        return self.ledger.save(answer)
