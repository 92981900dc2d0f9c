import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.teachers.replies import (
    BadJSON,
    TruncatedJSON,
    check_schema,
    cut_runaway,
    parse_json,
    split_thinking,
)

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, min_size=1, max_size=4)
PROSE = st.text(st.characters(blacklist_characters="[]{}`", blacklist_categories=["Cs"]))
INDENTS = st.sampled_from([None, 0, 2])


class TestSplitThinking:
    @pytest.mark.parametrize(
        ("raw", "answer", "thinking"),
        [
            ("서울 관광", "서울 관광", ""),
            ("<think>Hm.</think>서울 관광", "서울 관광", "Hm."),
            ("<think>\nHm.\n</think>\n\n서울", "서울", "Hm."),
            ("<thinking>Hm.</thinking>서울", "서울", "Hm."),
            ("[THINK]Hm.[/THINK]서울", "서울", "Hm."),
            ("Hm.</think>서울", "서울", "Hm."),
            ("<think>one</think>a<think>two</think>b", "ab", "one\ntwo"),
            ("<think>서울 관광이 좋", "", "서울 관광이 좋"),
            ("", "", ""),
        ],
    )
    def test_tags(self, raw: str, answer: str, thinking: str) -> None:
        assert split_thinking(raw) == (answer, thinking)

    def test_a_template_that_opened_the_thinking_itself(self) -> None:
        assert split_thinking("never closed", opened=True) == ("", "never closed")
        assert split_thinking("Hm.</think>답", opened=True) == ("답", "Hm.")
        assert split_thinking("never opened") == ("never opened", "")

    def test_the_servers_own_split_comes_first(self) -> None:
        assert split_thinking("답", reasoning="Hm.") == ("답", "Hm.")
        assert split_thinking("<think>b</think>답", reasoning="a") == ("답", "a\nb")

    @pytest.mark.parametrize(
        ("raw", "answer", "thinking"),
        [
            (
                "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final"
                "<|message|>답<|return|>",
                "답",
                "Hm.",
            ),
            (
                "analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>답",
                "답",
                "Hm.",
            ),
            ('<|channel|>final <|constrain|>json<|message|>{"a": 1}', '{"a": 1}', ""),
            ("<|channel|>analysis<|message|>never ends", "", "never ends"),
            ("<|channel|>analysis Hm.<|channel|>final 답", "답", "Hm."),
            ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>fin", "", "afin"),
            (
                "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>",
                "",
                "{}",
            ),
            ("analysisWe need a query.assistantfinal서울 관광", "서울 관광", "We need a query."),
            ("analysisWe need a query and", "", "We need a query and"),
            ("analysis of variance", "analysis of variance", ""),
        ],
    )
    def test_harmony_channels(self, raw: str, answer: str, thinking: str) -> None:
        assert split_thinking(raw) == (answer, thinking)

    @UNTIMED
    @given(st.text(), st.text(st.characters(blacklist_characters="<[")))
    def test_thinking_is_never_in_the_answer(self, before: str, thought: str) -> None:
        marked = f"<think>MARK{thought}"
        assert "MARK" not in split_thinking(marked)[0]
        assert "MARK" not in split_thinking(f"{marked}</think>{before}")[0]


class TestParseJSON:
    @UNTIMED
    @given(VALUES, INDENTS)
    def test_any_value_comes_back(self, value: object, indent: int | None) -> None:
        for ascii_only in (True, False):
            assert parse_json(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) == value

    @UNTIMED
    @given(VALUES, INDENTS, PROSE, PROSE)
    def test_any_value_in_a_fence(
        self, value: object, indent: int | None, before: str, after: str
    ) -> None:
        text = json.dumps(value, indent=indent, ensure_ascii=False)
        assert parse_json(f"{before}\n```json\n{text}\n```\n{after}") == value

    @UNTIMED
    @given(OBJECTS | st.lists(OBJECTS, min_size=1, max_size=3), INDENTS, PROSE, PROSE)
    def test_containers_in_prose(
        self, value: object, indent: int | None, before: str, after: str
    ) -> None:
        assert parse_json(f"{before} {json.dumps(value, indent=indent)} {after}") == value

    @UNTIMED
    @given(OBJECTS, INDENTS, st.data(), PROSE, st.sampled_from(["", "```json\n"]))
    def test_no_prefix_gives_a_value(
        self, value: object, indent: int | None, data: st.DataObject, before: str, fence: str
    ) -> None:
        text = json.dumps(value, indent=indent, ensure_ascii=False)
        cut = data.draw(st.integers(1, len(text) - 1))
        with pytest.raises(TruncatedJSON):
            parse_json(f"{before}\n{fence}{text[:cut]}")

    @UNTIMED
    @given(OBJECTS, st.data())
    def test_no_prefix_of_pythons_own_form_gives_a_value(
        self, value: object, data: st.DataObject
    ) -> None:
        text = repr(value)
        cut = data.draw(st.integers(1, len(text) - 1))
        with pytest.raises((TruncatedJSON, BadJSON)):
            parse_json(text[:cut])

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('{"a": [1, 2,], }', {"a": [1, 2]}),
            ("{'a': 'b', 'c': True, 'd': None}", {"a": "b", "c": True, "d": None}),
            ("{'a': 'it\\'s', 'b': 'it's \"so\"'}", {"a": "it's", "b": 'it\'s "so"'}),
            ('{"a": "first\nsecond"}', {"a": "first\nsecond"}),
            ('Note [1]: the answer is {"a": 1}.', {"a": 1}),
            ('As said in [1, see below], [2, "b"]', [2, "b"]),
            ('{in braces} then {"a": 1}', {"a": 1}),
            ('{"a": 1}\n\nDocument: next\n{"a": "cut o', {"a": 1}),
            ('{"a": "} ] ```"} done', {"a": "} ] ```"}),
            ('```json\n{"a": 1,}\n```', {"a": 1}),
            ("[]", []),
        ],
    )
    def test_forgives(self, text: str, value: object) -> None:
        assert parse_json(text) == value

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no JSON here",
            '{"a": 1 oops}',
            '{"a": {"b": 1} oops, "c": {"d": 2}}',
            '[{"a": 1 oops}, {"b": 2}]',
            '{"a": {"b": 1 oops}} {"c": 1}',
            '{"a": NaN}',
            '{"a": 012}',
            '{"a":: 1}',
            "{'a': 'b' 'c'}",
            '{"a": ' + "9" * 5000 + "}",
            "[" * 5000 + "]" * 5000,
        ],
    )
    def test_malformed_is_bad_not_truncated(self, text: str) -> None:
        with pytest.raises(BadJSON):
            parse_json(text)
        with pytest.raises(TruncatedJSON):
            parse_json(text, finish="length")

    def test_a_whole_value_is_taken_though_the_prose_behind_it_was_cut(self) -> None:
        assert parse_json('{"a": 1} and furth', finish="length") == {"a": 1}

    def test_the_schema_chooses_among_values(self) -> None:
        schema = {"type": "object", "required": ["b"]}
        assert parse_json('{"a": 1} {"b": 2}', schema=schema) == {"b": 2}
        with pytest.raises(BadJSON, match="b"):
            parse_json('{"a": 1}', schema=schema)


def test_check_schema_names_the_place_and_adds_nothing() -> None:
    schema = {
        "type": "object",
        "properties": {"q": {"type": "array", "items": {"type": "string"}}, "n": {"default": 1}},
    }
    value = {"q": ["a"]}
    check_schema(value, schema)
    assert value == {"q": ["a"]}
    with pytest.raises(BadJSON, match=r"q\[1\].*string.*7"):
        check_schema({"q": ["a", 7]}, schema)


class TestCutRunaway:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("제주도 관광\n" * 30, "제주도 관광"),
            ("맛집\n" + "제주도 관광\n" * 4 + "제주도", "맛집\n제주도 관광"),
            ("".join(f"{n}. 제주도 관광\n" for n in range(9)), "0. 제주도 관광"),
            ("a b\nc d\n" * 5, "a b\nc d"),
            ("So: " + "very " * 40, "So: very"),
            ("하" * 500, "하"),
            ("x " + "abcdefgh" * 20 + "abc", "x abcdefgh"),
        ],
    )
    def test_cuts_a_loop_to_one_turn(self, text: str, kept: str) -> None:
        assert cut_runaway(text) == kept

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ㅋㅋㅋㅋㅋㅋㅋㅋ",
            "제주도 관광\n제주도 관광\n제주도 관광",
            "하\n" * 9 + "but then it went on",
            json.dumps({"a": {"b": {"c": {"d": {"e": [0] * 90}}}}}, indent=2),
            "\n".join(f"{n} apples" for n in range(9)),
        ],
    )
    def test_leaves_the_rest_alone(self, text: str) -> None:
        assert cut_runaway(text) == text

    @UNTIMED
    @given(st.text())
    def test_keeps_a_beginning_of_the_text_and_settles(self, text: str) -> None:
        kept = cut_runaway(text)
        assert text.startswith(kept)
