"""The bot's sentences by key, read from `messages.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.domain.calendar import SHANGHAI

MESSAGES = Path(__file__).parent / "messages.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Sentences and labels by their dotted key."""

    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence with its `{names}` filled in; KeyError for an unknown key or a missing value."""
        return self.sentences[key].format(**values)

    def label(self, family: str, key: str) -> str:
        """The word for a member of a closed list, such as `action` `send_quote`; the key itself if it has
        none.
        """
        return self.sentences.get(f"labels.{family}.{key}", key)

    def day(self, day: date) -> str:
        """「11-27 周五」."""
        return f"{day:%m-%d} {self.label('weekday', str(day.weekday()))}"

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """「今天 15:00」, 「明天 09:30」, else 「11-27 周五 15:00」."""
        local = moment.astimezone(SHANGHAI)
        return f"{self.near_day(local.date(), now=now)} {local:%H:%M}"

    def near_day(self, day: date, *, now: datetime) -> str:
        """「昨天」, 「今天」, 「明天」, else 「11-27 周五」."""
        today = now.astimezone(SHANGHAI).date()
        near = {today - timedelta(days=1): "-1", today: "0", today + timedelta(days=1): "1"}
        return self.label("near_day", near[day]) if day in near else self.day(day)


def load_texts(path: Path = MESSAGES) -> Texts:
    """Read the sentences; nested tables become dotted keys."""
    return Texts(sentences=dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8")))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.extend(_flatten(value, f"{prefix}{key}."))
        else:
            flat.append((prefix + key, str(value).strip()))
    return flat
