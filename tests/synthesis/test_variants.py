from __future__ import annotations

from dataclasses import replace

from malmoi.corpora.corpus import Document, Query, Section
from malmoi.recipe import QueriesSection
from malmoi.synthesis.prompts import FOLDER, Exemplar, Prompt, load_prompt
from malmoi.synthesis.variants import OTHER_WORDS, Variant, people_exemplars, variants

PROMPTS = {path.stem: load_prompt(path.stem) for path in sorted(FOLDER.glob("*.toml"))}
PEOPLE = {"keywords": [Exemplar(title="여권", text="", queries=(f"여권 {n}",)) for n in range(20)]}
SECTION = QueriesSection()


def made(**changed: object) -> dict[str, Variant]:
    prompt = PROMPTS["keywords"].model_copy(update=changed)
    return {v.name: v for v in variants({"keywords": prompt}, titled=True, people={})}


def test_each_kind_has_itself_first_and_variants_that_differ_from_it_and_each_other() -> None:
    every = variants(PROMPTS, titled=True, people=PEOPLE)
    assert len({v.name for v in every}) == len(every) >= 30
    assert len({v.prompt.model_dump_json() for v in every}) == len(every)
    for kind, prompt in PROMPTS.items():
        mine = [v for v in every if v.prompt.kind == kind]
        if prompt.of == "query":
            assert mine == []  # such a kind is written from queries, not from documents
            continue
        assert mine[0].is_base
        assert mine[0].prompt == prompt
        assert not any(v.is_base for v in mine[1:])


def test_a_variant_is_a_prompt_that_a_file_could_hold() -> None:
    for variant in variants(PROMPTS, titled=True, people=PEOPLE):
        assert Prompt.model_validate(variant.prompt.model_dump(mode="json")) == variant.prompt


def test_what_cannot_be_isnt_made() -> None:
    assert "keywords/title alone" not in {v.name for v in variants(PROMPTS, False, {})}
    bare = made(excerpt_words=0)
    assert not {"keywords/more text", "keywords/less text", "keywords/title alone"} & bare.keys()
    one = made(exemplars=PROMPTS["keywords"].exemplars[:1])
    assert not {"keywords/fewer exemplars", "keywords/exemplars reversed"} & one.keys()
    other = made(instruction=OTHER_WORDS["ko", "keywords"])
    assert "keywords/other words" not in other
    assert not any("people" in name for name in made())


def test_people_take_the_places_of_the_prompts_exemplars() -> None:
    own = PROMPTS["keywords"].exemplars
    by_name = {v.name: v.prompt for v in variants(PROMPTS, titled=True, people=PEOPLE)}
    all_people = by_name["keywords/people's exemplars"].exemplars
    assert list(all_people) == PEOPLE["keywords"][: len(own)]
    half = by_name["keywords/half people's"].exemplars
    assert half[0] == own[0]
    assert half[-1] in PEOPLE["keywords"]


def test_exemplars_are_peoples_queries_of_the_kind_one_a_document() -> None:
    documents = [Document(d, f"{d} 안내", (Section("", "본문"),)) for d in ("여권", "세금", "밥")]
    queries = [
        Query("1", "여권 사진", "ko"),
        Query("2", "여권 신청\n기간", "ko"),
        Query("3", "세금 신고 기한은 언제인가요?", "ko"),
        Query("4", "passport photo", "en"),
        Query("5", "쌀 씻기", "ko"),
        Query("6", "다른 문서", "ko"),
    ]
    qrels = {"1": {"여권": 1}, "2": {"여권": 1}, "3": {"세금": 1}, "4": {"여권": 1},
             "5": {"밥": 0}, "6": {"없는 문서": 1}}  # fmt: skip
    found = people_exemplars(PROMPTS, documents, queries, qrels, SECTION, 80)
    assert [e.title for e in found["keywords"]] == ["여권 안내"]
    assert found["keywords"][0].queries[0] in ("여권 사진", "여권 신청 기간")
    assert [e.queries for e in found["question"]] == [("세금 신고 기한은 언제인가요?",)]
    assert [e.queries for e in found["english"]] == [("passport photo",)]
    assert found["mixed"] == []
    again = people_exemplars(PROMPTS, documents, queries[::-1], qrels, SECTION, 80)
    assert again == found


def test_another_document_is_no_exemplar() -> None:
    document = Document("여권", "여권", (Section("", "본문"),))
    asked = [Query("1", "여권 사진", "ko")]
    assert people_exemplars(PROMPTS, [document], asked, {"1": {"세금": 1}}, SECTION, 80) == {
        kind: [] for kind in PROMPTS
    }
    shown = people_exemplars(
        PROMPTS, [replace(document, title="")], asked, {"1": {"여권": 1}}, SECTION, 80
    )
    assert shown["keywords"][0].text == "본문"


def test_other_words_are_asked_for_in_the_kinds_own_script() -> None:
    asked = {
        v.prompt.kind: v.prompt.instruction
        for v in variants(PROMPTS, titled=True, people={})
        if v.name.endswith("/other words")
    }
    assert asked.keys() == {"english", "keywords", "question", "mixed"}
    assert "영어" in asked["mixed"]
    assert "조사 없이" in asked["keywords"]
    assert "질문" in asked["question"]
    assert asked["english"].isascii()
