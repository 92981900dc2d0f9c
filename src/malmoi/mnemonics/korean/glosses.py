"""Korean glosses of English words: what a teacher says, kept where most of its answers agree.

    replies = teacher.write(requests(word, sense, teacher.chat))
    read(list(replies), sense.pos)  # ("완고한", 0.8)

No package has Korean glosses of English words at large (docs/korean.md says which were looked at),
so a gloss is never more than a claim that nobody verified, and a card says so.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from malmoi.core.errors import RecipeError
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Card, Claim
from malmoi.mnemonics.korean.forms import has_form
from malmoi.mnemonics.prompting.prompts import FOLDER
from malmoi.teachers import Message, Reply, Request
from malmoi.text.hangul import is_hangul

SAMPLES = 4
"""Answers that are asked for besides the greedy one."""
MIN_VOTES = 4
"""Answers that must be the same. With 3 the default teacher was wrong more often than right
(docs/korean.md), and a wrong meaning is worse than none."""
TEMPERATURE = 0.7
MAX_TOKENS = 16
MAX_CHARACTERS = 12
"""Characters of a gloss."""
_MEANING = 120
"""Characters of a definition that a prompt holds."""


class Pair(BaseModel):
    """A word in one sense and its Korean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    word: str
    pos: str
    meaning: str
    korean: str


class GlossPrompt(BaseModel):
    """The file `gloss.toml`: how a gloss is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    instruction: str
    pairs: tuple[Pair, ...] = Field(min_length=1)
    """Worked examples, in the forms that `read` takes."""


def load_gloss_prompt(folder: str = "") -> GlossPrompt:
    """`gloss.toml` of the user's folder of prompts if it has one, else the package's.

    Raises:
        RecipeError: the file is no TOML or has a field missing, unknown or wrong.
    """
    path = Path(folder) / "gloss.toml"
    return _load(path) if folder and path.is_file() else _packaged()


@lru_cache
def _packaged() -> GlossPrompt:
    return _load(FOLDER / "gloss.toml")


def _load(path: Path) -> GlossPrompt:
    try:
        return GlossPrompt.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()
        )
        raise RecipeError(f"{path} is not a prompt file for glosses: {problems}") from None


@dataclass(frozen=True, slots=True)
class Gloss:
    """A Korean gloss, the share of the answers that gave it (0.8 to 1), and who answered."""

    text: str
    share: float
    writer: str


def requests(
    word: Word, sense: Sense, chat: bool, prompt: GlossPrompt | None = None
) -> list[Request]:
    """One greedy request and `SAMPLES` sampled ones, a chat or few-shot completions.

    Args:
        word, sense: what is to be told in Korean.
        chat: the teacher chats, else it completes few-shot examples.
        prompt: instruction and examples, malmoi's own where None.
    """
    prompt = prompt or load_gloss_prompt()
    last = _line(word.term, sense.pos, short(sense.definition))
    shots = [(_line(p.word, p.pos, p.meaning), p.korean) for p in prompt.pairs]
    found = []
    for sample in range(SAMPLES + 1):
        temperature = TEMPERATURE if sample else 0.0
        if chat:
            turns = [Message("system", prompt.instruction)]
            for asked, korean in shots:
                turns += [Message("user", asked), Message("assistant", korean)]
            turns.append(Message("user", last))
            request = Request(
                tuple(turns), max_tokens=MAX_TOKENS, temperature=temperature, sample=sample
            )
        else:
            lines = [f"{asked} {korean}" for asked, korean in shots]
            request = Request(
                prompt="\n".join([prompt.instruction, "", *lines, last]),
                max_tokens=MAX_TOKENS,
                temperature=temperature,
                stop=("\n",),
                sample=sample,
            )
        found.append(request)
    return found


def short(definition: str) -> str:
    """A definition up to its first semicolon, without what stands in brackets, cut at a word."""
    text = re.sub(r"\s*\([^)]*\)\s*", " ", definition).partition(";")[0].strip(" .") or definition
    return text if len(text) <= _MEANING else text[:_MEANING].rpartition(" ")[0]


def _line(term: str, pos: str, meaning: str) -> str:
    return f"{term} ({pos}): {meaning} ="


def read(replies: Sequence[Reply], pos: str) -> tuple[str, float]:
    """The gloss that at least `MIN_VOTES` replies give, and their share; ("", 0.0) for none.

    A reply counts where it is nothing but Hangul words, `MAX_CHARACTERS` characters at most, in the
    form that its part of speech has ("완고한", "버리다").
    """
    counts = Counter(filter(None, (_clean(reply.text, pos) for reply in replies)))
    if not counts:
        return "", 0.0
    gloss, votes = counts.most_common(1)[0]
    return (gloss, votes / len(replies)) if votes >= MIN_VOTES else ("", 0.0)


def _clean(text: str, pos: str) -> str:
    """A reply's gloss, "" where it has none of the form."""
    line = text.strip().partition("\n")[0].partition(",")[0]
    gloss = " ".join(re.sub(r"\([^)]*\)", "", line).split()).strip(" .‘’'\"“”")
    is_gloss = all(map(is_hangul, gloss.split(" "))) and len(gloss) <= MAX_CHARACTERS
    return gloss if is_gloss and has_form(gloss, pos) else ""


def gloss_claim(term: str, gloss: str, share: float, writer: str) -> Claim:
    """What the teacher says the term means in Korean: unverified, whatever it is.

    Args:
        term: the English word.
        gloss: what most of the teacher's answers say it means.
        share: of the answers that say so, 0 to 1.
        writer: the teacher's name.
    """
    votes = round(share * (SAMPLES + 1))
    return Claim("meaning", f"{term} = {gloss} ({writer}, {votes} of {SAMPLES + 1})", "unverified")


def with_gloss(card: Card, gloss: Gloss | None) -> Card:
    """The card with its Korean gloss, which is claimed once and verified by nobody."""
    if gloss is None:
        return card
    claim = gloss_claim(card.term, gloss.text, gloss.share, gloss.writer)
    bare = Claim("meaning", f"{card.term} = {gloss.text}", "unverified")
    kept = tuple(each for each in card.claims if each != bare)
    return replace(card, korean=gloss.text, claims=(*kept, claim))
