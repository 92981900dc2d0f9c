from __future__ import annotations

import unicodedata

from malmoi.encoder.pieces import Pieces, compound_parts, count_pieces


def content(texts: list[str], english: list[str] | None = None) -> set[str]:
    pieces = count_pieces(texts, english or [])
    return {unicodedata.normalize("NFC", p) for p in pieces.counts if pieces.is_content(p)}


def test_morphemes_words_numbers_and_names_are_pieces() -> None:
    found = content(["삼성 SM-G998N을 25℃에서 씁니다. 1588-1234, C++"], ["deleting cells"])
    assert {"삼성", "쓰", "▁sm▁-▁g998n▁", "▁sm▁", "▁g998n▁", "▁998▁", "▁25▁-▁c▁"} <= found
    assert {"▁1588▁-▁1234▁", "▁1588▁", "▁c⧺▁", "▁c▁", "▁delet▁", "▁cell▁"} <= found
    assert not {"을", "에서", "▁the▁"} & found


def test_joined_words_are_no_piece_of_their_own() -> None:
    found = content(["문서는 read-only입니다", "client/server"])
    assert {"▁read▁", "▁only▁", "▁client▁", "▁server▁"} - {"▁only▁"} <= found
    assert "▁read▁-▁only▁" not in found


def test_hanja_are_words_characters_and_readings() -> None:
    assert {"大學", "大", "學", "대학", "女子", "여자"} <= content(["大學의 女子"])


def test_a_compound_brings_the_parts_that_korean_has() -> None:
    assert {"삼성전자", "삼성", "전자"} <= content(["삼성전자는 회사입니다"])


def test_parts_have_two_syllables() -> None:
    words = {"데이터", "베이스", "이터", "데", "자동차", "보험", "회사"}
    assert list(compound_parts("데이터베이스", words)) == [("데이터", "베이스")]
    assert list(compound_parts("자동차보험회사", words)) == [("자동차", "보험", "회사")]
    whole = list(compound_parts("국민건강보험공단", {"국민", "건강", "보험", "공단"}))
    assert whole == [("국민", "건강", "보험", "공단")]
    assert list(compound_parts("데이터", words)) == []


def test_people_read_words_as_they_are_written() -> None:
    pieces = count_pieces(["문서를 바꿉니다 Saved by WHO, C#"])
    shown = {piece: forms.most_common(1)[0][0] for piece, forms in pieces.forms.items()}
    readable = {unicodedata.normalize("NFC", piece): form for piece, form in shown.items()}
    assert readable["바꾸"] == "바꾸다"
    assert readable["▁sav▁"] == "saved"
    assert readable["▁who↑▁"] == "WHO"
    assert readable["▁c♯▁"] == "c#"


def test_letters_of_hangul_alone_are_no_content() -> None:
    found = content(["문서가 안 열려요 ㅠㅠ ㅋㅋㅋ"])
    assert "문서" in found
    assert not any("\u1100" <= letter <= "\u11ff" for piece in found for letter in piece)


def test_headwords_are_words_whose_english_stands_in_the_texts() -> None:
    pairs = [
        ("수감자", "prisoner"),  # the text has it in the plural
        ("줄이다", "reduce"),
        ("남극", "Antarctica"),  # stands nowhere
        ("교도소 음식", "prison food"),  # two words
        ("the", "prison"),
        ("교도소에서", "prison"),  # a particle is no headword
    ]
    texts = ["The prisoners reduced their food in prison."]
    pieces = count_pieces(texts, ["Antarctica"], pairs)
    found = {
        unicodedata.normalize("NFC", p) for p in pieces.counts.keys() - count_pieces(texts).counts
    }
    assert found == {"수감자", "줄이", "▁antarctica▁"}
    assert pieces.forms[unicodedata.normalize("NFKD", "줄이")] == {"줄이다": 1}


def test_what_was_read_once_serves_several_vocabularies() -> None:
    texts = ["문서를 인쇄합니다. C# 3.11", "삼성전자는 배워서 압니다 ㅠㅠ 5kg"]
    read = Pieces()
    read.read(texts)
    before = read.copied()
    for english in (["Antarctica"], ["printing"]):
        assert count_pieces(texts, english, read=read) == count_pieces(texts, english)
    assert read == before
