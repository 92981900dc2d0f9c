"""Text as every part of malmoi reads it: morphemes, English words, Hangul, encodings."""
