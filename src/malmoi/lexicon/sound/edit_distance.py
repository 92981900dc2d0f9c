"""Edit distances of one word against many at once, from the word's beginning on."""

from __future__ import annotations

from typing import Any


def prefix_costs(
    words: Any, lengths: Any, target: list[int], table: Any, insert: Any, delete: Any
) -> Any:
    """Costs (len(target), n) of n keywords, each against the first 1, 2, … phones of the target.

    Args:
        words: (n, longest) phone ids of the keywords, padded with any id.
        lengths: (n,) how many of them count, 2 or more.
        target: ids of the target's phones.
        table, insert, delete: costs, as `confusion_costs` gives them.

    The first phones face each other, and the last phone of a stretch is never left out: a stretch
    has no phone that the keyword doesn't reach.
    """
    import numpy as np

    gone = np.cumsum(delete[target])[:, None]
    now = np.full((len(target) + 1, len(words)), np.inf, dtype=np.float32)
    now[1] = table[target[0], words[:, 0]]
    done = np.full_like(now, np.inf)
    for at in range(1, words.shape[1]):
        phones = words[:, at]
        # what is left out of the target adds up from its beginning: the least sum so far is enough
        now[1:] = np.minimum.accumulate(now[1:] - gone) + gone
        faced = now[:-1] + table[target][:, phones]
        now = np.concatenate([now[:1], np.minimum(faced, now[1:] + insert[phones])])
        ending = lengths == at + 1
        done[:, ending] = now[:, ending]
    return done[1:]
