from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics import form
from malmoi.mnemonics.claims.claim_table import check_rows
from malmoi.mnemonics.prompting.prompts import (
    FOLDER,
    SYSTEM,
    answer,
    ask,
    load_prompt,
    student_messages,
)

STYLES = {"zero-shot": 0, "structured": 0, "few-shot": 5, "many-shot": 16}
BRIEF = "term: abate (verb)\nmeaning: become less in amount or intensity"


@pytest.mark.parametrize(("style", "count"), STYLES.items())
def test_every_style_has_its_exemplars(style: str, count: int) -> None:
    assert len(load_prompt(style).exemplars) == count


def test_few_and_many_exemplars_cover_all_five_features() -> None:
    five = {"phonetics", "orthography", "morphology", "etymology", "semantics"}
    assert {e.feature for e in load_prompt("few-shot").exemplars} == five
    assert {e.feature for e in load_prompt("many-shot").exemplars} == {*five, "other"}


def test_every_exemplar_has_the_form_and_one_abstains() -> None:
    drafts = [e.draft for e in load_prompt("many-shot").exemplars]
    assert [form.parse(form.render(draft)) for draft in drafts] == drafts
    assert [draft.mnemonic for draft in drafts].count(form.NONE) == 1


def test_no_claim_of_an_exemplar_is_false_and_most_are_supported(real_lexicon: Lexicon) -> None:
    rows = []
    for exemplar in load_prompt("many-shot").exemplars[:-1]:
        term = exemplar.brief.removeprefix("term: ").partition(" (")[0]
        rows += [(term, exemplar.reasoning), (term, exemplar.mnemonic)]
    claims = [claim for _, _, found in check_rows(rows, real_lexicon) for claim in found]
    assert [claim for claim in claims if claim.verdict == "contradicted"] == []
    assert sum(claim.verdict == "supported" for claim in claims) > 0.8 * len(claims)


def test_a_chat_has_turns_that_end_with_the_word() -> None:
    request = ask(load_prompt("few-shot"), BRIEF, chat=True, max_tokens=99)
    assert [m.role for m in request.messages] == ["system", *["user", "assistant"] * 5, "user"]
    assert form.INSTRUCTIONS in request.messages[0].content
    assert request.messages[-1].content == BRIEF
    assert answer("feature: other", chat=True) == "feature: other"


def test_a_completion_is_left_open_where_the_answer_begins() -> None:
    request = ask(load_prompt("few-shot"), BRIEF, chat=False, max_tokens=99, sample=2)
    assert request.prompt.endswith(f"{BRIEF}\nfeature:")
    assert form.INSTRUCTIONS in request.prompt
    assert request.sample == 2
    draft = load_prompt("few-shot").exemplars[0].draft
    reply = form.render(draft).removeprefix("feature:")
    assert form.parse(answer(reply, chat=False)) == draft


def test_the_student_is_asked_for_the_form_that_the_reward_reads() -> None:
    system, user = student_messages(BRIEF)
    assert system.content == SYSTEM
    assert form.INSTRUCTIONS in SYSTEM
    assert user.content == BRIEF


def test_a_users_own_files_replace_the_packages(tmp_path: Path) -> None:
    (tmp_path / "few-shot.toml").write_text('instruction = "Mine."\nexemplars = 1')
    one = (FOLDER / "exemplars.toml").read_text(encoding="utf-8")
    (tmp_path / "exemplars.toml").write_text(one, encoding="utf-8")
    prompt = load_prompt("few-shot", str(tmp_path))
    assert prompt.style.instruction == "Mine."
    assert len(prompt.exemplars) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "is missing"),
        ({"few-shot.toml": "instruction = "}, "is not TOML"),
        ({"few-shot.toml": 'instruction = "x"\nshots = 3'}, "shots: Extra inputs"),
        ({"few-shot.toml": 'instruction = "x"\nexemplars = 2'}, "exemplars.toml is missing"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_prompt("few-shot", str(tmp_path))


def test_too_few_exemplars_are_refused(tmp_path: Path) -> None:
    (tmp_path / "few-shot.toml").write_text('instruction = "x"\nexemplars = 99')
    one = (FOLDER / "exemplars.toml").read_text(encoding="utf-8")
    (tmp_path / "exemplars.toml").write_text(one, encoding="utf-8")
    with pytest.raises(RecipeError, match=r"holds 16 exemplars, few-shot\.toml asks for 99"):
        load_prompt("few-shot", str(tmp_path))
