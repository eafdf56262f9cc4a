"""Every sentence that the code asks for exists, and every sentence that exists is asked for."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.rules.source import Module, dotted, starts_with

SPEAKERS = ("handlers", "prompts", "bot")
"""Layers that speak through text keys."""

ASKING = frozenset({"say", "reply", "ctx.button", "text", "Refusal", "NotAllowed", "OutOfBounds"})
"""Calls whose first argument is a text key, by last part or, where that is shared, by full name."""

LABELLING = "label"
"""A call `label(family, key)` reads `labels.<family>.<key>`, the key often only known at run time."""

KEY = re.compile(r"[a-z_]+(\.[a-z0-9_-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A key that the code asks for; with `open_ended` only its beginning is known."""

    key: str
    where: str
    open_ended: bool = False


def flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    """The dotted keys of nested tables."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def keys_in(toml: str) -> frozenset[str]:
    """Every key of a file of sentences."""
    return frozenset(flatten(tomllib.loads(toml)))


def asked_by(modules: Iterable[Module]) -> tuple[Asked, ...]:
    """Every key that some code asks for."""
    speaking = (m for m in modules if any(starts_with(m.name, layer) for layer in SPEAKERS))
    return tuple(asked for module in speaking for asked in _asked_in(module))


def _asked_in(module: Module) -> Iterator[Asked]:
    decorators = {
        id(decorator)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
    }
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args or id(node) in decorators:
            continue
        name = dotted(node.func, {})
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name
        where = module.at(node, "")
        if name in ASKING or last in ASKING:
            yield from _keys(node.args[0], where)
        elif last == LABELLING and isinstance(node.args[0], ast.Constant):
            yield Asked(key=f"labels.{node.args[0].value!s}.", where=where, open_ended=True)


def _keys(node: ast.expr, where: str) -> Iterator[Asked]:
    """The keys that an argument may be: a constant, either side of a choice, the beginning of an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
        yield Asked(key=node.value, where=where)
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body, where)
        yield from _keys(node.orelse, where)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _keys(value, where)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield Asked(key=str(node.values[0].value), where=where, open_ended=True)


def check_asked_exist(asked: Iterable[Asked], keys: frozenset[str]) -> list[str]:
    """Complain about keys that no sentence has."""
    return [
        f"{item.where}no sentence {item.key}{'…' if item.open_ended else ''}"
        for item in asked
        if not (any(key.startswith(item.key) for key in keys) if item.open_ended else item.key in keys)
    ]


def check_all_used(modules: Iterable[Module], keys: frozenset[str]) -> list[str]:
    """Complain about sentences that nobody says.

    Said is what a call asks for and what any string of the code names: keys may stand in a table.
    """
    speaking = [m for m in modules if any(starts_with(m.name, layer) for layer in SPEAKERS)]
    beginnings = tuple(item.key for item in asked_by(speaking) if item.open_ended)
    named = {
        node.value
        for module in speaking
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return [f"nobody says {key}" for key in sorted(keys - named) if not key.startswith(beginnings)]
