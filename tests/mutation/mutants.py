"""The mutants of a module: one small change each, named by where it is and what it changes, not by its line.

Decorators, annotations, docstrings and sentences for people (strings with a blank) are left as they are.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
LEFT_OUT = {"decorator_list", "annotation", "returns", "type_params"}
Place = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one function; `name` is stable as long as the function keeps its name and the changed words."""

    module: str
    function: str
    outermost: str
    change: str
    tree: ast.Module
    is_read_at_import: bool

    @property
    def name(self) -> str:
        return f"{self.module}:{self.function}: {self.change}"

    @property
    def top(self) -> str:
        """The module, and the function or method without those nested in it."""
        return f"{self.module}:{self.outermost}"


def of_module(*, module: str, source: str) -> Iterator[Mutant]:
    """All mutants of a module; the same change of the same words in one function is numbered."""
    tree = ast.parse(source)
    seen: Counter[tuple[str, str]] = Counter()
    for place, function in _places(tree):
        for replacement in _replacements(_at(tree, place)):
            mutated = deepcopy(tree)
            before, after = _words(tree, place), _words(_put(mutated, place, replacement), place)
            change = f"{before}  ->  {after}"
            seen[function, change] += 1
            number = seen[function, change]
            yield Mutant(
                module=module,
                function=function,
                outermost=_outermost(tree, place),
                change=change if number == 1 else f"{change}  #{number}",
                tree=ast.fix_missing_locations(mutated),
                is_read_at_import=not _is_in_a_body(tree, place),
            )


def _places(tree: ast.Module) -> Iterator[tuple[Place, str]]:
    """Every node by its path from the top, with the name of the function or class it stands in."""
    stack: list[tuple[ast.AST, Place, tuple[str, ...]]] = [(tree, (), ())]
    while stack:
        node, place, names = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = (*names, node.name)
        yield place, ".".join(names) or "module"
        stack.extend((child, (*place, step), names) for step, child in reversed(list(_children(node))))


def _outermost(tree: ast.Module, place: Place) -> str:
    """The function or method, else the class, else the module that a node stands in."""
    names: list[str] = []
    for depth in range(len(place) + 1):
        node = _at(tree, place[:depth])
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        if isinstance(node, ast.FunctionDef):
            break
    return ".".join(names) or "module"


def _is_in_a_body(tree: ast.Module, place: Place) -> bool:
    """Part of what a function does when it is called; the defaults of its arguments are not."""
    return any(
        isinstance(_at(tree, place[:depth]), ast.FunctionDef) and place[depth][0] == "body"
        for depth in range(len(place))
    )


def _children(node: ast.AST) -> Iterator[tuple[tuple[str, int | None], ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in LEFT_OUT or _is_left_alone(node):
            continue
        if isinstance(value, ast.AST):
            yield (name, None), value
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST) and not _is_docstring(item):
                    yield (name, index), item


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_left_alone(node: ast.AST) -> bool:
    """Imports, what a module exports, and the guard of a zip over things that are equally long."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.keyword(arg="strict"):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _at(tree: ast.AST, place: Place) -> ast.AST:
    node = tree
    for name, index in place:
        found = getattr(node, name)
        node = found if index is None else found[index]
    return node


def _put(tree: ast.Module, place: Place, replacement: ast.AST) -> ast.Module:
    parent = _at(tree, place[:-1])
    name, index = place[-1]
    if index is None:
        setattr(parent, name, replacement)
    else:
        getattr(parent, name)[index] = replacement
    return tree


def _words(tree: ast.Module, place: Place) -> str:
    """The changed node in the smallest expression or statement around it that says what it is for."""
    node = _at(tree, place)
    for depth in range(len(place) - 1, 0, -1):
        around = _at(tree, place[:depth])
        if not isinstance(node, ast.Constant | ast.Name | ast.keyword | ast.cmpop | ast.operator):
            break
        if isinstance(around, ast.FunctionDef | ast.ClassDef | ast.Module | ast.arguments):
            break
        node = around
    return ast.unparse(node).split("\n", 1)[0] if isinstance(node, ast.stmt) else ast.unparse(node)


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    yield from _operations(node)
    yield from _conditions(node)
    match node:
        case ast.Constant():
            yield from map(ast.Constant, _constants(node.value))
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute(attr="min" | "max"):
            yield _with(node, "attr", NAMES[node.attr])
        case ast.Expr() | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def _operations(node: ast.AST) -> Iterator[ast.AST]:
    """Other operators."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _connectives(node)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in OPERATORS:
            yield _with(node, "op", OPERATORS[type(node.op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand


def _conditions(node: ast.AST) -> Iterator[ast.AST]:
    """Conditions that always hold, or never do."""
    match node:
        case ast.If() | ast.IfExp():
            yield from (_with(node, "test", ast.Constant(value)) for value in (True, False))
        case ast.comprehension(ifs=[*conditions]):
            yield from (_with(node, "ifs", [*conditions[:i], *conditions[i + 1 :]]) for i in range(len(conditions)))
        case ast.match_case(guard=ast.expr()):
            yield _with(node, "guard", None)


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for i, operator in enumerate(node.ops):
        others = [*node.ops[:i], COMPARISONS[type(operator)](), *node.ops[i + 1 :]]
        yield _with(node, "ops", others)


def _connectives(node: ast.BoolOp) -> Iterator[ast.AST]:
    """The other connective, and each part left out."""
    yield _with(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for i in range(len(node.values)):
        rest = [*node.values[:i], *node.values[i + 1 :]]
        yield rest[0] if len(rest) == 1 else _with(node, "values", rest)


def _constants(value: object) -> Iterator[bool | int | str]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            if value > 0:
                yield value - 1
        case str() if value and " " not in value:
            yield f"X{value}X"


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Another function of the family, and each keyword with a default of its own left out."""
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        kept = [word for word in node.keywords if word.arg != "key"] if node.func.id == "sorted" else node.keywords
        yield ast.Call(func=ast.Name(id=NAMES[node.func.id], ctx=ast.Load()), args=node.args, keywords=kept)
        for word in node.keywords:
            if word.arg == "key":
                yield _with(node, "keywords", [other for other in node.keywords if other is not word])


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    copy = deepcopy(node)
    setattr(copy, field, value)
    return copy
