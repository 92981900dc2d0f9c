from __future__ import annotations

import unicodedata

import pytest

from malmoi.core.errors import SourceError
from malmoi.evaluation import overlap as module
from malmoi.evaluation.overlap import Overlap, mean_of, overlap, overlaps, self_bleu, words_of

pytest.importorskip("sacrebleu", reason="pip install 'malmoi[judge]'")
pytest.importorskip("rouge_score", reason="pip install 'malmoi[judge]'")


@pytest.mark.parametrize(
    "text", ["글꼴", "글꼴 색 바꾸기", "font", "여권을 다시 받으려면?", "API 키"]
)
def test_a_text_is_itself_however_short(text: str) -> None:
    found = overlap(text, [text])
    assert found == Overlap(pytest.approx(1), pytest.approx(1), pytest.approx(1))


def test_texts_without_a_common_word_or_letter_share_nothing() -> None:
    assert overlap("글꼴", ["font"]) == Overlap(0, 0, 0)
    assert overlap("", ["글꼴"]) == Overlap(0, 0, 0)


def test_only_hangul_differs() -> None:
    # ROUGE's own tokenizer would see "api" alone, and call these the same.
    assert overlap("API 사진 편집", ["API 여권 신청"]).rouge_l == pytest.approx(1 / 3)


def test_the_form_of_a_text_is_no_matter() -> None:
    text = "글꼴 색을 바꿉니다"
    for other in (unicodedata.normalize("NFD", text), text.replace(" ", "\u3000"), f"{text}."):
        found = overlap(other, [text])
        assert (found.bleu, found.rouge_l) == (pytest.approx(1), pytest.approx(1))
        assert found.chrf > 0.9
    assert overlap("ＦＯＮＴ", ["font"]).bleu == pytest.approx(1)


def test_an_inflected_word_is_near_its_other_form_and_a_different_one_isnt() -> None:
    inflected = overlap("바꿉니다", ["바꿨습니다"]).chrf
    assert inflected > 0.3 > overlap("바꿉니다", ["지우개"]).chrf


def test_the_order_of_words_counts_and_a_further_reference_never_hurts() -> None:
    right, wrong = (
        overlap("글꼴 색 변경", ["글꼴 색 변경"]),
        overlap("변경 색 글꼴", ["글꼴 색 변경"]),
    )
    assert right.bleu > wrong.bleu
    assert right.rouge_l > wrong.rouge_l
    one, two = overlap("글꼴 색", ["여권"]), overlap("글꼴 색", ["여권", "글꼴 색상"])
    assert two.chrf > one.chrf
    assert two.rouge_l > one.rouge_l


def test_several_texts_have_their_own_references_and_a_mean() -> None:
    found = overlaps(["글꼴", "여권"], [["글꼴"], ["글꼴"]])
    mean = mean_of(found)
    assert mean is not None
    assert mean.rouge_l == pytest.approx(0.5)
    assert mean_of([]) is None


@pytest.mark.parametrize("references", [[["a"]], [["a"], []]])
def test_a_text_without_a_reference_is_refused(references: list[list[str]]) -> None:
    with pytest.raises(SourceError, match="reference"):
        overlaps(["a", "b"], references)


def test_self_bleu_tells_the_same_text_again_from_different_ones() -> None:
    varied = ["글꼴 색", "여권 신청", "bread oven", "자전거 안장 높이"]
    found = self_bleu({"same": ["글꼴 색 변경"] * 300, "varied": varied, "one": ["글꼴"]})
    assert found["same"] == pytest.approx(1)
    assert found["varied"] == 0
    assert found["one"] is None


def test_self_bleu_draws_equally_many_so_that_it_can_be_compared() -> None:
    texts = [f"글꼴 {n}" for n in range(60)]
    alone, beside = self_bleu({"a": texts}), self_bleu({"a": texts, "b": texts[:5]})
    assert alone["a"] is not None
    assert beside["a"] is not None
    assert alone["a"] > beside["a"] - 0.05
    assert beside["b"] == pytest.approx(beside["a"], abs=0.4)
    assert self_bleu({"a": texts}) == alone


def test_words_are_morphemes_without_marks() -> None:
    assert words_of(["여권을 신청", "Font, 색!"]) == [["여권", "을", "신청"], ["font", "색"]]


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_installed", lambda: False)
    with pytest.raises(SourceError, match=r"malmoi\[judge\]"):
        overlap("a", ["a"])
