"""Runs made by hand: a corpus, a vocabulary and a student's vectors, as a real run leaves them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

TOKENS = ["검색", "셀", "열", "행", "너비", "row", "column", "width", "search", "cell"]
TITLES = ["셀 병합", "열 너비 바꾸기", "행 높이", "검색과 바꾸기", "셀 서식"]


def write_run(folder: Path, documents: int, name: str = "small", seed: int = 7) -> Path:
    """A finished run with the student v2; the last document has no active dimension."""
    generator = np.random.default_rng(seed)
    vectors = sp.random(documents, len(TOKENS), 0.4, "csr", np.float32, generator, generator.random)
    vectors.data = (vectors.data * 4 + 0.01).astype(np.float32)
    vectors = sp.vstack([vectors[:-1], sp.csr_matrix((1, len(TOKENS)), dtype=np.float32)], "csr")
    write_corpus(
        folder / "corpus",
        [
            {
                "id": f"page/{n}",
                "title": TITLES[n % len(TITLES)],
                "sections": [["", f"{n}번째 문서의 본문입니다."], ["열의 너비", "column width"]],
                "date": "",
            }
            for n in range(documents)
        ],
    )
    student = folder / "student-v2"
    (student / "model").mkdir(parents=True)
    write_state(student)
    sp.save_npz(student / "documents.npz", vectors)
    np.save(student / "weights.npy", np.linspace(0.5, 5.2, len(TOKENS), dtype=np.float32))
    tokenizer = Tokenizer(models.WordLevel({t: i for i, t in enumerate(TOKENS)}, "셀"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(student / "model" / "tokenizer.json"))
    weights = dict(zip(TOKENS, np.linspace(0.5, 5.2, len(TOKENS)).tolist(), strict=True))
    (student / "model" / "idf.json").write_text(json.dumps(weights, ensure_ascii=False))
    (folder / "recipe.json").write_text(json.dumps({"name": name, "job": "search"}))
    return folder


def write_corpus(folder: Path, records: list[dict]) -> None:
    """The stage `corpus` with these documents."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "records.jsonl").write_text("".join(f"{line}\n" for line in lines))
    write_state(folder)


def write_state(folder: Path, done: bool = True) -> None:
    """What says that a stage is finished."""
    (folder / "stage.json").write_text(json.dumps({"name": folder.name, "done": done, "after": {}}))
