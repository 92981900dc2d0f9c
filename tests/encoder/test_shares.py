"""A weight's parts: words, translations, network."""

from __future__ import annotations

import pytest

from malmoi.encoder.shares import Share, Shares
from tests.helpers.served_run import TRANSLATED, fitted


@pytest.fixture(scope="module")
def fit():
    return fitted(TRANSLATED)


def piece(fit, word):
    return fit.vocabulary.encode([word])[0][0]


def test_words_translations_and_network_are_told_apart(fit):
    shares = Shares(fit.lexical, fit.texts)
    row, word, translated = 0, piece(fit, "행"), piece(fit, "row")
    lexical = fit.vectors[row, word]
    share = shares.of(row, word, lexical + 0.7)
    assert share.word == pytest.approx(lexical)
    assert share.translation == 0
    assert share.neural == pytest.approx(0.7)
    crossed = shares.of(row, translated, fit.vectors[row, translated])
    assert crossed.word == crossed.neural == 0
    assert crossed.translation == pytest.approx(fit.vectors[row, translated])


def test_parts_add_up_to_the_weight_and_none_is_negative(fit):
    shares = Shares(fit.lexical, fit.texts)
    for row in range(fit.vectors.shape[0]):
        for column in fit.vectors[row].indices.tolist():
            for weight in (fit.vectors[row, column], fit.vectors[row, column] / 3, 9.0):
                share = shares.of(row, column, float(weight))
                assert sum(share) == pytest.approx(float(weight))
                assert min(share) >= 0


def test_what_the_text_does_not_have_is_the_networks(fit):
    assert Shares(fit.lexical, fit.texts).of(2, piece(fit, "삽입"), 0.5) == Share(0.0, 0.0, 0.5)
