"""Text as every part of malmoi reads it: encodings, morphemes, Hangul, English and its stop words.

`encoder.lexical` and `encoder.modeling` travel with saved models and import nothing of malmoi: the
few lines of this kind that they need are their own.
"""
