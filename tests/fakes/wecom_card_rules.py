"""How the fake of WeCom judges a template card, by section 4.6 of the contract."""

from __future__ import annotations

import re
from typing import Any

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
KINDS = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
KEY_BYTES, ID_BYTES = 1024, 128

LENGTHS = (
    ("main_title.title", 36),
    ("sub_title_text", 160),
    ("horizontal_content_list.keyname", 5),
    ("horizontal_content_list.value", 30),
    ("button_list.text", 10),
    ("jump_list.title", 18),
    ("button_selection.option_list.text", 16),
    ("select_list.option_list.text", 16),
    ("submit_button.text", 10),
)
"""Lengths that the document recommends; a longer one is cut on the screen, and a violation here."""
DESCRIPTION = {"multiple_interaction": 160, "vote_interaction": 160}


def check_card(
    card: dict[str, Any], violations: list[str], *, task_ids: set[str], is_update: bool = False
) -> int:
    """The error code of a card, 0 if it is sound. Over-long words are noted in `violations`."""
    kind = card.get("card_type")
    if kind not in KINDS:
        return 42031
    if kind != "text_notice" and not is_update:
        task_id = str(card.get("task_id", ""))
        if not TASK_ID.fullmatch(task_id) or task_id in task_ids:
            return 42014
    note_lengths(card, violations)
    title = card.get("main_title", {}).get("title")
    if not title and not (kind == "text_notice" and card.get("sub_title_text")):
        return 42033
    rows = card.get("horizontal_content_list", [])
    if len(rows) > 6:
        return 42035
    if any(not row.get("keyname") for row in rows):
        return 42027
    if kind in ("text_notice", "news_notice"):
        return check_notice(card)
    if kind == "button_interaction":
        return check_buttons(card.get("button_list", [])) or check_questions(
            [card["button_selection"]] if "button_selection" in card else []
        )
    if kind == "multiple_interaction":
        selects = card.get("select_list", [])
        submit = card.get("submit_button", {})
        if not 1 <= len(selects) <= 3:
            return 42047
        if not is_update and not submit.get("key"):
            return 42046
        return check_questions(selects)
    return 0


def check_notice(card: dict[str, Any]) -> int:
    """Notices must open something."""
    if card.get("card_action", {}).get("type") not in (1, 2):
        return 42045
    jumps = card.get("jump_list", [])
    if len(jumps) > 3:
        return 42042
    addresses = [
        card["card_action"].get("url"),
        *(jump.get("url") for jump in jumps if jump.get("type") == 1),
    ]
    return 0 if all(str(address).startswith("http") for address in addresses) else 42028


def check_buttons(buttons: list[dict[str, Any]]) -> int:
    """One to six, each with words and a key of its own."""
    if not 1 <= len(buttons) <= 6:
        return 42017
    if any(not button.get("text") for button in buttons):
        return 42020
    keys = [button.get("key", "") for button in buttons if button.get("type", 0) == 0]
    if any(not key or len(key.encode()) > KEY_BYTES for key in keys):
        return 42018
    return 42019 if len(set(keys)) < len(keys) else 0


def check_questions(questions: list[dict[str, Any]]) -> int:
    """Each with a key of its own and one to ten options."""
    keys = [question.get("question_key") for question in questions]
    if not all(keys) or len(set(keys)) < len(keys):
        return 42043
    for question in questions:
        options = question.get("option_list", [])
        if not 1 <= len(options) <= 10:
            return 42037
        ids = [str(option.get("id", "")) for option in options]
        if not all(ids) or len(set(ids)) < len(ids) or any(len(each.encode()) > ID_BYTES for each in ids):
            return 42040
        if not all(option.get("text") for option in options):
            return 42041
    return 0


def note_lengths(card: dict[str, Any], violations: list[str]) -> None:
    """Put every over-long word into the book of violations."""
    description = DESCRIPTION.get(card["card_type"], 44)
    for path, limit in (*LENGTHS, ("main_title.desc", description)):
        for words in read_all(card, path.split(".")):
            if len(words) > limit:
                violations.append(f"{path} of {len(words)} characters")


def read_all(part: Any, path: list[str]) -> list[str]:
    """All texts at a path; lists are walked through."""
    if isinstance(part, list):
        return [words for each in part for words in read_all(each, path)]
    if not path:
        return [part] if isinstance(part, str) else []
    return read_all(part.get(path[0]), path[1:]) if isinstance(part, dict) else []
