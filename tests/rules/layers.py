"""Who may import whom: the table of layers, cycles, and platforms that do not know each other."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from tests.rules.source import PACKAGES, Module, imports_of, starts_with

EVERYTHING = tuple(PACKAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What a layer may import besides itself and the standard library."""

    ours: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()


def _layer(ours: Iterable[str] = (), others: str = "") -> Layer:
    return Layer(ours=tuple(ours), others=frozenset(others.split()))


DOMAIN = ("bot.domain",)
NLU = "jieba spacy ahocorasick rapidfuzz pypinyin zhconv"

LAYERS: dict[str, Layer] = {
    "bot.domain": _layer(),
    "config": _layer(DOMAIN, "pydantic pydantic_settings chinese_calendar lunardate structlog"),
    "prompts": _layer(DOMAIN),
    "nlu": _layer(DOMAIN, NLU),
    "nlu.speech*": _layer([*DOMAIN, "nlu"], f"{NLU} numpy whisper av torch faster_whisper ctranslate2"),
    "storage": _layer(DOMAIN, "sqlalchemy alembic redis psycopg pydantic openpyxl"),
    "bot.platforms": _layer(DOMAIN, "aiohttp"),
    "bot.platforms.wecom.codec": _layer([*DOMAIN, "bot.platforms"], "aiohttp wechatpy"),
    "handlers": _layer([*DOMAIN, "prompts"]),
    "bot": _layer(
        EVERYTHING, "aiohttp apscheduler taskiq taskiq_redis typer rich structlog prometheus_client"
    ),
}
"""The longest fitting name decides; a star stands for any ending."""


def layer_of(name: str) -> str:
    """The key in `LAYERS` of a module."""
    fitting = [key for key in LAYERS if _fits(name, key)]
    return max(fitting, key=len, default="")


def _fits(name: str, key: str) -> bool:
    return name.startswith(key[:-1]) if key.endswith("*") else starts_with(name, key)


def check_layers(module: Module) -> list[str]:
    """Complain about every import that the module's layer may not have."""
    own = layer_of(module.name)
    layer = LAYERS[own]
    home = own.rstrip("*").rpartition(".")[0] if own.endswith("*") else own
    wrong = []
    for item in imports_of(module):
        top = item.target.partition(".")[0]
        if top == "tests":
            wrong.append(module.at(item.node, f"the product must not import {item.target}"))
        elif top in PACKAGES:
            target = layer_of(item.target)
            allowed = {own, home, *layer.ours}
            if "bot" in layer.ours or _is_allowed(target, allowed):
                continue
            wrong.append(module.at(item.node, f"{own} must not import {item.target}"))
        elif top not in sys.stdlib_module_names and top not in layer.others:
            wrong.append(module.at(item.node, f"{own} must not import the library {top}"))
    return wrong


def _is_allowed(target: str, allowed: set[str]) -> bool:
    """Whether the target's layer is allowed itself or as a special part of an allowed one.

    `bot` never widens to `bot.domain` and the like: the rim, which may import all, is let through before.
    """
    return target in allowed or any(starts_with(target.rstrip("*"), key) for key in allowed - {"bot"})


def check_siblings(module: Module, *, folders: frozenset[str]) -> list[str]:
    """Complain where one platform's folder imports another's."""
    parts = module.name.split(".")
    if parts[:2] != ["bot", "platforms"] or len(parts) < 3 or parts[2] not in folders:
        return []
    others = folders - {parts[2]}
    return [
        module.at(item.node, f"{parts[2]} must not know {item.target}")
        for item in imports_of(module)
        if any(starts_with(item.target, f"bot.platforms.{other}") for other in others)
    ]


def platform_folders(modules: Iterable[Module]) -> frozenset[str]:
    """The names of the platforms."""
    names = (module.name.split(".") for module in modules if module.is_package)
    return frozenset(parts[2] for parts in names if parts[:2] == ["bot", "platforms"] and len(parts) == 3)


def find_cycles(modules: Iterable[Module]) -> list[str]:
    """Complain about every circle of module-level imports, each named once."""
    everything = {module.name: module for module in modules}
    edges = {name: _imported_at_load(module, everything.keys()) for name, module in everything.items()}
    cycles: set[tuple[str, ...]] = set()
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = path[path.index(name) :]
            first = circle.index(min(circle))
            cycles.add(circle[first:] + circle[:first])
        elif name not in finished:
            for target in sorted(edges[name]):
                visit(target, (*path, name))
            finished.add(name)

    for name in sorted(edges):
        visit(name, ())
    return [" → ".join((*circle, circle[0])) for circle in sorted(cycles)]


def _imported_at_load(module: Module, known: Iterable[str]) -> set[str]:
    names = set(known)
    found = set()
    for statement in module.tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom | ast.Try):
            continue
        for item in imports_of(module, statement):
            for target in (item.target, item.target.rpartition(".")[0]):
                if target in names:
                    found.add(target)
                    break
    return found - {module.name}
