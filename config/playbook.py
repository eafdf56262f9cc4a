"""Reads and checks `playbook.toml`: an error names the file, the line, the table and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.calendar import QuietHours
from bot.domain.errors import ConfigError
from bot.domain.evidence import FormField, Risk
from bot.domain.leads import LeadRule, LeadRules
from bot.domain.nodes import Node
from bot.domain.nudges import Manners
from bot.domain.overrides import conflict_of
from bot.domain.playbook import Hint, Limits, Playbook, Stage, StageProof, Thresholds
from config.playbook_tables import Misplaced, NodeTable, PlaybookTable, StageTable
from config.toml_lines import find_line

DEFAULT_PLAYBOOK = Path(__file__).parent / "playbook.toml"
_AT_LINE = re.compile(r"line (\d+)")


def load_playbook(path: Path | None = None) -> Playbook:
    """The company's rules; ConfigError names the file, and the line, table and key that is wrong."""
    path = path or DEFAULT_PLAYBOOK
    try:
        text = path.read_text(encoding="utf-8")
        table = PlaybookTable.model_validate(tomllib.loads(text))
    except FileNotFoundError as error:
        raise ConfigError(f"{path.name}: there is no such file") from error
    except tomllib.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        raise ConfigError(f"{path.name} line {line[1] if line else '?'}: {error}") from error
    except ValidationError as error:
        raise ConfigError(_explain(path.name, text, error)) from error
    playbook = _to_playbook(table)
    if conflict_of(playbook) == "alert":
        late = next(node for node in playbook.nodes if conflict_of(_alone(playbook, node)) == "alert")
        line_number = find_line(text, ("nodes", late.key, "alert"))
        raise ConfigError(f"{path.name} line {line_number}: nodes.{late.key}.alert: it comes before due")
    return playbook


def _alone(playbook: Playbook, node: Node) -> Playbook:
    return Playbook(
        nodes=(node,),
        stages=playbook.stages,
        manners=playbook.manners,
        limits=playbook.limits,
        thresholds=playbook.thresholds,
    )


def _explain(name: str, text: str, error: ValidationError) -> str:
    """「rules.toml line 31: nodes.need_clarified.due: …」 for the first thing that is wrong."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    # A pattern for keys of a table is told with a mark of its own behind the key.
    place: tuple[str | int, ...] = tuple(part for part in first["loc"] if part != "[key]")
    where, message = ".".join(str(part) for part in place), first["msg"]
    if isinstance(cause, Misplaced):
        where, message = cause.where, str(cause)
        place = tuple(int(part) if part.isdigit() else part for part in where.split("."))
    line = find_line(text, place)
    return f"{name} line {line or 1}: {where or 'top level'}: {message}"


def _to_playbook(table: PlaybookTable) -> Playbook:
    manners, limits = table.manners, table.limits
    return Playbook(
        nodes=tuple(_to_node(key, node) for key, node in table.nodes.items()),
        stages=tuple(_to_stage(stage) for stage in table.stages),
        hints=tuple(Hint(key=key, **dict(hint)) for key, hint in table.hints.items()),
        not_yet=table.not_yet,
        form_links=table.form_links,
        purchase_headings=table.purchase_headings,
        manners=Manners(
            quiet_hours=QuietHours(begin=manners.quiet_begin, end=manners.quiet_end),
            **_without(dict(manners), "quiet_begin", "quiet_end"),
        ),
        limits=Limits(
            file_bytes=limits.file_mebibytes * 1024 * 1024, **_without(dict(limits), "file_mebibytes")
        ),
        thresholds=Thresholds(**dict(table.thresholds)),
        leads=LeadRules(
            first_contact=table.leads.first_contact,
            untouched=table.leads.untouched,
            allot=tuple(LeadRule(**dict(rule)) for rule in table.leads.allot),
        ),
    )


def _to_stage(table: StageTable) -> Stage:
    proofs = tuple(StageProof(**dict(proof)) for proof in table.proofs)
    return Stage(**{**dict(table), "proofs": proofs})


def _to_node(key: str, table: NodeTable) -> Node:
    parts = {
        "only_words": tuple(table.only_words.items()),
        "fields": tuple(FormField(**dict(field)) for field in table.fields),
        "risks": tuple(Risk(**dict(risk)) for risk in table.risks),
    }
    return Node(key=key, **{**dict(table), **parts})


def _without(values: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}
