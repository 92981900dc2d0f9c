import pytest

from malmoi.teachers.json_reader import BadJSON, TruncatedJSON, find_values, only_numbers


def test_every_value_at_the_top_level() -> None:
    text = 'One {"a": [1]} and [2, {"b": 3}] and [1].'
    assert find_values(text) == [{"a": [1]}, [2, {"b": 3}], [1]]


def test_values_before_a_cut_stand_but_footnotes_alone_do_not() -> None:
    assert find_values('{"a": 1} {"b": ') == [{"a": 1}]
    with pytest.raises(TruncatedJSON):
        find_values('As in [1]: {"b": ')
    assert find_values("As in [1].") == [[1]]


@pytest.mark.parametrize(
    "text",
    ['{"a', '{"a": "b\\', '{"a": 1', '{"a": tr', '{"a": -', "[1.", "[", "{'a': 'b", '{"a": "b"'],
)
def test_open_ends_are_truncated(text: str) -> None:
    with pytest.raises(TruncatedJSON):
        find_values(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a" 1}', r"character 5 .*':'|character 5"),
        ('{"a": 1 "b": 2}', "character 8"),
        ("{'dogs' bone': 1}", "character 1"),
        ("[1 2]", "character 3"),
        ('{"a": "\\x"}', "a JSON string"),
        ("{1: 2}", "a quoted name"),
    ],
)
def test_malformed_text_names_the_place(text: str, place: str) -> None:
    with pytest.raises(BadJSON, match=place):
        find_values(text)


def test_only_numbers() -> None:
    assert only_numbers([1, 2.5])
    assert only_numbers([])
    assert not only_numbers([True])
    assert not only_numbers({"a": 1})
