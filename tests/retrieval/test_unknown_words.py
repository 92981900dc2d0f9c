"""What a query has that the corpus doesn't, and what is made of it (docs/corpora.md)."""

import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers

from malmoi.core.errors import StudentError
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.query import CORRECTED, QueryEncoder
from malmoi.retrieval.unknown_words import (
    Correction,
    KnownWords,
    UnknownWord,
    Word,
)
from malmoi.text.unicode import readable
from tests.helpers.queries import query_folder

WORDS = {
    "데이터": 2.0, "데이터베이스": 3.0, "베이스": 5.0, "콘텐츠": 2.5, "메시지": 2.5, "로봇": 3.5,
    "프레젠테이션": 4.0, "하이퍼링크": 4.0, "링크": 3.0, "안녕": 3.0, "여자": 3.0, "고등": 3.0,
    "학교": 2.0, "삭제": 2.0, "부동산": 3.0, "부활": 3.0, "관리": 1.0, "값": 1.5, "설치": 2.0,
    "application": 2.0, "hyperlink": 3.0, "kernel": 3.0, "바꾸": 2.0, "표": 1.0, "클러스터": 3.0,
    "2500": 4.0, "n": 3.0, "재정": 2.0, "보험": 2.0, "삼성전자": 3.0, "데": 5.0,
}  # fmt: skip
ABSENT = ("복지", "자동차", "카드")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return QueryEncoder(query_folder(tmp_path_factory.mktemp("query"), WORDS, ABSENT))


def weights_of(encoder, text):
    return {readable(token): weight for token, weight in encoder.encode(text).items()}


@pytest.mark.parametrize(
    ("query", "meant", "kind"),
    [
        ("컨텐츠", "콘텐츠", "spelling"),
        ("컨텐츠를", "콘텐츠", "spelling"),
        (unicodedata.normalize("NFD", "컨텐츠"), "콘텐츠", "spelling"),
        ("ｄｋｓｓｕｄ", "안녕", "keyboard"),
        ("데이타", "데이터", "spelling"),
        ("데이타베이스를", "데이터베이스", "spelling"),
        ("하이파링크", "하이퍼링크", "spelling"),
        ("프리젠테이션", "프레젠테이션", "spelling"),
        ("로보트가", "로봇", "spelling"),
        ("메세지의", "메시지", "spelling"),
        ("dkssud", "안녕", "keyboard"),
        ("tkrwpgkrh", "삭제하고", "keyboard"),
        ("rkqt", "값", "keyboard"),
        ("메ㅔㅣㅑㅊㅁ샤ㅐㅜ", "application", "keyboard"),
        ("女子", "여자", "hanja"),
        ("不動産의", "부동산", "hanja"),
        ("復活", "부활", "hanja"),
        ("学校", "학교", "hanja"),
        ("女子高等學校", "여자고등학교", "hanja"),
        ("하이퍼 링크", "하이퍼링크", "spacing"),
        ("하이퍼 링크를", "하이퍼링크", "spacing"),
        ("hyper link", "hyperlink", "spacing"),
        ("삼성 전자", "삼성전자", "spacing"),
        ("Presentation", "프레젠테이션", "sound"),
        ("cluster의", "클러스터", "sound"),
        ("어플리케이션", "application", "sound"),
    ],
)
def test_an_unknown_word_becomes_the_known_one_that_is_meant(encoder, query, meant, kind):
    analysed = encoder.analyse(query)
    (correction,) = analysed.corrections
    assert (correction.meant, correction.kind) == (meant, kind)
    assert analysed.unknown == ()
    expected = weights_of(encoder, meant)
    assert expected
    got = weights_of(encoder, query)
    assert {token: got[token] for token in expected} == pytest.approx(
        {token: max(CORRECTED * WORDS[token], got[token] * (token in query)) for token in expected}
    )


@pytest.mark.parametrize("query", ["clover", "data", "rob", "하이델", "cluster2x", "제공"])
def test_a_word_that_sounds_like_little_is_not_taken_for_another_script(encoder, query):
    assert not [c for c in encoder.analyse(query).corrections if c.kind == "sound"]


def test_what_was_corrected_is_said(encoder):
    notes = encoder.analyse("데이타 관리를 tkrwpgkrh 쿠버네티스 설치").notes()
    assert notes == [
        "searched as: 데이타 → 데이터 (spelling), tkrwpgkrh → 삭제하고 (keyboard)",
        "not in this corpus: 쿠버네티스",
    ]


@pytest.mark.parametrize(
    ("query", "known", "unknown"),
    [
        ("쿠버네티스 설치", {"설치"}, ["쿠버네티스"]),
        ("쿠버네티스를", set(), ["쿠버네티스"]),
        ("쿠버네티스클러스터", {"클러스터"}, ["쿠버네티스"]),
        ("Kubernetes 설치", {"설치"}, ["Kubernetes"]),
        ("복지의 관리", {"관리"}, ["복지"]),
        ("2,500", set(), ["2,500"]),
        ("ひらがな", set(), ["ひらがな"]),
        ("Ελλάδα 학교", {"학교"}, ["Ελλάδα"]),
        ("제정", set(), ["제정"]),
        ("龜龜 학교", {"학교"}, ["龜龜"]),
        ("k8s", set(), ["k8s"]),
        ("가능/학교", {"학교"}, ["가능"]),
        ("가능/불능", set(), ["가능", "불능"]),
        (unicodedata.normalize("NFD", "쿠버네티스"), set(), ["쿠버네티스"]),
    ],
)
def test_a_word_that_is_not_there_adds_nothing_and_is_named(encoder, query, known, unknown):
    analysed = encoder.analyse(query)
    assert {readable(token) for token in analysed.weights} == known
    assert [each.word for each in analysed.unknown] == unknown
    assert analysed.corrections == ()


@pytest.mark.parametrize(
    "query",
    [
        "데이터를 바꿉니다",
        "학교에서 관리하고 싶은",
        "application 설치",
        "표",
        "N/A",
        "a 학교",
        "학교?",
        "",
        "  ",
        "…!",
    ],
)
def test_known_words_particles_and_marks_are_no_unknown_words(encoder, query):
    analysed = encoder.analyse(query)
    assert analysed.corrections == analysed.unknown == ()
    assert analysed.notes() == []
    assert analysed.weights == encoder.encode(query) == encoder.token_weights(query)


def test_fragments_of_an_unknown_word_have_no_weight(encoder):
    # 데 is a word of the corpus by itself, and no part of 데이타 or 쿠데.
    assert weights_of(encoder, "쿠데 학교") == {"학교": 2.0}
    assert weights_of(encoder, "데 학교") == {"데": 5.0, "학교": 2.0}


def test_near_words_are_named_and_not_searched(encoder):
    (word,) = encoder.analyse("kernal").unknown
    assert word == UnknownWord("kernal", ("kernel",))
    assert str(word) == "kernal (near: kernel)"
    assert encoder.encode("kernal") == {}


def test_at_most_three_words_are_near_and_the_nearest_come_first():
    words = {"printer": 2.0, "painter": 1.0, "printed": 1.5, "sprinter": 1.0, "mountain": 1.0}
    known = KnownWords(words, lambda text: False)
    assert known.near("printef") == ("printed", "printer")
    assert len(known.near("prinner")) <= 3
    assert known.near("xyz") == known.near("ひらがなです") == ()
    assert KnownWords({"10000": 1.0}, lambda text: False).near("100000") == ()


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("SM-G998N", "smg998n"),
        ("1588-1234", "15881234"),
        ("U.S", "US"),
        ("python3", "python 3"),
        ("3.1.1", None),
        ("pythonic3", None),
    ],
)
def test_a_name_is_known_without_its_signs_and_a_word_without_its_number(query, meant):
    tokens = ("▁smg998n▁", "▁15881234▁", "▁us↑▁", "▁us▁", "▁python▁", "▁311▁")
    words = KnownWords(dict.fromkeys(tokens, 1.0), lambda text: False)
    whole = Word(0, len(query), len(query), ((0, len(query)),))
    found = [each.meant for _, each in words.correct(query, [whole], 0)]
    assert found == ([meant] if meant else [])


def test_jamo_count_for_nearness():
    known = KnownWords({unicodedata.normalize("NFKD", "사용자"): 1.0}, lambda text: False)
    assert known.near("사욤자") == ("사용자",)
    assert known.near("사람들") == ()


@pytest.mark.parametrize("query", ["wnth", "rk", "ab", "gh", "카드", "API"])
def test_nothing_is_made_of_a_word_where_nothing_known_is_meant(encoder, query):
    assert encoder.analyse(query).corrections == ()


def test_a_correction_counts_less_than_the_word_itself(encoder):
    assert weights_of(encoder, "데이타")["데이터"] == pytest.approx(CORRECTED * 2.0)
    assert weights_of(encoder, "데이타 데이터")["데이터"] == 2.0


def test_synonyms_count_for_what_is_meant_and_their_terms_are_known(tmp_path):
    folder = query_folder(tmp_path / "model", {"데이터": 2.0, "자료": 3.0, "위젯": 4.0})
    terms = {"데이터": {"자료": 1.5}, "gadget": {"위젯": 2.0}}
    plain = {
        unicodedata.normalize("NFKD", term): {
            unicodedata.normalize("NFKD", token): weight for token, weight in to.items()
        }
        for term, to in terms.items()
    }
    (folder / "synonyms.json").write_text(json.dumps(plain), encoding="utf-8")
    encoder = QueryEncoder(folder)
    assert weights_of(encoder, "데이타") == pytest.approx({"데이터": 1.6, "자료": 1.2})
    analysed = encoder.analyse("gadget")
    assert weights_of(encoder, "gadget") == {"위젯": 2.0}
    assert analysed.unknown == ()


def test_what_people_see_is_composed(tmp_path, encoder):
    folder = query_folder(tmp_path / "index", WORDS, ABSENT)
    vectors = VectorIndex.create(folder, 1000)
    dimension = next(iter(encoder.dimensions(encoder.encode("학교"))))
    matrix = np.zeros((1, 1000), np.float32)
    matrix[0, dimension] = 1.0
    vectors.add(["a"], ["제목"], [1], csr_matrix(matrix))
    index = Index.open(folder)
    (result,) = index.search("學校")
    assert [match.token for match in result.matches] == ["학교"]
    assert index.analyse("學校").corrections == (Correction("學校", "학교", "hanja"),)
    assert encoder.readable(dimension) == "학교" != encoder.token(dimension)


@pytest.mark.parametrize("content", ['{"a": ', '{"a": 1}', "[1, 2]", "[[1, null]]", "3"])
def test_a_broken_list_of_absent_pieces_is_named(tmp_path, content):
    folder = query_folder(tmp_path / "model", WORDS, ABSENT)
    (folder / "absent.json").write_text(content, encoding="utf-8")
    with pytest.raises(StudentError, match=r"absent\.json is no list"):
        QueryEncoder(folder)


def test_english_words_whose_ends_are_marked(tmp_path):
    """As a vocabulary has them in which a piece of English is a whole word."""
    folder = query_folder(
        tmp_path / "model",
        {"▁kernel▁": 3.0, "▁hyperlink▁": 2.0, "안녕": 1.0},
        absent=["▁widget▁"],
        other=["▁", "▁a▁"],
    )
    path = folder / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    ends = Regex("(?<![a-z0-9])(?=[a-z0-9])|(?<=[a-z0-9])(?![a-z0-9])")
    steps = [normalizers.NFKD(), normalizers.Lowercase(), normalizers.Replace(ends, "▁")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(path))
    encoder = QueryEncoder(folder)
    assert weights_of(encoder, "Kernel") == {"kernel": 3.0}
    assert encoder.analyse("a kernel").unknown == ()
    assert weights_of(encoder, "hyper link") == pytest.approx({"hyperlink": CORRECTED * 2.0})
    assert weights_of(encoder, "dkssud") == pytest.approx({"안녕": CORRECTED})
    unknown = encoder.analyse("Kubernetes kernal widget").unknown
    assert unknown == (
        UnknownWord("Kubernetes"),
        UnknownWord("kernal", ("kernel",)),
        UnknownWord("widget"),
    )


texts = st.lists(
    st.sampled_from([*WORDS, *ABSENT, "쿠버", "를", "女子", "ab", "dkssud", "ㅎ", "?"])
)


@given(text=st.text(max_size=30) | texts.map("".join) | texts.map(" ".join))
def test_any_query_is_analysed_as_it_is_encoded(encoder, text):
    analysed = encoder.analyse(text)
    assert analysed.weights == encoder.encode(text)
    assert all(weight > 0 for weight in analysed.weights.values())
    assert all(len(each.near) <= 3 for each in analysed.unknown)
