"""A sparse encoder as files that a stock cluster's ml-commons registers.

    query.zip     tokenizer.json, idf.json                 SPARSE_TOKENIZE
    lexical.zip   tokenizer.json, model.pt (TorchScript)   SPARSE_ENCODING
    neural.zip    tokenizer.json, model.pt (TorchScript)   SPARSE_ENCODING, where there is a network

Beside each zip lies a JSON file: the body of its `_register_meta` call, with size and SHA-256. The
zips are the same bytes whenever they are made of the same files, so a content hash names an
encoder. `probes.json` holds texts with their weights, which `deploy` asks the cluster for;
`limits.json` how many of the neural weights are added, where that depends on the lexical ones.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from malmoi.core.errors import StudentError
from malmoi.core.files import stable_hash, write_atomically
from malmoi.retrieval.opensearch import tokenizer_json
from malmoi.retrieval.query import QueryEncoder

QUERY, LEXICAL, NEURAL = "query", "lexical", "neural"
FUNCTIONS = {QUERY: "SPARSE_TOKENIZE", LEXICAL: "SPARSE_ENCODING", NEURAL: "SPARSE_ENCODING"}
"""ml-commons' names of what a package of each role does."""
CHUNK = 10_000_000
"""Bytes; the largest chunk of a model that ml-commons takes."""
PROBES, LIMITS = "probes.json", "limits.json"

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold


class Limits(TypedDict):
    """How many of the neural weights are added: to tokens that are there (0: all), to others."""

    present: int
    new: int


@dataclass(frozen=True, slots=True)
class Package:
    """One zip: its role (QUERY, LEXICAL or NEURAL), its file, and its `_register_meta` body."""

    role: str
    file: Path
    config: dict[str, Any]

    @property
    def name(self) -> str:
        """The model's name in a cluster."""
        return str(self.config["name"])

    @property
    def sha256(self) -> str:
        """Of the zip, in hexadecimal."""
        return str(self.config["model_content_hash_value"])


def write_query(model: Path, out: Path) -> Package:
    """Package a model's query side.

    Args:
        model: folder with tokenizer.json and idf.json at its root.
        out: folder of the packages.

    Raises:
        StudentError: a file is missing, broken, or the two don't belong together.
    """
    weights = QueryEncoder(model).weights
    weights = {token: weight for token, weight in weights.items() if weight > 0}
    tokenizer = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = tokenizer_json.without_specials(tokenizer_json.unlimited(tokenizer))
    tokenizer = tokenizer_json.silence(tokenizer, weights)
    files = {
        "tokenizer.json": tokenizer_json.text_of(tokenizer).encode(),
        "idf.json": json.dumps(weights, ensure_ascii=False).encode(),
    }
    return write(out, QUERY, files)


def write(out: Path, role: str, files: Mapping[str, bytes | Path]) -> Package:
    """Write `role`.zip of `files` (name → content, or a file that holds it) and `role`.json."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{role}.zip"
    temporary = out / f".{role}.zip"
    # Level 1: a network's numbers hardly become smaller with more work.
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(entry, data)
    temporary.replace(file)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    size = file.stat().st_size
    config = {
        "name": f"malmoi-{role}-{digest[:12]}",
        "version": "1",
        "description": f"Malmoi sparse encoder: the {role} part",
        "function_name": FUNCTIONS[role],
        "model_format": "TORCH_SCRIPT",
        "model_content_size_in_bytes": size,
        "model_content_hash_value": digest,
        "total_chunks": -(-size // CHUNK),
    }
    write_atomically(out / f"{role}.json", json.dumps(config, indent=2) + "\n")
    return Package(role, file, config)


def read(folder: Path) -> list[Package]:
    """The packages in a folder: the query's first, then the documents'.

    Raises:
        StudentError: there are none, or a zip is not what its JSON file says.
    """
    found = []
    for role in FUNCTIONS:
        if not (folder / f"{role}.json").is_file():
            continue
        config = json.loads((folder / f"{role}.json").read_text(encoding="utf-8"))
        package = Package(role, folder / f"{role}.zip", config)
        if not package.file.is_file():
            raise StudentError(f"{folder} has {role}.json but no {role}.zip; package it anew")
        with package.file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        if digest != package.sha256:
            raise StudentError(
                f"{package.file} has the SHA-256 {digest[:12]}…, but {role}.json says "
                f"{package.sha256[:12]}…: it was changed or cut. Package the model anew."
            )
        found.append(package)
    if not found or found[0].role != QUERY:
        raise StudentError(
            f"{folder} holds no packages (no {QUERY}.json). Make them with "
            "`malmoi opensearch package MODEL OUT`."
        )
    return found


def identity(packages: Sequence[Package]) -> str:
    """Eight characters that name this encoder: they change with any of its packages' bytes."""
    return stable_hash([package.sha256 for package in packages], 8)


def write_probes(out: Path, queries: Mapping[str, Any], documents: Mapping[str, Any]) -> None:
    """Keep texts and their weights by token, for `deploy` to compare with the cluster's."""
    probes = {"queries": queries, "documents": documents}
    write_atomically(out / PROBES, json.dumps(probes, ensure_ascii=False) + "\n")


def read_probes(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """What `write_probes` kept; nothing where there is none."""
    if not (folder / PROBES).is_file():
        return {"queries": {}, "documents": {}}
    probes: dict[str, Any] = json.loads((folder / PROBES).read_text(encoding="utf-8"))
    return probes


def write_limits(out: Path, limits: Limits) -> None:
    """Keep the limits of the neural part beside its package."""
    write_atomically(out / LIMITS, json.dumps(limits) + "\n")


def read_limits(folder: Path) -> Limits | None:
    """What `write_limits` kept; None where there is none, so that all is added."""
    if not (folder / LIMITS).is_file():
        return None
    limits: Limits = json.loads((folder / LIMITS).read_text(encoding="utf-8"))
    return limits
