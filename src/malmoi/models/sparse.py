"""Vectors of any model that SparseEncoder loads; degenerate ones are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import StudentError
from malmoi.core.progress import Progress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sentence_transformers import SparseEncoder

CHUNK = 256
"""Texts whose dense outputs become one sparse matrix at a time."""
MAX_ACTIVE = 4096
"""Mean active dimensions above which vectors are dense: 50 to 400 are healthy in a document."""

OURS = "modeling.DocumentEncoder"
"""The class that a folder saved by malmoi names; its code lies beside it."""
_HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


def load(model: Path) -> SparseEncoder:
    """A SparseEncoder from a folder or the hub. Only code that malmoi saved with a model is run.

    Raises:
        StudentError: there is none, it can't be loaded, or it brings code of its own.
    """
    from sentence_transformers import SparseEncoder

    local = model.expanduser()
    if local.is_dir():
        if not any((local / name).is_file() for name in ("modules.json", "config.json")):
            raise StudentError(
                f"{model} holds neither modules.json nor config.json. Expected a model's folder "
                "as `malmoi run` or SparseEncoder.save_pretrained writes it."
            )
    elif local.exists() or not _HUB_ID.fullmatch(model.as_posix()):
        raise StudentError(
            f"There is no model's folder at {model}. Give a folder, or the id of a model on the "
            "hub, as in owner/name."
        )
    try:
        return SparseEncoder(
            str(local if local.is_dir() else model), trust_remote_code=is_ours(local)
        ).eval()
    except Exception as error:  # what a broken folder raises depends on which file is broken
        raise StudentError(
            f"{model} can't be loaded as a SparseEncoder: {type(error).__name__}: "
            f"{str(error).rstrip('. ')}. "
            "malmoi runs no code that comes with a model unless malmoi saved it; a model on the "
            "hub must be reachable from here."
        ) from error


def is_ours(folder: Path) -> bool:
    """A local folder that names malmoi's document encoder, with its code, and no other class."""
    named: set[str] = set()
    try:
        for name in ("modules.json", "router_config.json"):
            if (folder / name).is_file():
                state = json.loads((folder / name).read_text(encoding="utf-8"))
                modules = state if isinstance(state, list) else []
                named |= {module["type"] for module in modules}
                named |= set(state.get("types", {}).values() if isinstance(state, dict) else ())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    own = {name for name in named if not name.startswith("sentence_transformers.")}
    return own == {OURS} and all((folder / n).is_file() for n in ("modeling.py", "lexical.py"))


def encode(
    function: Callable[..., Any], texts: Sequence[str], label: str, encoder: SparseEncoder
) -> csr_matrix:
    """Vectors, float32 [texts, vocabulary], of `encode_document` or `encode_query`.

    Args:
        function: the encoder's `encode_document` or `encode_query`.
        texts: what is encoded; in any order, as batches are made by length.
        label: what progress and errors call them ("documents").
        encoder: the model itself, for its device.

    Raises:
        StudentError: vectors are not finite, dense, all empty, or the same for different texts.
    """
    import scipy.sparse as sp

    clean = _without_surrogates(texts)
    order = sorted(range(len(clean)), key=lambda i: -len(clean[i]))  # little padding in a batch
    batch_size = 8 if encoder.device.type == "cpu" else 32  # a batch is dense before it is sparse
    parts: list[csr_matrix] = []
    with Progress(label, len(clean)) as progress:
        for start in range(0, len(order), CHUNK):
            chunk = [clean[i] for i in order[start : start + CHUNK]]
            found = function(chunk, batch_size=batch_size, show_progress_bar=False)
            part = _to_rows(found)
            part.eliminate_zeros()
            _refuse_dense(part, label)
            parts.append(part)
            progress.advance(len(chunk))
    vectors = sp.vstack(parts, format="csr")[np.argsort(order)]
    refuse_collapsed(vectors, label, distinct=len(set(clean)))
    return vectors


def encode_documents(encoder: SparseEncoder, texts: Sequence[str]) -> csr_matrix:
    """Document vectors, float32 [n, dimensions], a row a text, unchecked: for an index."""
    clean = _without_surrogates(texts)
    return _to_rows(encoder.encode_document(clean, show_progress_bar=False, save_to_cpu=True))


def encode_queries(encoder: SparseEncoder, texts: Sequence[str]) -> csr_matrix:
    """Query vectors, float32 [n, dimensions], a row a text; one without a known word is empty."""
    clean = _without_surrogates(texts)
    return _to_rows(encoder.encode_query(clean, show_progress_bar=False, save_to_cpu=True))


def _without_surrogates(texts: Sequence[str]) -> list[str]:
    """A lone surrogate can't be handed to the tokenizer."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _to_rows(tensor: Any) -> csr_matrix:
    """A sparse torch tensor [n, dimensions] as float32 rows."""
    import scipy.sparse as sp

    tensor = tensor.cpu().coalesce()
    values, (rows, columns) = tensor.values().float().numpy(), tensor.indices().numpy()
    return sp.csr_matrix((values, (rows, columns)), shape=tuple(tensor.shape), dtype=np.float32)


def _refuse_dense(vectors: csr_matrix, label: str) -> None:
    if not np.isfinite(vectors.data).all():
        raise StudentError(
            f"The model gave {label} weights that are not finite numbers. Train it anew with a "
            "lower learning rate, or in a wider precision."
        )
    mean = vectors.nnz / max(vectors.shape[0], 1)
    if mean > MAX_ACTIVE:
        raise StudentError(
            f"The {label} have {mean:.0f} active dimensions on average, of {vectors.shape[1]}; "
            f"expected at most {MAX_ACTIVE} (50 to 400 are healthy). The model is dense: train it "
            "with a higher FLOPS weight, or give one that is a sparse encoder."
        )


def refuse_collapsed(vectors: csr_matrix, label: str, distinct: int) -> None:
    """Refuse vectors that tell nothing apart.

    Args:
        vectors: [texts, vocabulary].
        label: what errors call them ("queries").
        distinct: how many different texts they are of.

    Raises:
        StudentError: all are empty, or the same for different texts.
    """
    remedy = "The model has collapsed: train it anew with a lower FLOPS weight."
    if not vectors.nnz:
        raise StudentError(
            f"All {vectors.shape[0]} {label} have an empty vector; 50 to 400 active dimensions are "
            f"healthy in a document. {remedy}"
        )
    counts = np.diff(vectors.indptr)
    if distinct > 1 and counts.min() == counts.max():
        ordered = vectors.sorted_indices()
        pairs = (ordered.indices.reshape(len(counts), -1), ordered.data.reshape(len(counts), -1))
        if all((part == part[0]).all() for part in pairs):
            raise StudentError(f"All {len(counts)} {label} have the same vector. {remedy}")
