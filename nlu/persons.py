"""The value that the people finders share, and the lists of surnames, titles, roles and departments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlu.tables import any_of, read_table, words_of

PEOPLE = read_table("people")
ROLES = words_of(PEOPLE["roles"])
SURNAME = any_of(PEOPLE["surnames"])
STRONG_SURNAME = any_of(set(words_of(PEOPLE["surnames"])) - set(words_of(PEOPLE["weak_surnames"])))
TITLE = any_of(PEOPLE["titles"])
ROLE = any_of(ROLES)
DEPARTMENT = any_of(PEOPLE["departments"])
BARE_TITLE = any_of(PEOPLE["bare_titles"])
HAN = "\u4e00-\u9fff"


class Side(StrEnum):
    """Whose people."""

    CUSTOMER = "customer"
    OURS = "ours"
    RIVAL = "rival"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """One mention: `name` without role or department at `start` to `end`; `said_from` takes in the role."""

    name: str
    start: int
    end: int
    said_from: int
    surname: str
    title: str
    side: Side
    rule: str


def person_hit(name: str, start: int, rule: str, *, surname: str = "", title: str = "") -> PersonHit:
    """A mention at its plain place; side and role are told later."""
    return PersonHit(
        name=name, start=start, end=start + len(name), said_from=start, surname=surname, title=title,
        side=Side.CUSTOMER, rule=rule,
    )  # fmt: skip
