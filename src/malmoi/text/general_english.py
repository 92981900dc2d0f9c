"""The words of English in general, with how often they are used: `wordfreq`'s list.

    words = general_english()
    words["because"]      # about .001 of all words

Without the package (Apache-2.0, data CC BY-SA 4.0; extras `embedded` and `mnemonics`) it is empty,
and whoever asks does without.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec

_WORD = re.compile(r"[a-z]{2,}")


@lru_cache(maxsize=1)
def general_english() -> dict[str, float]:
    """English words in lower case → their share of all words (0 to 1), the commonest first."""
    if find_spec("wordfreq") is None:
        return {}
    from wordfreq import get_frequency_dict

    words = get_frequency_dict("en", wordlist="large")
    found = [(word, share) for word, share in words.items() if _WORD.fullmatch(word)]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))
