"""A run as `malmoi serve` shows it, made in a second, with texts that want to do harm; a client."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from malmoi.core.files import write_lines
from malmoi.corpora.corpus import Document, Section
from malmoi.encoder.dictionary import corpus_vocabulary
from malmoi.encoder.lexical import runs
from malmoi.encoder.lexical_fit import LexicalFit, fit_lexical
from malmoi.models.vectors import save_vectors
from malmoi.recipe import EncoderSection
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.web.app import application
from malmoi.web.visit import TOKEN
from malmoi.web.workspace import Settings

HOSTILE = "<script>alert(1)</script>"
TEXTS = [
    (
        "row/insert",
        "표에 행 삽입",
        "표에 새로운 행을 삽입합니다. 행은 선택한 행의 아래에 생깁니다.",
    ),
    ("row/delete", "행 삭제", "표에서 행을 지웁니다. 지운 행은 되돌릴 수 있습니다."),
    ("print", "문서 인쇄", "프린터를 고르고 문서를 인쇄합니다. 색상을 고를 수 있습니다."),
    ("save", "암호로 저장", "문서를 저장할 때 암호를 정합니다. 암호는 여덟 글자 이상입니다."),
    ("english", "Insert a row", "Choose Table - Insert - Rows. The row is below the selection."),
    (f"evil/{HOSTILE}", f"행 {HOSTILE}", f"행 \"'><img src=x onerror=alert(1)> {HOSTILE} 행"),
    ("control/\x07\u202e", "제어\x00문자 행", "행\x1b[31m \u202eabc\u2066 행"),
]
DOCUMENTS = [
    Document(name, title, (Section("", text), Section("참고", "더 읽을거리")), f"2025-0{n + 1}-01")
    for n, (name, title, text) in enumerate(TEXTS)
]
TRANSLATED = [("행", "row"), ("표", "table"), ("삽입", "insert")]
NEURAL = 0.5
"""What the network is said to have added to each weight of v2."""


def write_run(folder: Path, name: str = "small") -> Path:
    """A finished run with the students v1 (words alone) and v2 (translations and a network)."""
    records = [
        {"id": d.id, "title": d.title, "date": d.date}
        | {"sections": [[s.heading, s.text] for s in d.sections]}
        for d in DOCUMENTS
    ]
    write_lines(folder / "corpus" / "records.jsonl", records)
    write_state(folder / "corpus", 1, counts={"records": len(records)})
    (folder / "recipe.json").write_text(json.dumps({"job": "search", "name": name}))
    fit = fitted([])
    write_student(folder / "student-v1", fit, 0.0)
    write_student(folder / "student-v2", fitted(TRANSLATED), NEURAL)
    rows = [
        {"korean": korean, "english": english, "share": 0.9, "sources": ["teacher"]}
        for korean, english in TRANSLATED
    ]
    write_lines(folder / "student-v2" / "translations.jsonl", rows)
    return folder


def fitted(pairs: list[tuple[str, str]]) -> LexicalFit:
    """The lexical part with these translations."""
    texts = [document.full_text.encode("utf-8", "replace").decode() for document in DOCUMENTS]
    vocabulary = corpus_vocabulary(texts, [english for _, english in pairs], 0)
    table: dict[tuple[int, ...], dict[int, float]] = {}
    for korean, english in pairs:
        source, target = (tuple(vocabulary.encode([word])[0]) for word in (korean, english))
        table[source] = dict.fromkeys(target, 0.9)
    clean = [
        Document(d.id, text.partition("\n")[0], (Section("", text.partition("\n")[2]),))
        for d, text in zip(DOCUMENTS, texts, strict=True)
    ]
    return fit_lexical(clean, vocabulary, table, EncoderSection(neural=False))


def write_student(folder: Path, fit: LexicalFit, neural: float) -> None:
    """The stage of a student as a run leaves it."""
    vectors = fit.vectors.copy()
    vectors.data = (vectors.data + neural).astype(np.float32)
    save_vectors(folder, vectors, fit.weights)
    model = folder / "model"
    model.mkdir()
    fit.lexical.save(model)
    token = fit.vocabulary.tokenizer.id_to_token
    weights = {token(i): float(w) for i, w in enumerate(fit.weights) if w > 0}
    (model / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    (model / "absent.json").write_text(json.dumps(runs(fit.lexical.absent)))
    write_state(folder, 2)


def write_index(folder: Path, run: Path) -> Path:
    """An index of the run's documents, with v2's query encoder."""
    fit = fitted(TRANSLATED)
    made = VectorIndex.create(folder, fit.vectors.shape[1])
    names = [document.id for document in DOCUMENTS]
    made.add(names, [d.title for d in DOCUMENTS], [1] * len(names), fit.vectors)
    for name in ("tokenizer.json", "idf.json", "absent.json"):
        shutil.copy(run / "student-v2" / "model" / name, folder / name)
    return folder


def write_state(folder: Path, number: int, **values: Any) -> None:
    """What a finished stage says of itself."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "name": folder.name, "number": number, "done": True, "items": 0, "counts": {},
        "rejected": {}, "tokens_in": 0, "tokens_out": 0, "cost": 0.0, "seconds": 1.0,
        "figures": {}, "after": {}, "fingerprint": "0" * 16, "depends": {},
    }  # fmt: skip
    (folder / "stage.json").write_text(json.dumps(state | values))


def client(folder: Path, **settings: Any) -> TestClient:
    """A browser without a screen, in English."""
    settings.setdefault("judgements", folder.parent / "judgements")
    made = TestClient(application(Settings(folder, **settings)), follow_redirects=False)
    made.headers["accept-language"] = "en"
    return made


def post(browser: TestClient, path: str, **form: str) -> Any:
    """Send a form as a page of the server would."""
    if TOKEN not in browser.cookies:
        browser.get("/")
    return browser.post(path, data={"token": browser.cookies[TOKEN], **form})
