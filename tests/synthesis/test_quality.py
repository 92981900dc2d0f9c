from __future__ import annotations

from typing import Any

import pytest

from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.evaluation import overlap
from malmoi.synthesis import quality
from malmoi.synthesis.quality import Quality, QualityRow, measure
from malmoi.synthesis.queries import Candidate
from tests.helpers.typed_dicts import misfits

pytest.importorskip("sacrebleu", reason="pip install 'malmoi[judge]'")
pytest.importorskip("rouge_score", reason="pip install 'malmoi[judge]'")

SUBJECTS = {
    "사진": "편집",
    "여권": "신청",
    "자전거": "수리",
    "김치": "보관",
    "커피": "온도",
    "세금": "신고",
}
CORPUS = Corpus(
    "toy",
    tuple(Document(s, f"{s} 안내", (Section("", f"{s} {w} 방법"),)) for s, w in SUBJECTS.items()),
    (
        *(
            Query(f"{s}{n}", text, "ko")
            for s, w in SUBJECTS.items()
            for n, text in enumerate((f"{s} {w}", f"{s} {w} 방법", f"{w} 비용"))
        ),
        Query("en", "change photo", "en"),
    ),
    {f"{s}{n}": {s: 1} for s in SUBJECTS for n in range(3)} | {"en": {"사진": 1, "여권": 0}},
)
NAMES = list(SUBJECTS)


def written(text: str, document: str, kind: str = "keywords", language: str = "ko") -> Any:
    return {"text": text, "document": document, "kind": kind, "language": language}


def row(found: Quality, name: str, language: str = "ko") -> QualityRow:
    return next(r for r in found["rows"] if (r["name"], r["language"]) == (name, language))


def test_a_good_kind_is_near_people_and_a_bad_one_as_far_as_another_documents() -> None:
    queries = [written(f"{s} {w}", s) for s, w in SUBJECTS.items()]
    queries += [written(f"{NAMES[i - 1]} 값", s, "lost") for i, s in enumerate(SUBJECTS)]
    found = measure(queries, CORPUS)
    assert misfits(found, Quality) == []
    assert found["missing"] == ""
    good, bad = row(found, "keywords"), row(found, "lost")
    people = row(found, "people, another query of the document")
    others = row(found, "people, a query of another document")
    for name in ("bleu", "rouge_l", "chrf"):
        far = max(bad[name], others[name])  # type: ignore[literal-required]
        near = min(good[name], people[name])  # type: ignore[literal-required]
        assert near > 2 * far, name
    assert good["compared"] == good["texts"] == 6
    assert row(found, "the document's title")["compared"] == 6


def test_words_that_the_document_lacks_are_new() -> None:
    found = measure(
        [written("사진 편집 방법", "사진"), written("그림 종류", "사진", "new")], CORPUS
    )
    assert row(found, "keywords")["new_words"] == 0
    assert row(found, "new")["new_words"] == 1


def test_only_queries_of_the_same_language_and_judged_relevant_are_compared() -> None:
    queries = [written("change photo", d, "english", "en") for d in ("사진", "여권", "자전거")]
    found = measure(queries, CORPUS)
    english = row(found, "english", "en")
    assert (english["texts"], english["compared"]) == (3, 1)
    assert english["chrf"] == pytest.approx(1)
    assert {r["language"] for r in found["rows"]} == {"en"}
    assert "the document's title" not in [r["name"] for r in found["rows"]]


def test_without_people_only_what_needs_none_is_said() -> None:
    alone = Corpus("toy", CORPUS.documents)
    found = measure([Candidate("1", "사진", "", "keywords", "ko", "사진 값")], alone)
    (only,) = found["rows"]
    assert (only["compared"], only["bleu"], only["self_bleu"]) == (0, None, None)
    assert only["new_words"] == pytest.approx(0.5)


def test_variety_is_measured_on_equally_many_queries() -> None:
    queries = [written(f"{NAMES[n % 6]} {n} 변경", NAMES[n % 6]) for n in range(60)]
    queries += [written("사진 변경", NAMES[n % 6], "same") for n in range(25)]
    queries += [written("사진", "사진", "few")]
    found = measure(queries, CORPUS)
    varied, same, few = (row(found, name) for name in ("keywords", "same", "few"))
    assert varied["distinct_1"] > same["distinct_1"] == pytest.approx(2 / 50)
    assert same["self_bleu"] == pytest.approx(1)
    assert varied["self_bleu"] is not None
    assert varied["self_bleu"] < 0.7
    assert few["distinct_1"] is few["self_bleu"] is None


def test_nothing_written_leaves_people_alone_and_an_empty_corpus_nothing() -> None:
    assert {r["group"] for r in measure([], CORPUS)["rows"]} == {"people", "titles"}
    assert measure([], Corpus("empty", ()))["rows"] == []


def test_without_the_packages_the_rest_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (overlap, quality):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    found = measure([written("사진 그림", "사진")], CORPUS)
    assert "malmoi[judge]" in found["missing"]
    assert row(found, "keywords")["bleu"] is None
    assert row(found, "keywords")["new_words"] == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", "?!", "\ud800", "사진" * 3000, "\x00\u202e"])
def test_whatever_was_written_is_measured(text: str) -> None:
    found = measure([written(text, "사진"), written("사진", "없는 문서")], CORPUS)
    assert row(found, "keywords")["texts"] == 2
