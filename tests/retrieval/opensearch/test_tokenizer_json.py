import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from malmoi.core.errors import StudentError
from malmoi.retrieval.opensearch.tokenizer_json import (
    NO_LIMIT,
    pieces_first,
    silence,
    text_of,
    unlimited,
    with_marks,
    without_specials,
)

WORDS = ["표", "행", "열", "c++", "[x]", "a.b", "셀\\"]


def words() -> dict:
    tokenizer = Tokenizer(models.WordLevel({w: n for n, w in enumerate(["?", *WORDS])}, "?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing("? $A ?", special_tokens=[("?", 0)])
    return json.loads(tokenizer.to_str())


def unigram() -> dict:
    pieces = [
        ("<unk>", -9.0),
        ("▁", -5.0),
        ("▁표", -1.0),
        ("행", -2.0),
        ("열", -2.0),
        ("행열", -3.0),
    ]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["</s>"])
    return json.loads(tokenizer.to_str())


def load(tokenizer: dict) -> Tokenizer:
    return Tokenizer.from_str(text_of(tokenizer))


def test_a_limit_is_lifted_and_padding_is_off():
    limited = words() | {
        "truncation": {
            "max_length": 2,
            "strategy": "LongestFirst",
            "direction": "Right",
            "stride": 0,
        }
    }
    text = " ".join(["행"] * 1000)
    assert len(load(limited).encode(text, add_special_tokens=False).ids) == 2
    assert len(load(unlimited(limited)).encode(text, add_special_tokens=False).ids) == 1000


def test_the_limit_is_negative_to_a_signed_number_of_32_bits_but_not_minus_one():
    assert NO_LIMIT - 2**32 < -1  # −1 means "none given", for which DJL takes 512


def test_special_tokens_go():
    assert load(words()).encode("행").ids == [0, 2, 0]
    assert load(without_specials(words())).encode("행").ids == [2]


def test_what_has_no_weight_decodes_to_nothing():
    tokenizer = load(silence(words(), {"표", "c++"}))
    decoded = {w: tokenizer.decode([tokenizer.token_to_id(w)]) for w in ["?", *WORDS]}
    assert {w for w, text in decoded.items() if text} == {"표", "c++"}
    assert decoded["c++"] == "c++"


def test_where_all_have_a_weight_nothing_is_silent():
    assert silence(words(), {"?", *WORDS}) == words()


def test_marks_are_tokens_behind_the_vocabulary():
    tokenizer = load(with_marks(words(), ["\n", "\f"]))
    size = len(WORDS) + 1
    encoded = tokenizer.encode("표 행\n\n열\f표", add_special_tokens=False)
    assert encoded.ids == [1, 2, size, size, 3, size + 1, 1]


@pytest.mark.parametrize("tokenizer", [words(), unigram()])
def test_pieces_come_first_and_texts_are_segmented_as_before(tokenizer):
    pieces = ["표", "모음", "bold"]
    plain, moved = load(tokenizer), load(pieces_first(tokenizer, pieces))
    for text in ("표 행열", "모음 bold 열", "</s> ?표", "\uf8ff표"):
        before = plain.encode(text, add_special_tokens=False).ids
        assert moved.encode(text).ids == [i + 3 for i in before], text
    assert [moved.decode([n]) for n in range(3)] == pieces


@given(st.text(st.sampled_from("▁표행열ab "), max_size=30))
def test_an_unknown_character_costs_what_it_did(text):
    pieces = ["표", "행열행열"]
    before = load(unigram()).encode(text, add_special_tokens=False).ids
    assert load(pieces_first(unigram(), pieces)).encode(text).ids == [i + 2 for i in before]


def test_an_unknown_kind_of_tokenizer_is_refused():
    with pytest.raises(StudentError, match="Unigram"):
        pieces_first({"model": {"type": "Riddle"}}, ["표"])


def test_nothing_given_is_changed():
    given_, copy = unigram(), unigram()
    (
        unlimited(given_),
        silence(given_, set()),
        with_marks(given_, ["\n"]),
        pieces_first(given_, ["표"]),
    )
    assert given_ == copy
