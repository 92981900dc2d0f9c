"""The price list: what a listener minds more costs more."""

import numpy as np

from malmoi.lexicon.sound.confusion_costs import INDEX, PHONES, confusion_costs


def price(target, keyword):
    return float(confusion_costs()[0][INDEX[target], INDEX[keyword]])


def test_every_price_is_given_and_the_same_phone_is_free():
    table, insert, delete = confusion_costs()
    assert table.shape == (len(PHONES), len(PHONES))
    assert insert.shape == delete.shape == (len(PHONES),)
    assert np.all(np.diag(table) == 0)
    assert np.all(table >= 0)
    assert np.all(table <= 1.2)


def test_a_stressed_vowel_counts_more_than_a_murmured_one():
    assert price("AE1", "IY1") > price("AE0", "IY1") > price("AH0", "IY0")


def test_a_vowel_is_no_consonant():
    assert price("AE1", "T") > price("S", "T") > price("Z", "S") > 0
    assert price("IY0", "Y") < price("IY0", "T")
