"""Keywords of the keyword method: words that sound like a word, in English and in Korean."""
