import pytest

from malmoi.text import general_english as module
from malmoi.text.general_english import general_english


def test_common_words_come_first_with_their_share() -> None:
    words = general_english()
    assert list(words)[:2] == ["the", "to"] or "the" in list(words)[:2]
    assert words["because"] > words["glossary"] > 0
    assert sum(words.values()) < 1.01
    assert not [w for w in list(words)[:5000] if not w.isalpha() or w != w.lower()]


def test_without_wordfreq_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert general_english.__wrapped__() == {}
