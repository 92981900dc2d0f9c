"""How long a run of the mnemonic writer would take on this machine; see `pipelines.duration`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from malmoi.core.processes import cores
from malmoi.mnemonics.student.weights import DEFAULT_BASE
from malmoi.pipelines.duration import Machine, Part, parameters_of, writing
from malmoi.recipe import MnemonicsRecipe
from malmoi.teachers import Request

# From runs of `mnemonics` and `mnemonics-demo`, beside a measurement on the same machine.
_WORD = 2e10
"""What one core could multiply while it looks a word up and composes its cards."""
_CARDS_A_WORD = 0.15
"""Share of the words that the lexicon writer has a card for."""
_CARD_TOKENS = 230
"""Tokens of a card with its prompt; they go forward once and backward twice."""
_PROMPT_TOKENS = 140
"""Tokens of a held-out word's prompt."""
_TRAINING, _ANSWERS = 3.5, 0.55
"""Speed of training and of answering beside that of float32 matrices."""


def estimate(
    recipe: MnemonicsRecipe, words: int, asked: Mapping[str, Sequence[Request]], machine: Machine
) -> list[Part]:
    """The parts of a run from its beginning, each with its time.

    Args:
        recipe: what would be done.
        words: that it works on, senses counted.
        asked: what → the requests that the teacher would get.
        machine: as `measured` sees it.
    """
    parts = [Part("words and cards", words * _WORD * cores() / machine.operations, "measured")]
    parts += [
        writing(name, requests, recipe.teacher, machine)
        for name, requests in asked.items()
        if requests
    ]
    parameters = parameters_of(recipe.student.base or DEFAULT_BASE)
    if parameters:
        parts.append(_student(recipe, words, parameters, machine))
        parts.append(_answers(recipe, words, parameters, machine))
    else:
        parts.append(Part("student", None, "its weights aren't a GGUF file here"))
    if recipe.judge.models:
        parts.append(Part("judges", None, "an endpoint's speed isn't known before it is asked"))
    return parts


def _student(recipe: MnemonicsRecipe, words: int, parameters: int, machine: Machine) -> Part:
    """SFT over the cards, then the answers of GRPO and the steps on them."""
    student = recipe.student
    share = 1 - recipe.words.test_share - recipe.words.dev_share
    written = 1.0 if "teacher" in recipe.cards.writers else _CARDS_A_WORD
    cards = max(share, 0.0) * words * written * student.epochs
    answers = student.grpo_steps * student.grpo_prompts * student.grpo_group_size
    trained = 6 * parameters * _CARD_TOKENS * (cards + answers) / (machine.operations * _TRAINING)
    asked = answers * _seconds_an_answer(recipe.evaluation.max_tokens, parameters, machine)
    return Part("student", trained + asked, "measured")


def _answers(recipe: MnemonicsRecipe, words: int, parameters: int, machine: Machine) -> Part:
    """Student and base on the held-out words, with the facts in the prompt and without."""
    section = recipe.evaluation
    held_out = min(section.words, round(words * recipe.words.test_share))
    answers = held_out * section.candidates * 2 * (2 if section.closed_book else 1)
    seconds = answers * _seconds_an_answer(section.max_tokens, parameters, machine)
    return Part("answers", seconds, "measured")


def _seconds_an_answer(max_tokens: int, parameters: int, machine: Machine) -> float:
    tokens = _PROMPT_TOKENS + max_tokens / 2
    return 2 * parameters * tokens / (machine.operations * _ANSWERS)
