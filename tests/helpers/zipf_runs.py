"""A run of random documents whose tokens are as frequent as words are, and queries of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from tokenizers import Tokenizer, models, pre_tokenizers

from tests.helpers.opensearch_runs import write_corpus, write_state

VOCABULARY = 3_000
DIMENSIONS = 40
"""Of a document, about."""


def write_zipf_run(folder: Path, documents: int, queries: int, seed: int = 11) -> Path:
    """A finished run with the student v2.

    A token's chance falls as 1 / rank; weights are log-uniform over three decades, so that every
    bit of a float32 is used and many scores are close.
    """
    generator = np.random.default_rng(seed)
    chances = 1 / np.arange(1, VOCABULARY + 1)
    chances /= chances.sum()
    tokens = [f"말{n}" if n % 2 else str(n) for n in range(VOCABULARY)]

    def draw(count: int) -> list[int]:
        return generator.choice(VOCABULARY, count, replace=False, p=chances).tolist()

    rows = [draw(DIMENSIONS) for _ in range(documents)]
    columns = [column for row in rows for column in row]
    weights = np.exp(generator.uniform(np.log(0.005), np.log(4.7), len(columns)))
    starts = np.arange(0, len(columns) + 1, DIMENSIONS)
    vectors = sp.csr_matrix((weights, columns, starts), (documents, VOCABULARY), np.float32)
    write_corpus(
        folder / "corpus",
        [
            {
                "id": f"page/{n}",
                "title": " ".join(tokens[column] for column in row[:3]),
                "sections": [["", " ".join(tokens[column] for column in row)]],
                "date": "",
            }
            for n, row in enumerate(rows)
        ],
    )
    asked = [[tokens[n] for n in draw(1 + number % 8)] for number in range(queries)]
    lines = [
        json.dumps({"id": f"q{n}", "text": " ".join(words), "language": "ko", "kind": "human"})
        for n, words in enumerate(asked)
    ]
    (folder / "corpus" / "queries.jsonl").write_text("".join(f"{line}\n" for line in lines))
    student = folder / "student-v2"
    (student / "model").mkdir(parents=True)
    write_state(student)
    sp.save_npz(student / "documents.npz", vectors)
    idf = np.exp(generator.uniform(np.log(0.3), np.log(7.8), VOCABULARY)).astype(np.float32)
    np.save(student / "weights.npy", idf)
    tokenizer = Tokenizer(models.WordLevel({t: i for i, t in enumerate(tokens)}, tokens[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(student / "model" / "tokenizer.json"))
    table = dict(zip(tokens, map(float, idf), strict=True))
    (student / "model" / "idf.json").write_text(json.dumps(table, ensure_ascii=False))
    (folder / "recipe.json").write_text(json.dumps({"name": "zipf", "job": "search"}))
    return folder
