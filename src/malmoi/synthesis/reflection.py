"""GEPA as an optimiser of a prompt's instruction: it reads what went wrong, and rewrites it.

    found = reflect(prompt, documents, evaluate, rewrite, calls=200)

GEPA (Agrawal et al. 2025, "Reflective prompt evolution can outperform reinforcement learning")
evolves the instruction: a language model reads what a few documents' queries were and what became
of them, and proposes another, which is kept where it does better. This is the thin adapter to the
package `gepa` (the extra of that name); exemplars and limits stay the prompt's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from malmoi.core.errors import MalmoiError, RecipeError
from malmoi.evaluation.significance import SEED
from malmoi.synthesis.prompts import Prompt
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

COMPONENT = "instruction"
MAX_INSTRUCTION = 600
"""Characters: what is longer is cut, for an instruction heads every request."""
MINIBATCH = 4
"""Documents that a rewriting is made of, and tried on first."""

TEMPLATE = """An assistant writes search queries for texts. This is its instruction:
```
<curr_param>
```

Here are texts, the query that it wrote for each, and what became of the query:
```
<side_info>
```

A query is good if a search with it finds its text, and if people would type it who don't know the
words of the text. Write a better instruction, in one or two sentences and in the language of the
present one. It must fit any text of this collection and name none of the examples. Write it between
``` and ```."""
"""What GEPA asks a language model; <curr_param> is the instruction, <side_info> what it gave."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a prompt gave for one document."""

    shown: str
    """What the teacher saw of the document."""
    query: str
    score: float
    feedback: str
    """What became of the query, in words for a language model."""


Evaluate = Callable[[Prompt, Sequence[str]], Sequence[Tried]]
"""(prompt, ids of documents) → what it gave for each."""
Rewrite = Callable[[str], str]
"""What a language model answers to a text."""


def reflect(
    prompt: Prompt,
    documents: Sequence[str],
    evaluate: Evaluate,
    rewrite: Rewrite,
    calls: int,
    seed: int = SEED,
) -> list[Prompt]:
    """The prompts that GEPA kept, the one it began with first; the best is among them.

    The same replies give the same prompts: a cache in front of the teacher resumes it.

    Args:
        prompt: to begin with.
        documents: ids of those that it is tried on.
        evaluate: tries a prompt on some of them.
        rewrite: proposes a new instruction.
        calls: documents that prompts are tried on in all (each try counts); GEPA may end a round
            of the whole sample after that.
        seed: of its choices.

    Raises:
        RecipeError: the package is missing.
    """
    if find_spec("gepa") is None:
        raise RecipeError("--optimiser gepa needs a package: pip install 'malmoi[gepa]'")
    from gepa.api import optimize

    adapter = _Adapter(prompt, evaluate)

    def propose(asked: str | Sequence[Mapping[str, Any]]) -> str:
        try:
            return rewrite(_text_of(asked))
        except MalmoiError as error:  # GEPA would go on without a rewriting, to the budget's end
            adapter.stopped = error
            raise

    run: Any = optimize  # its protocols are generic over what it never looks at
    result = run(
        seed_candidate={COMPONENT: prompt.instruction},
        trainset=list(documents),
        valset=list(documents),
        adapter=adapter,
        reflection_lm=propose,
        reflection_prompt_template=TEMPLATE,
        reflection_minibatch_size=min(MINIBATCH, len(documents)),
        max_metric_calls=calls,
        skip_perfect_score=False,
        logger=_Logger(),
        seed=seed,
    )
    if adapter.stopped:
        raise adapter.stopped
    found = [with_instruction(prompt, candidate[COMPONENT]) for candidate in result.candidates]
    return list({each.instruction: each for each in [prompt, *found]}.values())


def with_instruction(prompt: Prompt, text: str) -> Prompt:
    """The prompt with another instruction, on one line and not too long; itself with none."""
    text = clean(text)[:MAX_INSTRUCTION].rstrip()
    return prompt.model_copy(update={"instruction": text}) if text else prompt


def _text_of(asked: str | Sequence[Mapping[str, Any]]) -> str:
    """What GEPA asks of a language model, messages joined."""
    if isinstance(asked, str):
        return asked
    return "\n\n".join(str(message.get("content", "")) for message in asked)


class _Logger:
    """Takes what GEPA would print."""

    def log(self, message: str) -> None:
        """Keep it for whoever debugs."""
        logger.debug(message)


class _Adapter:
    """What GEPA asks of a system that it optimises (`gepa.core.adapter.GEPAAdapter`)."""

    propose_new_texts = None  # GEPA's own way to propose

    def __init__(self, prompt: Prompt, evaluate: Evaluate) -> None:
        self._prompt, self._evaluate = prompt, evaluate
        self.stopped: MalmoiError | None = None

    def evaluate(
        self, batch: list[str], candidate: dict[str, str], capture_traces: bool = False
    ) -> Any:
        """Try an instruction on some documents."""
        from gepa.core.adapter import EvaluationBatch

        if self.stopped:
            raise self.stopped
        tried = list(self._evaluate(with_instruction(self._prompt, candidate[COMPONENT]), batch))
        return EvaluationBatch(
            outputs=[each.query for each in tried],
            scores=[each.score for each in tried],
            trajectories=tried if capture_traces else None,
        )

    def make_reflective_dataset(
        self, candidate: dict[str, str], eval_batch: Any, components_to_update: list[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """What a language model reads before it proposes an instruction."""
        examples = [
            {
                "Inputs": {"text": each.shown},
                "Generated Outputs": each.query,
                "Feedback": each.feedback,
            }
            for each in eval_batch.trajectories
        ]
        return dict.fromkeys(components_to_update, examples)
