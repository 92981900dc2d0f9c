"""Whether two runs gave the same: records and figures, stage by stage.

    python benchmarks/same_run.py runs/before/korean-search-demo runs/after/korean-search-demo

A change of the code that should change nothing is checked by this: the same recipe run by two
builds. Stages are compared in the order of the work, so the first difference is where the two part.
Compared are the records of every stage, its state (fingerprint, counts, figures), arrays, weights
and tables, and results.json. Left out are times, the recipe's own wording (a key may have a new
name: what a stage depends on is compared by its fingerprint), pages for people, caches, and the
folders' own paths. Ends with status 1 where something differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

CLOCK = {"seconds", "memory", "created", "date", "runtime"}
"""Keys whose values depend on the clock."""
CACHES = ("embeddings/", "teacher.sqlite", ".lock")
"""What is computed again where it is missing, and grows as a run was stopped."""
TEXT = {".tsv", ".csv", ".txt", ".vocab"}


def main() -> None:
    """Compare the two folders that the command line names, and print what was found."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    first, second = (Path(name) for name in sys.argv[1:])
    for folder in (first, second):
        if not (folder / "recipe.json").is_file():
            sys.exit(f"{folder} holds no run (recipe.json is missing); name a run's folder")
    compared = 0
    for stage in stages(first, second):
        found = next(differences(first, second, stage), "")
        if found:
            print(f"{stage}: {found}")
            sys.exit(1)
        print(f"{stage}: the same")
        compared += 1
    print(f"{compared} parts compared, no difference")


def stages(first: Path, second: Path) -> list[str]:
    """Names of the stages that either run has, in the order of the work; results.json is last."""
    numbers: dict[str, int] = {}
    for folder in (second, first):
        for state in folder.glob("[!.]*/stage.json"):
            if "~" not in state.parent.name:
                numbers[state.parent.name] = json.loads(state.read_text("utf-8"))["number"]
    return [*sorted(numbers, key=lambda name: (numbers[name], name)), "results.json"]


def differences(first: Path, second: Path, stage: str) -> Iterator[str]:
    """What differs between two runs in a stage (or in a file beside the stages), in a line each."""
    names = sorted({*files(first, stage), *files(second, stage)}, key=lambda name: depth(name))
    for name in names:
        one, other = first / name, second / name
        missing = [folder for folder in (first, second) if not (folder / name).is_file()]
        if missing:
            yield f"{name} is not in {missing[0]}"
        else:
            yield from (f"{name}: {what}" for what in of_file(one, other, (first, second)))


def depth(name: str) -> tuple[int, str]:
    """The state of a stage first, then its records, then what lies deeper."""
    return (0 if name.endswith("/stage.json") else 1 + name.count("/"), name)


def files(folder: Path, stage: str) -> Iterator[str]:
    """The files of a stage that are compared, relative to the run's folder."""
    found = [folder / stage] if stage.endswith(".json") else (folder / stage).rglob("*")
    for path in found:
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(CACHES):
            yield name


def of_file(first: Path, second: Path, folders: tuple[Path, Path]) -> Iterator[str]:
    """What differs between two files of the same name."""
    if first.suffix == ".jsonl":
        lines = [[json.loads(line) for line in open_text(p).splitlines()] for p in (first, second)]
        yield from of_values(*without_paths(lines, folders), "")
    elif first.suffix == ".json":
        values = [json.loads(open_text(path)) for path in (first, second)]
        for value in values:
            if first.name == "results.json":
                value.pop("recipe", None)
        yield from of_values(*without_paths(values, folders), "")
    elif first.suffix in {".npy", ".npz", ".safetensors"}:
        arrays = [arrays_of(path) for path in (first, second)]
        if arrays[0].keys() != arrays[1].keys():
            yield f"arrays {sorted(arrays[0])} and {sorted(arrays[1])}"
        for name in sorted(arrays[0].keys() & arrays[1].keys()):
            yield from of_arrays(name, arrays[0][name], arrays[1][name])
    elif first.suffix in TEXT and first.read_bytes() != second.read_bytes():
        pairs = zip(open_text(first).splitlines(), open_text(second).splitlines(), strict=False)
        number = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 0)
        yield f"line {number}" if number else "one is longer"


def open_text(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def without_paths(values: list[Any], folders: tuple[Path, Path]) -> list[Any]:
    """Values in which each run's own folder is called RUN."""
    named = []
    for value, folder in zip(values, folders, strict=True):
        text = json.dumps(value, ensure_ascii=False)
        for path in (folder.resolve(), folder):
            text = text.replace(json.dumps(str(path), ensure_ascii=False)[1:-1], "RUN")
        named.append(json.loads(text))
    return named


def of_values(first: Any, second: Any, where: str) -> Iterator[str]:
    """Where two JSON values differ, with both values; what depends on the clock is left out."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(key for key in second if key not in first)]:
            if key in CLOCK:
                continue
            if key not in first or key not in second:
                yield f"{where}.{key} is only in one"
            else:
                yield from of_values(first[key], second[key], f"{where}.{key}")
    elif isinstance(first, list) and isinstance(second, list):
        for number, (one, other) in enumerate(zip(first, second, strict=False)):
            yield from of_values(one, other, f"{where}[{number}]")
        if len(first) != len(second):
            yield f"{where}: {len(first)} and {len(second)} items"
    elif first != second and not (first != first and second != second):
        yield f"{where}: {shown(first)} and {shown(second)}"


def shown(value: Any) -> str:
    """A value in few characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def arrays_of(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """A file's arrays by name."""
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return {name: tensor.float().numpy() for name, tensor in load_file(path).items()}
    loaded = np.load(path, allow_pickle=False)
    return {name: loaded[name] for name in loaded.files} if path.suffix == ".npz" else {"": loaded}


def of_arrays(
    name: str, first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]
) -> Iterator[str]:
    """How two arrays differ."""
    if first.shape != second.shape or first.dtype != second.dtype:
        yield f"{name} {first.dtype}{first.shape} and {second.dtype}{second.shape}"
    elif first.dtype.kind in "fc" and not np.array_equal(first, second, equal_nan=True):
        yield f"{name}: values differ by up to {np.nanmax(np.abs(first - second)):g}"
    elif first.dtype.kind not in "fc" and not np.array_equal(first, second):
        yield f"{name}: {int(np.sum(first != second))} of {first.size} values differ"


if __name__ == "__main__":
    main()
