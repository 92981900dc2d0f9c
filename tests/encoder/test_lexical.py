from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from malmoi.encoder.lexical import WRITTEN, Lexical, Table, Weighting, split

WORDS = ["[UNK]", "the", *"abcdefgh", *"stuvwxyz"]
ID = {word: number for number, word in enumerate(WORDS)}
CONTENT = frozenset(range(2, len(WORDS)))
KOREAN, ENGLISH = [ID[c] for c in "abcdefgh"], [ID[c] for c in "stuvwxyz"]

TEXTS = st.lists(st.sampled_from([*"abcdefgh", "the", "other"]), max_size=30).map(" ".join)
SHARES = st.floats(0.01, 1)
TABLES = st.dictionaries(
    st.lists(st.sampled_from(KOREAN), min_size=1, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(ENGLISH), SHARES, min_size=1, max_size=3),
    max_size=5,
)


def lexical(table: Table | None = None, **weights: float) -> Lexical:
    tokenizer = Tokenizer(models.WordLevel(ID, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Lexical(tokenizer, CONTENT, Weighting(**weights), table or {})  # type: ignore[arg-type]


def weigh(text: str, table: Table | None = None, **weights: float) -> dict[str, float]:
    (vector,) = lexical(table, **weights).vectors([text])
    return {WORDS[i]: w for i, w in vector.items()}


def test_a_weight_worked_out_by_hand() -> None:
    found = weigh("a\nb b c", k1=1.0, b=0.5, average_length=2, title=0.8, lead=0.2, lead_words=2)
    norm = 1.0 * (1 - 0.5 + 0.5 * 4 / 2)
    assert found == pytest.approx(
        {
            "a": 1 * 2 / (1 + norm) + 0.8 + 0.2,
            "b": 2 * 2 / (2 + norm) + 0.2,
            "c": 1 * 2 / (1 + norm),
        }
    )


@given(TEXTS, TEXTS, TEXTS, TABLES)
def test_weights_are_positive_and_of_content(
    title: str, body: str, written: str, table: Table
) -> None:
    (vector,) = lexical(table).vectors([f"{title}\n{body}{WRITTEN}{written}"])
    assert set(vector) <= CONTENT
    assert all(weight > 0 for weight in vector.values())


@given(st.integers(1, 30))
def test_more_of_a_word_weighs_more_at_the_same_length(tf: int) -> None:
    less, more = (weigh("\n" + "a " * n + "b " * (40 - n), lead=0.0)["a"] for n in (tf, tf + 1))
    assert less < more < Weighting().k1 + 1


@given(TEXTS, st.sampled_from("abcdefgh"))
def test_a_word_of_the_title_weighs_more(body: str, word: str) -> None:
    plain = weigh(f"{word}\n{body}", title=0.0)
    boosted = weigh(f"{word}\n{body}", title=0.8)
    assert boosted[word] == pytest.approx(plain[word] + 0.8)
    others = set(plain) - {word}
    assert {w: boosted[w] for w in others} == {w: plain[w] for w in others}


def test_only_the_first_words_lead() -> None:
    plain = weigh("\na b c", lead=0.0)
    leading = weigh("\na b c", lead=0.2, lead_words=2)
    assert {w: round(leading[w] - plain[w], 6) for w in "abc"} == {"a": 0.2, "b": 0.2, "c": 0.0}


@given(TEXTS, TABLES, st.floats(0.1, 3))
def test_a_translation_is_its_best_term_scaled(body: str, table: Table, scale: float) -> None:
    found = lexical(table, translation=scale)
    (vector,) = found.vectors(["\n" + body])
    (own,) = lexical().vectors(["\n" + body])
    assert {i: w for i, w in vector.items() if i in KOREAN} == own
    for piece in set(vector) - set(own):
        shares = [to[piece] for to in table.values() if piece in to]
        assert vector[piece] <= scale * max(shares) * (Weighting().k1 + 1 + 0.2)
    for (term, *rest), to in table.items():
        if not rest and term in own:
            for piece, share in to.items():
                assert vector[piece] >= scale * share * own[term] - 1e-9


def test_a_run_of_pieces_is_translated_as_one_term() -> None:
    table: Table = {(ID["a"], ID["b"]): {ID["z"]: 1.0}}
    assert "z" in weigh("\nc a b", table)
    assert "z" not in weigh("\na c b", table)
    assert "z" not in weigh("\nb a", table)


def test_what_a_title_and_a_body_make_together_is_no_term() -> None:
    assert "z" not in weigh("a\nb", {(ID["a"], ID["b"]): {ID["z"]: 1.0}})


@given(TEXTS, TEXTS)
def test_written_lines_only_raise_and_leave_length_alone(body: str, written: str) -> None:
    own, more = weigh("\n" + body), weigh(f"\n{body}{WRITTEN}{written}")
    asked = set(written.split())
    assert all(more[word] >= weight for word, weight in own.items())
    assert {w: more[w] for w in own if w not in asked} == {
        w: weight for w, weight in own.items() if w not in asked
    }
    assert set(more) == set(own) | (asked & set("abcdefgh"))


def test_more_written_lines_weigh_more_than_one() -> None:
    once, twice = (weigh(f"\nb{WRITTEN}{lines}")["a"] for lines in ("a a\nc", "a\na"))
    assert once < twice


def test_an_empty_text_is_an_empty_vector() -> None:
    assert lexical().vectors(["", "\n", WRITTEN, "the other"]) == [{}, {}, {}, {}]
    assert lexical().vectors([]) == []


def test_saving_keeps_all(tmp_path: Path) -> None:
    made = lexical({(ID["a"], ID["b"]): {ID["z"]: 0.5}}, title=0.3)
    made.save(tmp_path)
    loaded = Lexical.load(tmp_path)
    assert (loaded.content, loaded.weighting, loaded.table) == (
        made.content,
        made.weighting,
        made.table,
    )
    assert loaded.vectors(["a b\nc d"]) == made.vectors(["a b\nc d"])
    assert replace(loaded.weighting, title=0.8) == Weighting()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("", "", "")),
        ("title", ("title", "", "")),
        ("title\nbody\nmore", ("title", "body\nmore", "")),
        ("title\nbody\fone\ntwo", ("title", "body", "one\ntwo")),
        ("\fone\ntwo", ("", "", "one\ntwo")),
        ("a\fb\fc", ("a", "", "b\fc")),
    ],
)
def test_split(text: str, parts: tuple[str, str, str]) -> None:
    assert split(text) == parts


def test_a_table_in_both_directions_translates_a_documents_own_language() -> None:
    words = ["[UNK]", "문서", "저장", "document", "save"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    table = {(1,): {3: 1.0}, (2,): {4: 1.0}, (3,): {1: 1.0}, (4,): {2: 0.5}}
    both = Lexical(tokenizer, frozenset(range(1, 5)), Weighting(translation=1.0), table)
    korean, english, mixed = both.vectors(["\n문서 문서 save", "\ndocument", "\n문서 save"])
    assert set(korean) == {1, 3, 4}, "of a Korean document the English word brings no Korean one"
    assert set(english) == {1, 3}
    assert english[1] == english[3]
    assert set(mixed) == {1, 3, 4}, "halves are Korean"
    one_way = replace(both, table={(1,): {3: 1.0}})
    assert set(one_way.vectors(["\n문서 save save save"])[0]) == {1, 3, 4}
