"""Finds the names of vLLM that `accord.engine.vllm` uses, with mypy and vLLM's source."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mypy.build import BuildResult, build
from mypy.config_parser import parse_config_file
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile, TypeInfo
from mypy.options import Options
from mypy.types import AnyType, CallableType, Instance, Overloaded, Type, TypeType, TypeVarType, UnionType
from mypy.types import get_proper_type as proper

ROOT = Path(__file__).parents[2]
PACKAGE = "accord.engine.vllm"
FOLDER = ROOT / "src" / "engine" / "vllm"
APART = 10_000
"""Lines between the files that mypy reads: an expression knows its line, and not its file."""
ERROR = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): error: (?P<message>.*)  \[(?P<code>[a-z-]+)\]")
CODES = {
    *("import-not-found", "import-untyped", "name-defined", "attr-defined", "union-attr"),
    *("call-arg", "call-overload", "arg-type", "override", "misc"),
}
SET_BY_NAME = {"setattr", "delattr", "replace", "remove"}
READ_BY_NAME = {"getattr", "hasattr", "missing", "other_parameters"}
"""Python's own, and those of `shortcuts/shortcut.py`: an object, and then the names of attributes."""

Modules = Callable[[], list[BuildSource]]
How = Literal["imported", "read", "set", "overridden"]


@dataclass(frozen=True, order=True, slots=True)
class Use:
    """A name of vLLM that is used in one line.

    An attribute begins with its class: `AsyncLLM.generate`. `?._x` is an attribute of something whose type
    mypy does not know.
    """

    file: str
    line: int
    name: str
    how: How
    module: str = ""
    """Where the name stands, or its class does."""


def our_modules() -> list[BuildSource]:
    """Return Accord's files, by their module names."""
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        parts = path.relative_to(FOLDER).with_suffix("").parts
        found.append(BuildSource(str(path), ".".join((PACKAGE, *parts)).removesuffix(".__init__")))
    return found


def errors(source: Path | None, cache: Path, modules: Modules = our_modules) -> list[str]:
    """Return the errors of `modules` against vLLM: missing names, and wrong arguments.

    `source` is a folder with `vllm`; None is the installed one.
    """
    found = []
    for error in _checked(modules(), source, cache).errors:
        if (place := ERROR.fullmatch(error)) and place["code"] in CODES:
            path, line, message = place["path"], int(place["line"]) % APART, place["message"]
            if not re.match(r"Argument \d+ of", message):  # of an overriding method with fewer parameters
                found.append(f"{path}:{line}: {message}")
    return found


def _checked(
    modules: list[BuildSource], source: Path | None, cache: Path, *, types: bool = False
) -> BuildResult:
    """Run mypy over `modules`.

    Its results for vLLM are kept in `cache`; Accord's files are always read again.

    With `types`, the types of all expressions are kept, which are too many if the cache is empty.
    """
    options = Options()
    with contextlib.redirect_stdout(io.StringIO()):
        parse_config_file(options, lambda: None, str(Path(__file__).with_name("mypy.ini")), sys.stdout)
    options.cache_dir = str(cache)
    options.python_executable = sys.executable
    options.mypy_path = [str(source)] if source else []
    options.export_types = options.preserve_asts = types
    for index, module in enumerate(modules):
        module.text = "\n" * (APART * index) + _text(module)
    return build(modules, options)


def uses(cache: Path, modules: Modules = our_modules) -> list[Use]:
    """Return the names of the installed vLLM that `modules` use."""
    _checked(modules(), None, cache)  # so that vLLM's are in the cache
    result = _checked(modules(), None, cache, types=True)
    spans = {(e.line, e.column, e.end_line, e.end_column): type_ for e, type_ in result.types.items()}
    found: list[Use] = []
    for index, module in enumerate(modules()):
        reader = _Reader(_file(module), result.files[module.module], spans, APART * index)
        found += reader.read(ast.parse(_text(module)))
    return sorted(set(found))


def _text(module: BuildSource) -> str:
    assert module.path is not None
    return Path(module.path).read_text()


def _file(module: BuildSource) -> str:
    assert module.path is not None
    path = Path(module.path)
    return str(path.relative_to(FOLDER)) if path.is_relative_to(FOLDER) else path.name


Span = tuple[int, int, int | None, int | None]


class _Reader:
    """Finds the uses in one file."""

    def __init__(self, file: str, module: MypyFile, spans: dict[Span, Type], above: int) -> None:
        self.file = file
        self.module = module
        self.spans = spans
        self.above = above

    def read(self, tree: ast.Module) -> Iterator[Use]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "vllm":
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    yield Use(self.file, node.lineno, name, "imported", node.module or "")
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == "vllm":
                        yield Use(self.file, node.lineno, alias.name, "imported", alias.name)
            elif isinstance(node, ast.Attribute):
                how: How = "read" if isinstance(node.ctx, ast.Load) else "set"
                yield from self._attribute(node.value, node.attr, how, node.lineno)
            elif isinstance(node, ast.Call):
                for name, how in _by_name(node):
                    yield from self._attribute(node.args[0], name, how, node.lineno)
            elif isinstance(node, ast.ClassDef):
                yield from self._overridden(node)

    def _attribute(self, value: ast.expr, name: str, how: How, line: int) -> Iterator[Use]:
        if isinstance(value, ast.Name) and (module := self._imported_module(value.id)):
            yield Use(self.file, line, f"{module}.{name}", how, module)
            return
        type_ = self.spans.get(self._span(value))
        for kind in _classes(type_):
            owner = _owner(kind.mro, name)
            if owner is not None and not name.startswith("__"):
                yield Use(self.file, line, f"{owner.name}.{name}", how, owner.module_name)
        if _is_private(name) and (type_ is None or isinstance(proper(type_), AnyType)):
            yield Use(self.file, line, f"?.{name}", how)

    def _overridden(self, node: ast.ClassDef) -> Iterator[Use]:
        symbol = self.module.names.get(node.name)
        if symbol is None or not isinstance(symbol.node, TypeInfo):
            return
        for name in _defined(node):
            bases = symbol.node.mro[1:]
            owner = _owner(bases, name) if any(name in base.names for base in bases) else None
            if owner is not None and not name.startswith("__"):
                yield Use(self.file, node.lineno, f"{owner.name}.{name}", "overridden", owner.module_name)

    def _imported_module(self, name: str) -> str | None:
        symbol = self.module.names.get(name)
        if symbol is not None and isinstance(symbol.node, MypyFile):
            fullname = symbol.node.fullname
            return fullname if fullname.split(".")[0] == "vllm" else None
        return None

    def _span(self, node: ast.expr) -> Span:
        assert node.end_lineno is not None
        return (
            node.lineno + self.above,
            node.col_offset,
            node.end_lineno + self.above,
            node.end_col_offset,
        )


def _by_name(call: ast.Call) -> Iterator[tuple[str, How]]:
    """Find the attributes that a call like `getattr(x, "name")` reads."""
    match call.func:
        case ast.Name(id=function) | ast.Attribute(attr=function) if function in SET_BY_NAME | READ_BY_NAME:
            how: How = "set" if function in SET_BY_NAME else "read"
            for argument in call.args[1 : None if function == "missing" else 2]:
                if isinstance(argument, ast.Constant) and str(argument.value).isidentifier():
                    yield str(argument.value), how


def _classes(type_: Type | None) -> list[TypeInfo]:
    """Return the classes in which an attribute of a value of this type is looked up."""
    match proper(type_):
        case Instance() as instance:
            return [instance.type]
        case UnionType() as union:
            return [each for item in union.items for each in _classes(item)]
        case TypeType() as kind:
            return _classes(kind.item)
        case TypeVarType() as variable:
            return _classes(variable.upper_bound)
        case (CallableType() | Overloaded()) as made if made.is_type_obj():
            return [made.type_object()]
    return []


def _defined(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each.name
        elif isinstance(each, ast.AnnAssign | ast.Assign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _owner(mro: list[TypeInfo], name: str) -> TypeInfo | None:
    """Return the first class of vLLM in an order of bases, if vLLM defines `name`."""
    definer = next((base for base in mro if name in base.names), None)
    if definer is not None and not _is_vllms(definer):
        return None
    return next((base for base in mro if _is_vllms(base)), None)  # without a definition: a subclass has it


def _is_vllms(info: TypeInfo) -> bool:
    return info.module_name.split(".")[0] == "vllm"


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
