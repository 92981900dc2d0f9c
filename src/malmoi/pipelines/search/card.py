"""The model card of a saved student: what it is, what it learned from, what it reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from malmoi.core.version import installed_version
from malmoi.corpora.corpus import Corpus
from malmoi.encoder.building import CARD_HEAD, CARD_USAGE
from malmoi.encoder.neural_gain import described
from malmoi.pipelines.search.students import Variant
from malmoi.recipe import SearchRecipe

CARD = (
    CARD_HEAD
    + """
# {name}: {variant}

A learned-sparse encoder for Korean and English, made by Malmoi {version}. {about}.
Queries need `tokenizer.json` and `idf.json` alone, no network.

"""
    + CARD_USAGE
    + """
| | |
|---|---|
| corpus | {corpus}: {documents} documents |
| learned from | {learned} |
| teacher | {teacher} |
| best step | {step} of {steps}, {chosen} |
| what the neural part adds | {neural} |
| active dimensions of a document | {dimensions:.0f} on average |

The figures on held-out queries, with their intervals, stand in the run's `results.json`.

## Licence

Code: Apache-2.0. The weights derive from the corpus ({licence}), from {base} and, where a teacher
wrote what was learned, from {teacher}: their terms apply to what you redistribute.
"""
)


def model_card(
    recipe: SearchRecipe,
    variant: Variant,
    corpus: Corpus,
    history: Mapping[str, Any],
    has_titles: bool = True,
) -> str:
    """README.md of a student.

    Args:
        recipe: the run's.
        variant: the student.
        corpus: what it encodes.
        history: what `training.train` returned.
        has_titles: False where excerpts of the documents were learned from too.
    """
    learned = ["titles and headings"]
    learned += [] if has_titles else ["sentences, phrases and terms of the documents"]
    learned += ["the teacher's queries"] if variant.queries else []
    learned += ["the teacher's glossary"] if variant.glossary else []
    learned += ["aligned text"] if variant.parallel else []
    learned += ["verified Korean–English synonyms"] if variant.synonyms else []
    gain, best = history.get("neural_gain"), history["best"]
    neural = described(gain) if gain else "not measured, since there are no development queries"
    if gain and recipe.training.require_gain and not gain["shown"]:
        neural += ": no gain, so it is left out"
    last = "the last healthy one" if history["steps"] else "untrained"
    chosen = f"{last}, since there are no development queries"
    if best.get("figures", True):
        chosen = f"by {recipe.training.best_by} on development queries: {best['value']:.4f}"
    return CARD.format(
        name=recipe.name,
        variant=variant.name,
        version=installed_version(),
        about=variant.about[:1].upper() + variant.about[1:] or "A variant for comparison",
        corpus=corpus.name,
        documents=len(corpus.documents),
        learned=", ".join(learned),
        teacher=recipe.teacher.model or recipe.teacher.preset,
        step=best["step"],
        steps=history["steps"],
        chosen=chosen,
        dimensions=best["document_dimensions"],
        neural=neural,
        licence=corpus.licence or "licence not stated",
        base=recipe.encoder.base or "multilingual-e5-small (MIT)",
    )
