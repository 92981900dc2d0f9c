from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from malmoi.core.errors import StudentError
from malmoi.encoder.normalizer import normalizer
from malmoi.encoder.pieces import PIECE_TAGS
from malmoi.encoder.vocabulary import MAX_PIECES, Vocabulary, build
from malmoi.text.morphemes import clean, morphemes
from malmoi.text.written import MARK

SENTENCES = [
    "셀의 배경 색을 바꿉니다.",
    "새 문서를 만들고 저장합니다.",
    "표에 행과 열을 삽입할 수 있습니다.",
    "글꼴의 크기를 고르십시오.",
    "파일을 열면 암호를 입력해야 합니다.",
    "인쇄할 쪽의 범위를 정합니다.",
    "차트의 제목을 바꾸려면 두 번 누릅니다.",
    "그림을 문단에 고정합니다.",
    "매크로를 기록한 뒤 실행하세요.",
    "메뉴에서 도구를 선택하십시오.",
    "오류가 나면 프로그램을 다시 시작합니다.",
    "선택한 글자를 굵게 표시합니다.",
    "사용자는 목록에서 언어를 고릅니다.",
    "바닥글에 쪽 번호를 넣습니다.",
    "수식에 사용된 함수를 보여 줍니다.",
    "이 단추를 누르면 창이 닫힙니다.",
    "문서의 오타를 찾아 고칩니다.",
    "날짜와 시간을 입력했습니다.",
    "열의 너비를 조정했습니다.",
    "주소록에서 주소를 가져옵니다.",
    "데이터베이스에 연결하지 못했습니다.",
    "단락의 간격을 넓힙니다.",
    "슬라이드를 화면에 보여 주었습니다.",
    "정렬 순서를 거꾸로 바꿀 수 있습니다.",
    "필터를 적용하여 값을 숨깁니다.",
    "여러 시트를 한꺼번에 지웁니다.",
    "도형의 테두리를 두껍게 그립니다.",
    "각주를 문서 끝으로 옮겼습니다.",
    "설정을 바꾸었지만 효과가 없습니다.",
    "서식을 복사해서 다른 셀에 붙여 넣습니다.",
]
ENGLISH = ["delete a cell", "merge", "format", "font", "copying", "the table of 2024", "string"]
VOCABULARY = build(SENTENCES, ENGLISH)
WORDS = sorted(VOCABULARY.surface)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)


def pieces(text: str, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    tokenizer = vocabulary.tokenizer
    return [
        unicodedata.normalize("NFC", tokenizer.id_to_token(i)) for i in vocabulary.encode([text])[0]
    ]


def test_the_segmentation_is_that_of_kiwi() -> None:
    same = total = 0
    for sentence, found in zip(SENTENCES, morphemes(SENTENCES), strict=True):
        expected = Counter(m.form for m in found if m.tag in PIECE_TAGS)
        cut = Counter(pieces(sentence))
        same += (expected & cut).total()
        total += (expected | cut).total()
    assert same / total >= 0.9


@pytest.mark.parametrize("form", ["바꿉니다", "바꾸려면", "바꾸었지만", "바꾸고", "바꿀", "바꾼"])
def test_a_conjugated_verb_gives_its_stem(form: str) -> None:
    """ "바꾼" and "바꾸고" stand nowhere in the sentences: pieces end inside a syllable."""
    assert pieces(form) == ["바꾸"]


def test_particles_weigh_nothing() -> None:
    assert pieces("문서를 문서에서 문서의 문서와") == ["문서"] * 4
    assert VOCABULARY.tokens("문서를 바꿉니다") == ["문서", "바꾸다"]
    assert pieces("을 를 the of a") == []


@pytest.mark.parametrize(
    "forms",
    [
        ["delete", "deletes", "deleted", "deleting", "deletion", "DELETE"],
        ["copy", "copies", "copied", "copying"],
        ["format", "formats", "formatted", "formatting"],
        ["merge", "merges", "merged", "merging"],
        ["table", "Tables"],
    ],
)
def test_inflected_english_is_one_piece(forms: list[str]) -> None:
    ids = VOCABULARY.encode(forms)
    assert len(ids[0]) == 1
    assert ids == [ids[0]] * len(forms)


def test_unlike_english_words_are_not_merged() -> None:
    rules = normalizer()
    for word in ("string", "nothing", "is", "red", "need", "class", "ion", "bus", "king"):
        assert rules.normalize_str(word) == f"{MARK}{word}{MARK}"
    assert rules.normalize_str("Deletion of STRINGS") == "▁delet▁ ▁of▁ ▁string▁"
    assert pieces("string") == ["▁string▁"]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_known_words_come_back(chosen: list[int]) -> None:
    tokens = [VOCABULARY.tokenizer.id_to_token(i) for i in chosen]
    assert VOCABULARY.encode([" ".join(tokens)]) == [chosen]


@given(ANYTHING)
@example("\ud800")
@example("\0\x1f\x7f\u200b\ufeff문서\u2028")
@example("ㄱㅏㄴ ᄆᆞᆯ ᆸ ㅋㅋㅋ")
@example("👩‍👩‍👧‍👦 🇰🇷 ☃️ 문서👍🏽")
@example("ﬁle ǅ İ ß ㈜ ㎢ ½ Å" + "́" * 20)
@example("tttting sssses eeeed 1s's")
def test_any_text_gives_content_or_nothing(text: str) -> None:
    (found,) = VOCABULARY.encode([clean(text)])
    assert set(found) <= VOCABULARY.content
    assert all(VOCABULARY.readable(i) for i in found)


@given(st.lists(ANYTHING.map(clean), max_size=5))
def test_a_batch_is_its_texts_one_by_one(texts: list[str]) -> None:
    assert VOCABULARY.encode(texts) == [VOCABULARY.encode([text])[0] for text in texts]


def test_saving_keeps_all(tmp_path: Path) -> None:
    VOCABULARY.save(tmp_path)
    loaded = Vocabulary.load(tmp_path)
    assert loaded.content == VOCABULARY.content
    assert loaded.surface == VOCABULARY.surface
    assert loaded.encode(SENTENCES) == VOCABULARY.encode(SENTENCES)
    assert len(loaded) == len(VOCABULARY)
    (tmp_path / "vocabulary.json").unlink()
    with pytest.raises(StudentError, match=r"holds no vocabulary\.json"):
        Vocabulary.load(tmp_path)


def test_the_rarest_pieces_fall_off_at_the_limit() -> None:
    texts = ["문서 문서 문서 차트", "문서 날짜 날짜"]
    assert sorted(build(texts).surface.values()) == ["날짜", "문서", "차트"]
    tight = build(texts, limit=4)
    assert max(tight.content) < 4 < MAX_PIECES
    assert pieces("문서 날짜", tight) == ["문서", "날짜"]
    assert pieces("차트", tight) == []


def test_what_the_corpus_lacks_is_whole_and_says_nothing() -> None:
    """As fragments 태, 얼, 획 and 매 would be rare, and weigh most."""
    vocabulary = build([*SENTENCES, "태를 봅니다", "매를 봅니다", "얼을 봅니다"])
    assert pieces("아직 태어나 얼마 매우 획득 보통", vocabulary) == []
    assert pieces("태", vocabulary) == ["태"]
    assert pieces("Kubernetes 2,500 u e", vocabulary) == []
    absent = {
        unicodedata.normalize("NFC", vocabulary.tokenizer.id_to_token(i)) for i in vocabulary.absent
    }
    assert {"획득", "보통"} <= absent
    assert not {"에서", "는데", "아직", "알", "문서"} & absent


def test_another_spelling_of_a_loanword_is_whole() -> None:
    """데이 + 타 would be searched as what it is made of."""
    vocabulary = build([*SENTENCES, "데이터를 보냅니다", "데이에 갑니다", "타를 칩니다"])
    assert pieces("데이타", vocabulary) == []
    absent = {vocabulary.tokenizer.id_to_token(i) for i in vocabulary.absent}
    assert unicodedata.normalize("NFKD", "데이타") in absent


def test_no_word_of_the_texts_is_said_to_be_absent() -> None:
    """kiwi has 붉 + 은 + 색, and where the tokenizer knows 붉은색 the word must be found."""
    texts = [*SENTENCES, "붉은색으로 표시됩니다.", "이 속성을 돌려줍니다.", "창 크기가 작아집니다."]
    vocabulary = build(texts)
    found = {
        i
        for encoding in vocabulary.tokenizer.encode_batch(texts, add_special_tokens=False)
        for i in encoding.ids
    }
    words = {unicodedata.normalize("NFC", vocabulary.tokenizer.id_to_token(i)) for i in found}
    absent = {
        unicodedata.normalize("NFC", vocabulary.tokenizer.id_to_token(i)) for i in vocabulary.absent
    }
    assert not {word for word in words & absent if len(word) > 1}
    assert "붉은색" in vocabulary.tokens("붉은색") or "붉다" in vocabulary.tokens("붉은색")


def test_endings_are_known_in_both_forms() -> None:
    """kiwi has 어요 for 아요: 아 + 요 would be words."""
    vocabulary = build([*SENTENCES, "같은 아를 봅니다", "요를 깝니다"])
    assert pieces("같아요", vocabulary) == ["같"]


def test_a_noun_that_is_two_of_the_corpus_is_found_by_them() -> None:
    vocabulary = build([*SENTENCES, "자동차의 보험을 신청합니다"])
    assert pieces("자동차보험", vocabulary) == ["자동차", "보험"]
    assert pieces("신청서", vocabulary)[0] == "신청"


def test_a_name_is_one_piece_and_its_parts_are_pieces() -> None:
    vocabulary = build([*SENTENCES, "SM-G998N과 C++, WHO"])
    assert vocabulary.tokens("sm-g998n C++") == ["sm-g998n", "c++"]
    assert vocabulary.tokens("G998N 998") == ["g998n", "998"]
    assert vocabulary.tokens("C who") == ["c"]
    assert vocabulary.tokens("WHO는") == ["WHO"]


def test_no_content_word_is_an_error() -> None:
    with pytest.raises(StudentError, match="no content word in 2 texts"):
        build(["", "..."])
