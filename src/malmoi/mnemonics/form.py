"""The one form of a written mnemonic: what the prompt asks, the reward expects, the export writes.

    feature: etymology
    reasoning: obstinate is from Latin ob + stare 'to stand'.
    mnemonic: OBSTINATE comes from Latin ob 'against' + stare 'to stand'. Obstinate children "stand
        against" you: they are stubborn.
    example: The obstinate child refused to wear a coat.

Four lines, each a key, a colon and one line of text, in this order.
"""

from __future__ import annotations

import re

from malmoi.mnemonics.cards import FEATURES, Draft

KEYS = ("feature", "reasoning", "mnemonic", "example")
NONE = "none"
"""The mnemonic of a writer that found no good one: an allowed answer."""

INSTRUCTIONS = (
    "Write exactly four lines and nothing else:\n"
    f"feature: one of {', '.join(FEATURES)}\n"
    "reasoning: one sentence that says what in the word's sound, spelling, parts, origin or "
    "meaning helps to remember it\n"
    "mnemonic: two plain clauses: the word with that fact, then the step from the fact to the "
    "meaning, on something that the word goes with; no scene, nobody invented (or the single word "
    f"{NONE} if there is no good one)\n"
    f"example: one sentence that uses the word in its sense, or {NONE}"
)

MAX_LINE = 400
"""Most characters of one field."""

_LINE = re.compile(r"^\W*(feature|reasoning|mnemonic|example)[^\w:]*:\s*(.*)$", re.IGNORECASE)


class FormError(ValueError):
    """A text that is no draft; the message says what is wrong with it."""


def render(draft: Draft) -> str:
    """The four lines of a draft."""
    return "\n".join(f"{key}: {getattr(draft, key)}" for key in KEYS)


def parse(text: str) -> Draft:
    """Read the four lines; lines before the first and blank lines are passed over.

    Raises:
        FormError: a key is missing, twice, out of order or empty, a field is too long, the feature
            is none of the six, or other text follows.
    """
    found: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.match(line)
        if match:
            found.append((match[1].lower(), match[2].strip()))
        elif found:
            raise FormError(f"a line that is none of the form: {line[:60]!r}")
    keys = tuple(key for key, _ in found)
    if keys != KEYS:
        raise FormError(f"expected the lines {', '.join(KEYS)}; saw {', '.join(keys) or 'none'}")
    values = dict(found)
    for key, value in found:
        if not value:
            raise FormError(f"the line {key} is empty")
        if len(value) > MAX_LINE:
            raise FormError(f"the line {key} has {len(value)} characters, at most {MAX_LINE}")
    feature = values["feature"].lower().strip(" .")
    if feature not in FEATURES:
        raise FormError(f"the feature {values['feature'][:40]!r} is none of {', '.join(FEATURES)}")
    return Draft(feature, values["reasoning"], values["mnemonic"], values["example"])
