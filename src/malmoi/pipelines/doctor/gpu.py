"""Graphics cards: whether there is one, whether torch can use it, and what a recipe needs of it.

Nothing is loaded: the driver says which cards there are, a package's version how torch was built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from malmoi.core.errors import TeacherError
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.teachers import teachers_of
from malmoi.recipe import MnemonicsRecipe, Recipe, TeacherSection
from malmoi.teachers.presets import resolve

KERNELS = {"awq": "gptqmodel", "gptq": "gptqmodel", "bitsandbytes": "bitsandbytes"}
"""How a checkpoint is quantised → the package that transformers 5 reads it with."""


def cards(root: Path = Path("/")) -> list[str]:
    """Names of the NVIDIA cards that the driver knows; empty where there is no driver."""
    names = []
    for file in sorted((root / "proc/driver/nvidia/gpus").glob("*/information")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2] for line in lines if line.startswith("Model:")), "")
        names.append(model.strip() or "a card")
    return names


def check_gpu(root: Path = Path("/")) -> Check:
    """Whether there is a card, and a torch that can use it."""
    there = cards(root)
    if not there:
        return Check("GPU", True, "none: everything is computed by the processor")
    seen = f"{len(there)} × {there[0]}" if len(set(there)) == 1 else ", ".join(there)
    try:
        version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        version = ""
    usable = not version.endswith("+cpu")
    remedy = "Install torch's build for CUDA (pytorch.org says which), or leave the GPU unused."
    return Check(
        "GPU", usable, seen if usable else f"{seen}, but torch {version} is for CPUs", remedy
    )


def check_gpu_needs(recipe: Recipe, root: Path = Path("/")) -> Iterator[Check]:
    """What the recipe's quantised models lack: a card, or the package that reads them."""
    there = bool(cards(root))
    for name, section in _local_teachers(recipe):
        method = quantisation(section.model)
        if method in KERNELS:
            yield _kernel(name, f"{section.model} is in {method.upper()}", KERNELS[method])
            yield Check(
                f"{name} on a GPU",
                there,
                "there is one" if there else "none: a reply of such a model takes minutes",
                "Run it where there is a GPU, serve it (`malmoi teachers`), or take a smaller one.",
            )
    if isinstance(recipe, MnemonicsRecipe) and recipe.student.load_in_4bit:
        yield _kernel("student.load_in_4bit", "training in 4 bits", "bitsandbytes")
        remedy = "Train where there is one, or set student.load_in_4bit = false."
        seen = "there is one" if there else "none, and 4-bit training needs one"
        yield Check("student.load_in_4bit on a GPU", there, seen, remedy, needed=True)


def quantisation(model: str) -> str:
    """How a checkpoint is quantised ("awq", "gptq" …): its config says, else its name; or ""."""
    config = Path(model).expanduser() / "config.json"
    if config.is_file():
        found = json.loads(config.read_text(encoding="utf-8")).get("quantization_config") or {}
        return str(found.get("quant_method", "")).lower()
    parts = model.lower().replace("_", "-").split("-")
    return next((method for method in KERNELS if method in parts), "")


def _local_teachers(recipe: Recipe) -> Iterator[tuple[str, TeacherSection]]:
    """Teachers that transformers loads here; one that can't be resolved is said elsewhere."""
    for name, section in teachers_of(recipe):
        try:
            resolved = resolve(section)
        except TeacherError:
            continue
        if resolved.kind == "transformers":
            yield name, resolved


def _kernel(name: str, why: str, package: str) -> Check:
    there = find_spec(package) is not None
    return Check(
        f"{name}: {package}",
        there,
        f"{why}; {'here' if there else 'not installed'}",
        f"pip install {package} (docs/gpu.md says which version).",
        needed=True,
    )
