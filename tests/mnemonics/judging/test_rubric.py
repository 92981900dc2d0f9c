from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.judging import rubric
from malmoi.teachers.replies import BadJSON, check_schema

ANSWERS = st.fixed_dictionaries(
    {"reason": st.text(max_size=20)} | {c.key: st.sampled_from(c.answers) for c in rubric.CRITERIA}
)


def test_the_criteria_are_those_of_the_issue():
    assert [(c.key, c.yes_no) for c in rubric.CRITERIA] == [
        ("correct_use", True),
        ("grounding", True),
        ("association", False),
        ("clarity", False),
        ("memorability", False),
    ]


def test_prompt_schema_report_and_scores_are_one_definition():
    asked = rubric.scoring("obstinate", "adjective", "stubborn", "a mule")[-1].content
    properties = rubric.scoring_schema()["properties"]
    rows = rubric.report_rows()
    assert [*properties][1:] == [row["key"] for row in rows] == [c.key for c in rubric.CRITERIA]
    for criterion, row in zip(rubric.CRITERIA, rows, strict=True):
        assert f"- {criterion.key}: {row['question']}" in asked
        assert f'"{criterion.key}":' in asked
        assert properties[criterion.key]["enum"] == list(criterion.answers)
        assert row["scale"] == ("yes/no" if criterion.yes_no else "1–5")


@given(ANSWERS)
def test_scores_stay_on_the_scale_that_was_asked(answer):
    check_schema(answer, rubric.scoring_schema())
    scores = rubric.read_scores(answer)
    for criterion in rubric.CRITERIA:
        value = answer[criterion.key]
        expected = {"yes": 1.0, "no": 0.0}.get(value, value)
        assert scores[criterion.key] == expected


@pytest.mark.parametrize(
    "wrong", [{"clarity": 6}, {"clarity": 0}, {"clarity": "4"}, {"grounding": "maybe"}, {"more": 1}]
)
def test_answers_off_the_scale_do_not_fit(wrong):
    good = {"reason": "", "correct_use": "yes", "grounding": "no"}
    good |= {"association": 3, "clarity": 3, "memorability": 3}
    check_schema(good, rubric.scoring_schema())
    with pytest.raises(BadJSON):
        check_schema(good | wrong, rubric.scoring_schema())
    with pytest.raises(BadJSON):
        check_schema({key: value for key, value in good.items() if key != "clarity"},
                     rubric.scoring_schema())  # fmt: skip


def test_preferences_are_read_as_sides():
    for answer, side in (("A", 0), ("B", 1), ("tie", None)):
        value = {"reason": "", "better": answer}
        check_schema(value, rubric.preferring_schema())
        assert rubric.read_preference(value) == side
    with pytest.raises(BadJSON):
        check_schema({"reason": "", "better": "C"}, rubric.preferring_schema())


def test_both_texts_stand_in_the_question_in_their_order():
    asked = rubric.preferring("cat", "noun", "a pet", "FIRST", "SECOND")[-1].content
    assert asked.index("FIRST") < asked.index("Mnemonic B") < asked.index("SECOND")
    assert "cat (noun)" in asked
