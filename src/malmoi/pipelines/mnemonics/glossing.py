"""Stage `glosses`: what each word means in Korean, as the recipe's teacher says it.

Only for learners whose first language is Korean. A word whose answers don't agree is in the ledger
with what was answered, and its cards tell the meaning in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypedDict

from malmoi.core.ledger import Outcome, Reject, groups
from malmoi.mnemonics.korean.glosses import (
    SAMPLES,
    Gloss,
    GlossPrompt,
    load_gloss_prompt,
    read,
    requests,
)
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.words import Item, items, look_up
from malmoi.pipelines.sources import GLOSSES, named
from malmoi.recipe import MnemonicsRecipe, fingerprint_part
from malmoi.runs.run import Stage
from malmoi.runs.states import depends_of
from malmoi.teachers import Reply, Request

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

BATCH_SIZE = 64
"""Words whose glosses a teacher is asked for together."""

DISAGREED = "no agreed gloss"
NO_REPLY = "no reply"


def write_glosses(context: MnemonicsContext, words: Stage) -> Stage | None:
    """The stage of Korean glosses; None where the learners aren't Korean."""
    recipe = context.recipe
    if recipe.cards.learner != "ko":
        return None
    prompt = _prompt(context)
    depends = {
        "teacher": fingerprint_part(recipe.teacher),
        "prompt": prompt.model_dump(mode="json"),
        "version": 1,
    }
    sources = context.named(GLOSSES, "teacher.model")
    stage = context.run.stage("glosses", depends, [words], sources)
    if stage.done:
        return stage

    def outcomes(left: Iterable[tuple[Item, ...]]) -> Iterator[Outcome]:
        writer = context.teacher.open()
        for group in left:
            known = [look_up(item, context.lexicon) for item in group]
            asked = [requests(word, sense, writer.chat, prompt) for word, sense in known]
            replies = writer.write(request for each in asked for request in each)
            yield Outcome.joined(
                _outcome(item, sense.pos, [next(replies) for _ in each], writer.identity)
                for item, (_, sense), each in zip(group, known, asked, strict=True)
            )

    stage.work(groups(items(words), BATCH_SIZE), lambda group: group[0].key, outcomes, "glosses")
    stage.finish(asked=len(items(words)) * (SAMPLES + 1), agreed=len(stage.records()))
    return stage


def _prompt(context: MnemonicsContext) -> GlossPrompt:
    """What the teacher is asked with; where the user's file is gone, what the run has asked."""
    if any(not source.files for source in named(context.sources, GLOSSES)):
        asked = depends_of(context.run.folder, "glosses").get("prompt")
        if asked:
            return GlossPrompt.model_validate(asked)
    return load_gloss_prompt(context.recipe.cards.prompts)


def gloss_requests(
    recipe: MnemonicsRecipe, words: Iterable[Item], lexicon: Lexicon, chat: bool
) -> list[Request]:
    """All that the stage asks its teacher; [] where the learners aren't Korean.

    Args:
        recipe: says who learns.
        words: the words, each in one sense.
        lexicon: has their meanings.
        chat: whether the teacher takes messages, rather than text to go on with.
    """
    if recipe.cards.learner != "ko":
        return []
    prompt = load_gloss_prompt(recipe.cards.prompts)
    return [r for item in words for r in requests(*look_up(item, lexicon), chat, prompt)]


class GlossRecord(TypedDict):
    """A Korean gloss as the stage `glosses` keeps it; `key` is of the word and sense."""

    key: str
    term: str
    sense: str
    gloss: str
    share: float
    writer: str


def _outcome(item: Item, pos: str, replies: Sequence[Reply], writer: str) -> Outcome:
    tokens_in = sum(reply.prompt_tokens for reply in replies)
    tokens_out = sum(reply.completion_tokens for reply in replies)
    cost = sum(reply.cost for reply in replies)
    gloss, share = read(replies, pos)
    about = {"term": item.term, "sense": item.sense}
    if gloss:
        record: GlossRecord = {
            "key": item.key,
            "term": item.term,
            "sense": item.sense,
            "gloss": gloss,
            "share": share,
            "writer": writer,
        }
        return Outcome([record], [], tokens_in, tokens_out, cost)
    failed = [reply.error for reply in replies if reply.finish == "error"]
    if failed:
        reject = Reject({**about, "problem": failed[0]}, NO_REPLY)
    else:
        reject = Reject(about, DISAGREED, " / ".join(reply.text.strip() for reply in replies))
    return Outcome([], [reject], tokens_in, tokens_out, cost)


def glosses_of(stage: Stage | None) -> dict[str, Gloss]:
    """The stage's glosses by the key of their item; {} for no stage."""
    records: list[GlossRecord] = stage.records() if stage else []
    return {r["key"]: Gloss(r["gloss"], r["share"], r["writer"]) for r in records}
