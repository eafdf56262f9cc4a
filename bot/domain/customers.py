"""Customers and their people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BuyingRole(StrEnum):
    """A contact's part in the customer's decision."""

    INITIATOR = "initiator"
    INFLUENCER = "influencer"
    VETOER = "vetoer"
    DECIDER = "decider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer organisation; `aliases` are the names that people say. `owner_id` is its rep."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    industry: str = ""
    owner_id: int | None = None

    @property
    def short_name(self) -> str:
        """The name that people say: the first alias, else the full name."""
        return self.aliases[0] if self.aliases else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at a customer, called as reps call them (张总, 王工)."""

    id: int
    customer_id: int
    name: str
    title: str = ""
    department: str = ""
    role: BuyingRole | None = None
    active: bool = True
