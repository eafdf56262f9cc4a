"""What pure layers never ask for, and where Chinese words may stand."""

from __future__ import annotations

import ast
import re

from tests.rules.source import Module, bindings, dotted, imports_of, starts_with

PURE = ("bot.domain", "handlers", "prompts", "nlu")
"""Layers that get the time, chance and settings as arguments."""

ASKING = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.process_time",
    "time.localtime",
    "time.gmtime",
    "time.strftime",
    "time.sleep",
    "random",
    "secrets",
    "numpy.random",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "os.getcwd",
    "pathlib.Path.home",
    "pathlib.Path.cwd",
)
"""Names that read the clock, chance or the environment."""

CHINESE = re.compile("[\u4e00-\u9fff]")

SPEAKING = ("nlu", "prompts", "config")
"""Layers whose data is Chinese: what is listened for, what is said, what a company sets."""


def check_purity(module: Module) -> list[str]:
    """Complain where a pure layer asks for the time, chance or the environment itself."""
    if not any(starts_with(module.name, layer) for layer in PURE):
        return []
    bound = bindings(module)
    wrong = {
        (node.lineno, name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        for name in [dotted(node, bound)]
        if name in ASKING or any(name.startswith(f"{asked}.") for asked in ("random", "secrets"))
    }
    wrong |= {
        (item.node.lineno, item.target)
        for item in imports_of(module)
        if item.target.partition(".")[0] in ("random", "secrets")
    }
    return [f"{module.path}:{line}: {name}: take it as an argument" for line, name in sorted(wrong)]


def check_chinese(module: Module) -> list[str]:
    """Complain about Chinese in strings, except docstrings, decorators, commands and layers that speak."""
    if any(starts_with(module.name, layer) for layer in SPEAKING):
        return []
    exempt: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                exempt |= {id(part) for part in ast.walk(decorator)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Command":
            # Commands carry their own names, decorated or not.
            exempt |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            # A string that stands alone: the docstring of a module, class, function or field.
            exempt.add(id(node.value))
    return [
        module.at(node, f"Chinese belongs into prompts, nlu or config: {node.value!r}")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in exempt
        and CHINESE.search(node.value)
    ]
