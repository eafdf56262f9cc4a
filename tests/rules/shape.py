"""How a file looks: its size, its name, its first sentence, what its classes build on."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path

from tests.rules.source import PACKAGES, Module, starts_with

HISTORY = "storage.migrations.versions"
"""Steps of the database written by Alembic, each once and for ever: long where there were many tables."""

FILE_LINES = 300
FUNCTION_LINES = 40

VAGUE_NAMES = ("util", "helper", "common", "manager", "service", "factory")
"""Words that say nothing of what is inside; their plurals neither."""

FOLDERS = frozenset(PACKAGES) | {"tests", "docs"}
LEFTOVERS = frozenset({"var", "build", "dist", "__pycache__"})
"""What the program and the tools write beside the code; git ignores it."""

LANGUAGE_BASES = frozenset({"Exception", "ValueError", "Enum", "StrEnum", "IntEnum", "Protocol", "Generic"})
LIBRARY_BASES = frozenset({"BaseModel", "BaseSettings", "TypeDecorator"})
BASES = LANGUAGE_BASES | LIBRARY_BASES
"""What a class may build on; a `TypeDecorator` is the one way to teach SQLAlchemy a type, and `Generic`
that of Python 3.11 to name a type parameter."""


def check_file_size(module: Module) -> list[str]:
    """Complain about a file that should be split by noun."""
    lines = 0 if starts_with(module.name, HISTORY) else module.text.count("\n")
    return [f"{module.path}: {lines} lines, at most {FILE_LINES}"] if lines > FILE_LINES else []


def check_function_size(module: Module) -> list[str]:
    """Complain about functions of too many lines of code; docstrings, comments and blank lines are free."""
    code = set() if starts_with(module.name, HISTORY) else _lines_of_code(module.text)
    wrong = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = code & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - _docstring_lines(
                node
            )
            if len(lines) > FUNCTION_LINES:
                wrong.append(module.at(node, f"{node.name} has {len(lines)} lines, at most {FUNCTION_LINES}"))
    return wrong


def _lines_of_code(text: str) -> set[int]:
    silent = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    spans = (range(token.start[0], token.end[0] + 1) for token in tokens if token.type not in silent)
    return {line for span in spans for line in span}


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    if ast.get_docstring(node) is None:
        return set()
    first = node.body[0]
    return set(range(first.lineno, (first.end_lineno or first.lineno) + 1))


def check_file_name(module: Module) -> list[str]:
    """Complain about a file or folder whose name says nothing."""
    words = {word for part in module.name.split(".") for word in part.split("_")}
    plurals = {form for name in VAGUE_NAMES for form in (name, f"{name}s", f"{name[:-1]}ies")}
    return [f"{module.path}: “{word}” says nothing; name it by its noun" for word in sorted(words & plurals)]


def check_opening(module: Module) -> list[str]:
    """Complain where the sentence on top is missing."""
    opening = (ast.get_docstring(module.tree) or "").partition("\n")[0]
    if starts_with(module.name, HISTORY):
        return [] if opening else [f"{module.path}:1: say in one sentence what the migration does"]
    if not opening.endswith((".", ":", ";")) and "." not in opening:
        return [f"{module.path}:1: say in one sentence what the file is for"]
    return []


def check_inheritance(module: Module, *, families: frozenset[str] = frozenset()) -> list[str]:
    """Complain about classes that build on others; `families` are our own exceptions and pydantic tables."""
    wrong = []
    for node in (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)):
        bases = [ast.unparse(base) for base in node.bases]
        if "Protocol" in bases:
            # A protocol that widens another has no other way to say so.
            continue
        for base in node.bases:
            name = ast.unparse(base).partition("[")[0].rpartition(".")[2]
            if name not in BASES | families and not name.endswith(("Error", "Exception")):
                wrong.append(module.at(node, f"{node.name} builds on {name}; compose instead"))
        if any(keyword.arg == "metaclass" for keyword in node.keywords):
            wrong.append(module.at(node, f"{node.name} has a metaclass"))
    return wrong


def families(modules: Iterable[Module]) -> frozenset[str]:
    """Names of our own classes that build on exceptions or pydantic models, however deep."""
    bases = {
        node.name: {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"Exception", "ValueError", "BaseModel", "BaseSettings"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


def check_frozen(module: Module) -> list[str]:
    """Complain about dataclasses without slots, and about values of the domain that can change."""
    wrong = []
    in_domain = starts_with(module.name, "bot.domain")
    for node in (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)):
        for decorator in map(ast.unparse, node.decorator_list):
            if decorator.partition("(")[0] not in ("dataclass", "dataclasses.dataclass"):
                continue
            if "slots=True" not in decorator:
                wrong.append(module.at(node, f"{node.name} is a dataclass without slots"))
            if in_domain and "frozen=True" not in decorator:
                wrong.append(module.at(node, f"{node.name} is a value of the domain: freeze it"))
    return wrong


def check_folders(root: Path) -> list[str]:
    """Complain about a folder at the top level that the layout does not know."""
    found = {entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    strange = {name for name in found - FOLDERS - LEFTOVERS if not name.endswith(".egg-info")}
    return [f"{name}/ is not part of the layout" for name in sorted(strange)]
