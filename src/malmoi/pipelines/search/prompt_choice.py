"""The best prompt of each kind, how sure that is, and the files that a recipe can name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.core.files import write_atomically
from malmoi.corpora.corpus import Qrels
from malmoi.evaluation.significance import bootstrap, page_of
from malmoi.recipe import SearchRecipe
from malmoi.synthesis.prompts import Prompt, load_prompt, to_toml
from malmoi.synthesis.trials import Trial
from malmoi.synthesis.variants import AS_IT_IS


@dataclass(frozen=True)
class KindChoice:
    """A kind's prompt as it is and the best one, which may be the same, in the second round."""

    kind: str
    base: Trial
    best: Trial
    difference: dict[str, float] | None
    """nDCG@10 of the best minus that of the base, with its interval; None where it is the base, or
    without development queries."""
    verdict: str


@dataclass(frozen=True)
class Choice:
    """What was chosen: a prompt for each kind, and the recipe's lines that name them."""

    kinds: tuple[KindChoice, ...]
    trials: tuple[Trial, ...]
    counts: dict[str, int]
    """Kind → samples, as a recipe has them."""


def choose(trials: Sequence[Trial], qrels: Qrels, recipe: SearchRecipe) -> Choice:
    """The best trial of each kind by its score; the prompt as it is where none is better.

    Args:
        trials: of the second round.
        qrels: judge development queries, whose pages intervals are clustered by.
        recipe: its kinds, and the level of intervals.
    """
    kinds = []
    for kind in dict.fromkeys(trial["kind"] for trial in trials):
        mine = [trial for trial in trials if trial["kind"] == kind]
        base = next(trial for trial in mine if trial["variant"] == f"{kind}/{AS_IT_IS}")
        best = max(mine, key=lambda trial: (trial["score"], trial is base))
        kinds.append(_compare(kind, base, best, qrels, recipe))
    kinds.sort(key=lambda choice: -choice.best["score"])
    return Choice(tuple(kinds), tuple(trials), _counts(kinds, recipe))


def _compare(kind: str, base: Trial, best: Trial, qrels: Qrels, recipe: SearchRecipe) -> KindChoice:
    """Say how much better the best is.

    Args:
        kind: of the queries.
        base, best: trials on the same documents.
        qrels: judge development queries.
        recipe: its level and resamples.
    """
    name = best["variant"].partition("/")[2]
    if best is base:
        return KindChoice(kind, base, best, None, "no variant is better than the prompt as it is")
    asked = sorted(base["gains"].keys() | best["gains"].keys())
    if not asked:
        return KindChoice(kind, base, best, None, f"“{name}” has the higher score")
    # Over the sample's queries, as the trials' own figures: what others gain counts as theirs.
    scale = len(asked) / sum(found["queries"] for found in base["ndcg"].values())
    gained = [scale * (best["gains"].get(q, 0.0) - base["gains"].get(q, 0.0)) for q in asked]
    settings = recipe.evaluation
    interval = bootstrap(
        np.array(gained),
        page_of(qrels, asked),
        settings.confidence_level,
        settings.bootstrap_samples,
    )
    if interval.low > 0:
        verdict = f"“{name}” is better"
    else:
        verdict = f"“{name}” has the higher score; no difference in nDCG is shown"
    return KindChoice(kind, base, best, asdict(interval), verdict)


def _counts(kinds: Sequence[KindChoice], recipe: SearchRecipe) -> dict[str, int]:
    """The kinds that help on development queries, the best first; else those of the recipe."""
    asked = {kind: n for kind, n in recipe.queries.kinds.items() if n}
    helps = [c.kind for c in kinds if c.best["delta"] is not None and c.best["score"] > 0]
    tried = {choice.kind for choice in kinds}
    if not helps:
        return asked
    rest = {kind: n for kind, n in asked.items() if kind not in tried}
    return {kind: max(asked.get(kind, 1), 1) for kind in helps} | rest


def fragment(choice: Choice, out: Path) -> str:
    """The lines of a recipe that name what was chosen."""
    kinds = ", ".join(f"{kind} = {samples}" for kind, samples in choice.counts.items())
    path = json.dumps(str(out), ensure_ascii=False)
    return f"[queries]\nprompts = {path}\nkinds = {{ {kinds} }}\n"


def write_choice(choice: Choice, recipe: SearchRecipe, out: Path) -> None:
    """Write a file for each kind that was tried or that the recipe has, and a page about them."""
    for kind in dict.fromkeys([*(c.kind for c in choice.kinds), *choice.counts]):
        chosen = next((c for c in choice.kinds if c.kind == kind), None)
        if chosen is None:
            prompt, comment = load_prompt(kind, recipe.queries.prompts), "Not tried."
        else:
            prompt = Prompt.model_validate(chosen.best["prompt"])
            comment = f"{chosen.best['about']}: {chosen.verdict}.\n{_figures(chosen.best)}"
        write_atomically(out / f"{kind}.toml", to_toml(prompt, comment))
    write_atomically(out / "README.md", _page(choice, recipe, out))


def _figures(trial: Trial) -> str:
    parts = [f"{trial['kept']} of {trial['written']} queries survived"]
    if trial["mrr"] is not None:
        parts.append(f"MRR {trial['mrr']:.3f}")
    if trial["delta"] is not None:
        parts.append(f"nDCG@10 {trial['delta']:+.3f}")
    return f"{', '.join(parts)}, on {trial['documents']} documents".replace("-", "−")


def trial_rows(choice: Choice) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows of the second round, a variant a row, the best of a kind first."""
    headers = ["variant", "survival", "MRR", "nDCG@10 before → after", "Δ", "score", ""]
    best = [c.best["variant"] for c in choice.kinds]
    order = {c.kind: place for place, c in enumerate(choice.kinds)}
    rows = []
    for trial in sorted(choice.trials, key=lambda t: (order[t["kind"]], -t["score"])):
        found = ", ".join(
            f"{lang} {f['before']:.3f} → {f['after']:.3f}" for lang, f in trial["ndcg"].items()
        )
        rows.append(
            [
                trial["variant"],
                f"{trial['survival']:.0%}",
                "–" if trial["mrr"] is None else f"{trial['mrr']:.3f}",
                found or "–",
                "–" if trial["delta"] is None else f"{trial['delta']:+.3f}".replace("-", "−"),
                f"{trial['score']:+.4f}".replace("-", "−"),
                "◀" if trial["variant"] in best else "",
            ]
        )
    return headers, rows


def sentences(choice: Choice) -> list[str]:
    """What was found of each kind."""
    found = []
    for each in choice.kinds:
        text = f"{each.kind}: {each.verdict}"
        if each.difference is not None:
            d = each.difference
            text += f" ({d['mean']:+.3f} [{d['low']:+.3f}, {d['high']:+.3f}])".replace("-", "−")
        found.append(f"{text}.")
    return found


def _page(choice: Choice, recipe: SearchRecipe, out: Path) -> str:
    headers, rows = trial_rows(choice)
    lines = [
        f"# Prompts chosen for {recipe.name}",
        "",
        "```toml",
        fragment(choice, out) + "```",
        "",
    ]
    lines += [f"- {sentence}" for sentence in sentences(choice)]
    lines += ["", f"| {' | '.join(headers)} |", f"|{'---|' * len(headers)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"
