"""How much of other texts a text has: BLEU, ROUGE-L and chrF of short texts, Korean ones too.

    overlap("글꼴 색 바꾸기", ["글꼴 색상 변경"])    # Overlap(bleu=…, rouge_l=…, chrf=…), 0 to 1

Made for queries, which are short and in two languages; the libraries as they come would mislead:

- words are kiwi's morphemes, particles and endings too: ROUGE's own tokenizer sees no Hangul;
- BLEU is a mean over texts, of n-grams no longer than the text: a corpus of texts of less than four
  words has a BLEU of 0 otherwise, identical or not;
- chrF counts jamo: texts are put into their usual form, lower-cased and decomposed, so that
  바꿉니다 and 바꿨습니다 share letters, and the same text in two forms is the same.

BLEU and chrF are sacrebleu's (Post 2018), ROUGE-L is rouge-score's; several references count as
these do it: BLEU takes n-grams of any, the other two the best. All three see words alone, never
what is meant: a figure says something only beside the same figure for people's texts.
"""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED
from malmoi.text.morphemes import morphemes
from malmoi.text.unicode import usual_form

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

MISSING = "BLEU, ROUGE-L and chrF need two packages: pip install 'malmoi[judge]'"
SELF_BLEU_TEXTS = 100
"""Self-BLEU is measured on as many texts: it rises with their number."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Mean overlap of texts with their references, each from 0 to 1."""

    bleu: float
    rouge_l: float
    chrf: float


def is_installed() -> bool:
    """Whether the packages of the extra `judge` are there."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("sacrebleu", "rouge_score"))


def words_of(texts: Sequence[str]) -> list[list[str]]:
    """The morphemes of each text, lower-cased, in order; punctuation isn't among them."""
    found = morphemes(usual_form(text) for text in texts)
    return [[m.form.lower() for m in each if not _is_mark(m.tag)] for each in found]


def _is_mark(tag: str) -> bool:
    return tag in {"SF", "SP", "SS", "SSO", "SSC", "SE", "SO"}


def overlap(text: str, references: Sequence[str]) -> Overlap:
    """`overlaps` of one text."""
    return overlaps([text], [references])[0]


def overlaps(texts: Sequence[str], references: Sequence[Sequence[str]]) -> list[Overlap]:
    """What each text shares with its own references, one or more.

    Raises:
        SourceError: a package is missing, or a text has no reference.
    """
    _need_packages()
    if any(not each for each in references) or len(references) != len(texts):
        raise SourceError(f"{len(texts)} texts need a list of references each, with one or more")
    every = list(dict.fromkeys([*texts, *(r for each in references for r in each)]))
    words = {text: " ".join(each) for text, each in zip(every, words_of(every), strict=True)}
    jamo = {text: _jamo(text) for text in every}
    return [
        Overlap(
            _bleu_of(words[text], [words[r] for r in each]),
            _rouge_of(words[text], [words[r] for r in each]),
            _chrf().sentence_score(jamo[text], [jamo[r] for r in each]).score / 100,
        )
        for text, each in zip(texts, references, strict=True)
    ]


def mean_of(found: Sequence[Overlap]) -> Overlap | None:
    """Their mean, or None of nothing."""
    return Overlap(*np.mean([astuple(each) for each in found], axis=0).tolist()) if found else None


def self_bleu(
    systems: Mapping[str, Sequence[str]], limit: int = SELF_BLEU_TEXTS, seed: int = SEED
) -> dict[str, float | None]:
    """BLEU of each text with all others of its system as references, 0 to 1: high is monotonous.

    After Zhu et al. 2018 ("Texygen"). The same number of texts is drawn of each system, at most
    `limit`; systems of fewer than two texts are None and don't lower the others' number.

    Raises:
        SourceError: a package is missing.
    """
    _need_packages()
    several = {name: list(texts) for name, texts in systems.items() if len(texts) > 1}
    size = min([limit, *map(len, several.values())])
    found: dict[str, float | None] = dict.fromkeys(systems)
    for name, texts in several.items():
        chosen = np.random.default_rng(seed).choice(len(texts), size, replace=False)
        words = [" ".join(each) for each in words_of([texts[i] for i in chosen])]
        scores = [_bleu_of(each, words[:i] + words[i + 1 :]) for i, each in enumerate(words)]
        found[name] = float(np.mean(scores))
    return found


def _need_packages() -> None:
    if not is_installed():
        raise SourceError(MISSING)


def _jamo(text: str) -> str:
    return unicodedata.normalize("NFD", usual_form(text).lower())


def _bleu_of(words: str, references: Sequence[str]) -> float:
    return min(float(_bleu().sentence_score(words, references).score) / 100, 1.0)


def _rouge_of(words: str, references: Sequence[str]) -> float:
    return float(_rouge().score_multi(references, words)["rougeL"].fmeasure)


@cache
def _bleu() -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it takes morphemes for a mistake
    return BLEU(effective_order=True, tokenize="none")


@cache
def _chrf() -> CHRF:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()


@cache
def _rouge() -> RougeScorer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], tokenizer=_Words())


class _Words:
    """Cuts at spaces what is cut into words already; rouge-score's own tokenizer knows ASCII."""

    def tokenize(self, text: str) -> list[str]:
        """The words."""
        return text.split()
