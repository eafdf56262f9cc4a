"""Reads the product's modules and resolves the names in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

PACKAGES = ("bot", "nlu", "handlers", "storage", "prompts", "config")
"""The folders whose Python is the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One source file: its dotted name, its path from the root, its text and what the parser makes of it."""

    name: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool = False

    def at(self, node: ast.AST, message: str) -> str:
        """A complaint that an editor can jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"


def parse(name: str, text: str, *, is_package: bool = False) -> Module:
    """A module from source text."""
    path = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
    return Module(name=name, path=path, text=text, tree=ast.parse(text), is_package=is_package)


@cache
def product() -> tuple[Module, ...]:
    """Every module of the product, by path."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(_read(file) for file in files)


def _read(file: Path) -> Module:
    parts = file.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return parse(name, file.read_text(encoding="utf-8"), is_package=is_package)


def starts_with(name: str, prefix: str) -> bool:
    """Whether a dotted name is the prefix or lies under it."""
    return name == prefix or name.startswith(f"{prefix}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported name as written out in full, such as `bot.domain.visits.supplement`."""

    target: str
    bound_to: str
    node: ast.stmt


def imports_of(module: Module, tree: ast.AST | None = None) -> Iterator[Import]:
    """Every import of the module, those inside functions too; relative ones in full."""
    for node in ast.walk(tree or module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield Import(target=alias.name, bound_to=bound, node=node)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                yield Import(target=f"{base}.{alias.name}", bound_to=alias.asname or alias.name, node=node)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    here = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*here, *([node.module] if node.module else [])])


def bindings(module: Module) -> dict[str, str]:
    """What each imported name stands for: `dt` → `datetime.datetime`."""
    bound = {}
    for item in imports_of(module):
        plain = isinstance(item.node, ast.Import) and item.bound_to == item.target.partition(".")[0]
        bound[item.bound_to] = item.bound_to if plain else item.target
    return bound


def dotted(node: ast.AST, bound: dict[str, str]) -> str:
    """The full dotted name of a name or attribute; empty where it is none."""
    if isinstance(node, ast.Name):
        return bound.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, bound)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
