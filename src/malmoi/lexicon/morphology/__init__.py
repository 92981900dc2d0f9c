"""The forms of words: bases, inflections, derivational families, affixes."""
