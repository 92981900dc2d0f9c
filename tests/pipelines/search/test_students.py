from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment
from malmoi.corpora.splits import held_out
from malmoi.encoder.translations import merge
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models import dense
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.students import (
    V1,
    V2,
    TrainingData,
    Verified,
    make_vocabulary,
    training_pairs,
    translations,
    variants,
    vocabulary_name,
    without_network,
)
from malmoi.recipe import (
    DictionarySection,
    EvaluationSection,
    QueriesSection,
    SearchRecipe,
    SynonymsSection,
)
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run, Stage
from malmoi.synonyms.sources.packaged import Packaged, TermPair
from malmoi.synonyms.verification.verify import Verdict
from tests.helpers.toy_encoder import open_characters

DOCUMENTS = tuple(
    Document(name, title, (Section(heading, f"{title} {heading}에 대한 설명입니다."),))
    for name, title, heading in (
        ("print", "문서 인쇄", "용지 크기"),
        ("save", "문서 저장", "암호 정하기"),
        ("table", "표 삽입", "행과 열"),
        ("font", "글꼴", "글꼴"),
        ("chart", "차트 만들기", "축의 눈금"),
        ("macro", "매크로 실행", "보안 수준"),
    )
)
EMPTY = Document("empty", "빈 문서", ())
HUMAN = (
    Query("1", "용지 크기", "ko"),
    Query("2", "  Insert   TABLE ", "en"),
    Query("3", "차트 만들기", "ko"),
    Query("4", "매크로 실행", "ko"),
)
CORPUS = Corpus(
    "toy",
    (*DOCUMENTS, EMPTY),
    HUMAN,
    {"1": {"print": 1}, "2": {"table": 1}, "3": {"chart": 1}, "4": {"macro": 1}},
    (Segment("x", "글꼴 색상", "font colour"),),
)
WRITTEN = [
    {"text": "insert table", "document": "table", "kind": "english", "language": "en"},
    {"text": "insert rows", "document": "table", "kind": "english", "language": "en"},
    {"text": "Insert  rows", "document": "table", "kind": "mixed", "language": "en"},
    {"text": "insert rows", "document": "save", "kind": "english", "language": "en"},
    {"text": "문서 저장", "document": "save", "kind": "keywords", "language": "ko"},
    {"text": "  ", "document": "save", "kind": "keywords", "language": "ko"},
]
TERMS = [{"term": "글꼴", "stem": "글꼴", "documents": 2, "english": {"font": 1.0, "type": 0.1}}]
RECIPE = SearchRecipe(name="toy", dictionary=DictionarySection(enabled=False))


def stage(run: Run, name: str, records: list[dict[str, object]]) -> Stage:
    made = run.stage(name, {})
    made.fill(records)
    made.finish()
    return made


def toy_context(run: Run) -> SearchContext:
    """The context of a run whose corpus was read."""
    context = SearchContext(run, RECIPE)
    context.corpus_stage, context.whole = stage(run, "corpus", []), CORPUS
    return context


def by_hand(queries: list[str], k: int) -> list[tuple[list[str], list[float]]]:
    """A lexical search: shared syllables, every document."""
    found = []
    for query in queries:
        scores = {d.id: len(set(query) & set(d.title + d.text)) / 9 for d in DOCUMENTS}
        names = sorted(scores, key=lambda name: (-scores[name], name))[:k]
        found.append((names, [scores[name] for name in names]))
    return found


@pytest.fixture
def pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    with Run.open(tmp_path / "run", RECIPE) as run:
        context = toy_context(run)
        written = stage(run, "queries", WRITTEN)
        context.passages = DensePassages(CORPUS.documents, 50, "", tmp_path / "cache")
        monkeypatch.setattr(context, "search_words", by_hand)
        return training_pairs(context, written)


def test_beside_a_student_without_a_network_stand_others_without_one() -> None:
    recipe = RECIPE.model_copy(
        update={"queries": QueriesSection(train=False), "dictionary": DictionarySection()}
    )
    found = {variant.name: variant for variant in variants(recipe, has_segments=True)}
    alike = without_network(found["v2 without glossary"], recipe)
    assert alike is not None
    assert not alike.neural
    assert without_network(found["v2 + parallel"], recipe) == found["v2 + parallel"]
    assert without_network(found["v2 + queries"], recipe) is None, "that would be v2 again"
    kept = recipe.model_copy(
        update={"encoder": recipe.encoder.model_copy(update={"doc2query_weight": 0.1})}
    )
    assert without_network(found["v2 + queries"], kept) is not None


def test_a_text_that_a_person_wrote_as_a_query_is_never_a_training_query(pairs: Stage) -> None:
    """Of either split, whatever its case and spaces, and whoever wrote it again."""
    dev, test = held_out(CORPUS, RECIPE.corpus.test_share)
    assert dev
    assert test
    assert len(dev) + len(test) == len(HUMAN)
    human = {" ".join(query.text.split()).lower() for query in HUMAN}
    trained = {" ".join(pair["query"].split()).lower() for pair in pairs.records()}
    assert trained & human == set()
    assert {"insert rows", "문서 인쇄"} <= trained, "what nobody asked is kept"
    # 용지 크기, 차트 만들기, 매크로 실행 (a heading and two titles) and what the teacher wrote.
    assert pairs.figures == {"pairs": len(pairs.records()), "same_as_human": 4}


def test_each_pair_stands_once_and_holds_its_kind(pairs: Stage) -> None:
    found = [(r["query"], r["document"], r["kind"]) for r in pairs.records()]
    assert len({(q.lower(), d) for q, d, _ in found}) == len(found)
    assert ("문서 인쇄", "print", "title") in found
    assert ("행과 열", "table", "heading") in found
    assert ("insert rows", "table", "english") in found
    assert ("insert rows", "save", "english") in found
    assert ("문서 저장", "save", "title") in found
    assert not any(d == "empty" for _, d, _ in found), "a page without text teaches nothing"
    assert [q for q, d, _ in found if d == "font"] == ["글꼴"], "a heading that is the title"


def test_negatives_are_other_documents_with_scores(pairs: Stage) -> None:
    for record in pairs.records():
        assert record["document"] not in record["negatives"]
        assert len(record["negatives"]) <= RECIPE.training.num_negatives
        assert len(record["scores"]) == len(record["negatives"]) + 1


def named(recipe: SearchRecipe, segments: bool) -> dict[str, tuple[bool, bool, bool, bool, str]]:
    return {
        v.name: (v.glossary, v.queries, v.parallel, v.neural, v.group)
        for v in variants(recipe, segments)
    }


def test_variants_leave_out_one_thing_each() -> None:
    trained = RECIPE.model_copy(update={"queries": QueriesSection(train=True)})
    assert named(trained, True) == {
        "lexical v0": (False, False, False, False, "baseline"),
        "v1": (False, False, False, True, "ours"),
        "v2": (True, True, False, True, "ours"),
        "v2 without neural": (True, True, False, False, "ablation"),
        "v2 without glossary": (False, True, False, True, "ablation"),
        "v2 without queries": (True, False, False, True, "ablation"),
        "v2 + parallel": (True, True, True, True, "ablation"),
    }
    assert "v2 + parallel" not in named(trained, False)


def test_queries_that_train_nothing_by_default_are_measured_all_the_same() -> None:
    found = named(RECIPE, False)
    assert found["v2"][:2] == (True, False)
    assert found["v2 + queries"][:2] == (True, True)
    assert "v2 without queries" not in found


def test_what_a_recipe_turns_off_is_no_ablation() -> None:
    off = {"glossary": {"enabled": False}, "queries": {"enabled": False}}
    found = named(
        SearchRecipe.model_validate({"name": "toy", "dictionary": {"enabled": False}} | off), False
    )
    assert found["v2"][:2] == (False, False)
    assert set(found) == {"lexical v0", "v1", "v2", "v2 without neural"}
    recipe = PLAIN
    assert set(named(recipe, True)) == {"lexical v0", "v1", "v2", "v2 without neural"}


def with_synonyms(recipe: SearchRecipe, **section: bool) -> dict[str, bool]:
    """The names of the students, and which of them learn from synonyms."""
    recipe = recipe.model_copy(update={"synonyms": SynonymsSection(enabled=True, **section)})
    return {v.name: v.synonyms for v in variants(recipe, False)}


PLAIN = RECIPE.model_copy(update={"evaluation": EvaluationSection(ablations=False)})


def test_with_synonyms_there_is_a_student_that_learns_from_them() -> None:
    """Ablations or none; all the others learn without, as they did."""
    found = with_synonyms(PLAIN)
    assert [name for name, learns in found.items() if learns] == ["v2 + synonyms"]
    assert set(found) == {"lexical v0", "v1", "v2", "v2 without neural", "v2 + synonyms"}
    assert with_synonyms(RECIPE).items() >= found.items()
    recipe = RECIPE.model_copy(update={"synonyms": SynonymsSection(enabled=True)})
    (added,) = (v for v in variants(recipe, True) if v.synonyms)
    (v2,) = (v for v in variants(recipe, True) if v.name == "v2")
    assert replace(added, name=v2.name, about=v2.about, group=v2.group, synonyms=False) == v2
    assert added.group == "ablation"


def test_where_v2_learns_from_synonyms_one_stands_beside_it_that_does_not() -> None:
    found = with_synonyms(PLAIN, train=True)
    assert found["v2"]
    with_dictionary = PLAIN.model_copy(update={"dictionary": DictionarySection()})
    assert with_synonyms(with_dictionary)["v2"], "verified pairs are one of its sources"
    assert [name for name, learns in found.items() if not learns] == [
        *("lexical v0", "v1", "v2 without synonyms")
    ]
    assert "v2 + synonyms" not in found
    found = with_synonyms(RECIPE, train=True)
    assert found["v2 without glossary"], "the synonyms are left, so that isn't v1"
    assert found["v2 + queries"]


def test_synonyms_that_no_run_makes_train_nothing() -> None:
    recipe = RECIPE.model_copy(update={"synonyms": SynonymsSection(train=True)})
    assert variants(recipe, True) == variants(RECIPE, True)
    assert not any(v.synonyms for v in variants(RECIPE, True))


def test_a_run_has_one_vocabulary_and_one_with_aligned_words(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        context = toy_context(run)
        data = toy_data(run)
        v0, _, v2, *_, with_parallel = variants(RECIPE, True)
        _, plain = make_vocabulary(context, data, v2)
        both, parallel = make_vocabulary(context, data, with_parallel)
        assert both.name == "vocabulary-parallel"
        assert translations(context, data, v0, plain).table == {}
        table = translations(context, data, v2, plain).table
        assert readable(plain, table) == {"글꼴": ["font"]}, "`type` is below the floor"
        assert readable(parallel, translations(context, data, with_parallel, parallel).table)[
            "글꼴"
        ]
    assert plain.tokens("font rows insert") == ["font", "rows", "insert"]
    assert plain.tokens("colour") == []
    assert parallel.tokens("colour") == ["colour"]


def after(made: Stage) -> dict[str, str]:
    """The stages that a stage depends on, with their fingerprints."""
    state = json.loads((made.folder / "stage.json").read_text(encoding="utf-8"))
    return dict(state["after"])


def toy_data(run: Run, synonyms: Verified | None = None) -> TrainingData:
    names = {"glossary": TERMS, "queries": WRITTEN, "pairs": []}
    return TrainingData(*(stage(run, *each) for each in names.items()), synonyms)


def verified(run: Run) -> Verified:
    def verdict(korean: str, english: str, probability: float) -> Verdict:
        return Verdict(korean, english, probability, "both", probability > 0.5, (), "by hand")

    verdicts = [
        verdict("용지", "paper", 0.9),
        verdict("글꼴", "glyph", 0.8),
        verdict("글꼴", "font", 0.6),
        verdict("차트", "macro", 0.1),
        replace(verdict("축", "axis", 0.9), direction="en=>ko"),
    ]
    return Verified(stage(run, "synonyms", [v.record() for v in verdicts]), verdicts)


def test_a_student_with_synonyms_has_their_words_and_their_translations(tmp_path: Path) -> None:
    learns = replace(V2, synonyms=True)
    with Run.open(tmp_path, RECIPE) as run:
        context, pairs = toy_context(run), verified(run)
        data = toy_data(run, pairs)
        before, plain = make_vocabulary(context, data, V2)
        made, words = make_vocabulary(context, data, learns)
        with_both = replace(learns, parallel=True)
        last, both = make_vocabulary(context, data, with_both)

        assert set(after(before)) == {"corpus", "glossary", "queries"}, "its key is what it was"
        assert after(made) == after(before) | {"synonyms": pairs.stage.fingerprint} == after(last)
        assert [before.name, made.name] == ["vocabulary", "vocabulary-synonyms"]
        assert last.name == "vocabulary-parallel-synonyms"
        assert plain.tokens("glyph paper axis") == []
        assert words.tokens("glyph paper axis") == ["glyph", "paper", "axis"]
        assert words.tokens("colour macro") == [], "aligned text, and a pair that was rejected"
        assert both.tokens("colour glyph") == ["colour", "glyph"]

        known = readable(words, translations(context, data, learns, words).table)
        assert known == {"글꼴": ["font", "glyph"], "용지": ["paper"]}
        table = translations(context, data, learns, words).table
        shares = [{words.readable(i): s for i, s in to.items()} for to in table.values()]
        assert {"font": 1.0, "glyph": 0.8} in shares, "the glossary's share is the larger"
        aligned = translations(context, data, replace(V2, parallel=True), both).table
        joined = translations(context, data, with_both, both).table
        assert joined == merge(aligned, translations(context, data, learns, both).table)
        assert joined != aligned
        without = readable(words, translations(context, data, V2, words).table)
        assert without == {"글꼴": ["font"]}
        alone = replace(V1, synonyms=True)
        only = readable(words, translations(context, data, alone, words).table)
        assert sorted(only["글꼴"]) == ["font", "glyph"]


def test_a_dictionary_is_made_of_what_the_recipe_has(tmp_path: Path) -> None:
    section = DictionarySection(common_words=300)
    recipe = RECIPE.model_copy(update={"dictionary": section})
    made = {v.name: v for v in variants(recipe, True)}
    assert made["v2"].vectors
    assert made["v2"].packages
    assert not made["v1"].dictionary
    assert not made["v2 without vectors"].vectors
    assert not made["v2 without packages"].packages
    assert not made["v2 without glossary"].glossary
    assert "v2 without vectors" not in {v.name for v in variants(RECIPE, True)}
    with Run.open(tmp_path, recipe) as run:
        context = SearchContext(run, recipe)
        context.corpus_stage, context.whole = stage(run, "corpus", []), CORPUS
        context.packaged = Packaged(
            (TermPair("용지", "sheet", "toy"), TermPair("용지 크기", "paper size", "toy"))
        )
        data = toy_data(run)
        made_stage, vocabulary = make_vocabulary(context, data, made["v2"])
        assert made_stage.name == "vocabulary-dictionary"
        assert vocabulary.tokens("the people") == ["people"], "common words"
        known = translations(context, data, made["v2"], vocabulary)
        rows = {
            (r["korean"].replace(" ", ""), r["english"]): r["sources"]
            for r in known.rows(vocabulary)
        }
        assert "teacher" in rows["글꼴", "font"]
        without = translations(context, data, made["v2 without vectors"], vocabulary)
        assert not any("vectors" in names for names in without.sources.values())
        assert any("vectors" in names for names in known.sources.values())
        alone = translations(context, data, made["v2 without packages"], vocabulary)
        assert not any("packages" in names for names in alone.sources.values())


def test_each_sort_of_student_has_one_vocabulary() -> None:
    names = {vocabulary_name(replace(V2, parallel=p, synonyms=s)) for p in (0, 1) for s in (0, 1)}
    assert len(names) == 4
    assert vocabulary_name(V1) == vocabulary_name(V2) == "vocabulary"


def readable(
    vocabulary: Vocabulary, table: dict[tuple[int, ...], dict[int, float]]
) -> dict[str, list[str]]:
    return {
        "".join(map(vocabulary.readable, term)): [vocabulary.readable(i) for i in to]
        for term, to in table.items()
    }
