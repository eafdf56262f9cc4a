"""Marks messages so that one sent again after a broken connection arrives once, and equal new ones all do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from bot.domain.errors import PlatformError

SHORTEST_SECONDS, LONGEST_SECONDS = 60, 179
"""Long enough for the outbox's first tries; short, should the platform compare texts and not requests."""
MAX_UNSURE = 1000


class Resends:
    """Remembers the sends of which nobody knows whether they arrived.

    The platform does not deliver a request twice that is equal to an earlier one within
    `duplicate_check_interval` [D90236]. Each new message gets another interval, so that the same words said
    twice differ; a message sent again after an unknown end gets the interval that it had.
    """

    def __init__(self) -> None:
        self._intervals = cycle(range(SHORTEST_SECONDS, LONGEST_SECONDS + 1))
        self._unsure: dict[str, Mapping[str, Any]] = {}

    @contextmanager
    def marked(self, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The request to send inside the block; a PlatformError that leaves it makes the end unknown.

        A card sent again keeps the task_id of its first try, whatever the new one is.
        """
        name = _digest(request)
        marked = self._unsure.pop(name, None) or {
            **request,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": next(self._intervals),
        }
        try:
            yield marked
        except PlatformError as error:
            if not error.permanent:
                self._unsure[name] = marked
                while len(self._unsure) > MAX_UNSURE:
                    del self._unsure[next(iter(self._unsure))]
            raise


def _digest(request: Mapping[str, Any]) -> str:
    """The same for a card under another task_id."""
    card = request.get("template_card") or {}
    same = {**request, "template_card": {key: value for key, value in card.items() if key != "task_id"}}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()
