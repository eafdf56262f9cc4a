"""What may happen while a module is imported: constants, definitions, tables and routers, nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.rules.source import Module, bindings, dotted, starts_with


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BUILDERS = _names("""
    bool bytes dict enumerate float frozenset int len list map max min object range reversed set sorted str
    sum super tuple type zip
    collections.OrderedDict collections.namedtuple contextvars.ContextVar dataclasses.field
    dataclasses.fields datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone
    decimal.Decimal fractions.Fraction functools.partial importlib.resources.files itertools.chain
    itertools.product logging.getLogger operator.attrgetter operator.itemgetter pathlib.Path re.compile
    re.escape string.Template structlog.get_logger types.MappingProxyType typing.NewType typing.ParamSpec
    typing.TypeVar typing.cast warnings.catch_warnings warnings.filterwarnings warnings.simplefilter
    zoneinfo.ZoneInfo aiohttp.ClientTimeout
    handlers.router.Router nlu.tables.any_of nlu.tables.read_table nlu.tables.words_of
""")
"""Calls that only build a value. `nlu.tables` reads word lists that are part of the package."""

LIBRARIES = ("pydantic", "pydantic_settings", "sqlalchemy", "typer")
"""Libraries whose declarations are calls; what of them opens something is in `OPENERS`."""

OPENERS = _names("""
    open connect create_engine create_async_engine begin run start submit gather read_text read_bytes
    write_text write_bytes mkdir touch unlink urlopen urlretrieve Popen Thread Process ThreadPoolExecutor
    ProcessPoolExecutor ClientSession socket create_task get_event_loop getenv system load
""")
"""Last parts of names that open, create or start something."""

EXEMPT = ("storage.migrations.env",)
"""Run by Alembic as a script, never imported."""


def check_loading(module: Module, *, harmless: frozenset[str] = frozenset()) -> list[str]:
    """Complain about anything else at module level; `harmless` are full names of ours that may be called."""
    if any(starts_with(module.name, name) for name in EXEMPT):
        return []
    reader = _Reader(module, harmless | find_harmless([module]))
    return list(reader.complaints(module.tree.body))


def find_harmless(modules: Iterable[Module]) -> frozenset[str]:
    """Full names of our value classes, and of our functions that open nothing, by whatever way they call."""
    values: set[str] = set()
    calls: dict[str, set[str]] = {}
    for module in modules:
        bound = bindings(module)
        for node in module.tree.body:
            name = f"{module.name}.{getattr(node, 'name', '')}"
            if isinstance(node, ast.ClassDef) and (_is_frozen(node) or _declares(node)):
                values.add(name)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                calls[name] = {_full_name(call.func, module, bound) for call in _calls_in(node)}
    opening = {name for name, called in calls.items() if any(c.rpartition(".")[2] in OPENERS for c in called)}
    while more := {name for name, called in calls.items() if called & opening} - opening:
        opening |= more
    return frozenset(values | (calls.keys() - opening))


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _full_name(node: ast.expr, module: Module, bound: dict[str, str]) -> str:
    """The dotted name of what is called; of a method of some value at least its own name."""
    if isinstance(node, ast.Name) and node.id not in bound:
        return f"{module.name}.{node.id}"
    return dotted(node, bound) or (node.attr if isinstance(node, ast.Attribute) else "")


def _is_frozen(node: ast.ClassDef) -> bool:
    return any("frozen=True" in ast.unparse(decorator) for decorator in node.decorator_list)


def _declares(node: ast.ClassDef) -> bool:
    """Whether it is an enum, a named tuple, or a column type of SQLAlchemy."""
    kinds = ("Enum", "NamedTuple", "TypeDecorator")
    return any(kind in base for base in map(ast.unparse, node.bases) for kind in kinds)


class _Reader:
    """Walks what runs at import, one module at a time."""

    def __init__(self, module: Module, harmless: frozenset[str]) -> None:
        self.module = module
        self.bound = bindings(module)
        self.known = BUILDERS | harmless

    def complaints(self, body: Iterable[ast.stmt]) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    yield from self.calls(decorator, is_decorator=True)
                yield from self.complaints(node.body)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                    yield from self.calls(default)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Delete):
                yield from self.calls(node)
            elif isinstance(node, ast.If):
                yield from self.branch(node)
            elif isinstance(node, ast.Try) or (isinstance(node, ast.With) and _silences_warnings(node)):
                yield from self.complaints(node.body)
            elif not isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
                kind = type(node).__name__.lower()
                yield self.module.at(node, f"a {kind} statement runs at import")

    def branch(self, node: ast.If) -> Iterator[str]:
        test = ast.unparse(node.test)
        if "__name__" in test:
            return
        if "TYPE_CHECKING" in test or "sys.version_info" in test or "sys.platform" in test:
            yield from self.complaints([*node.body, *node.orelse])
        else:
            yield self.module.at(node, f"if {test}: decided at import")

    def calls(self, node: ast.AST, *, is_decorator: bool = False) -> Iterator[str]:
        for call in _run_calls(node):
            name = dotted(call.func, self.bound)
            if not is_decorator and not self.is_harmless(call, name):
                yield self.module.at(call, f"{name or ast.unparse(call.func)}(…) runs at import")

    def is_harmless(self, call: ast.Call, name: str) -> bool:
        last = name.rpartition(".")[2] or (call.func.attr if isinstance(call.func, ast.Attribute) else "")
        if last in OPENERS:
            return False
        if name in self.known or _full_name(call.func, self.module, self.bound) in self.known:
            return True
        if any(starts_with(name, library) for library in LIBRARIES):
            return True
        # A method of a value made here, such as "…".split() or Path(__file__).with_name("x").
        root = name.partition(".")[0]
        return (
            isinstance(call.func, ast.Attribute)
            and root not in self.bound
            and root not in self.bound.values()
        )


def _silences_warnings(node: ast.With) -> bool:
    """The one `with` that may stand around an import: a library that warns when it is loaded."""
    return all(ast.unparse(item.context_expr) == "warnings.catch_warnings()" for item in node.items)


def _run_calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of an expression that run now: not those inside a lambda."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _run_calls(child)
