"""The stages in which candidates are written and checked: what survives becomes cards.

    words → candidates-lexicon ┐
          → candidates-teacher ┴→ cards

For learners whose first language is Korean the stage `glosses` (`glossing`) comes before them.

The lexicon writer's candidates are its best by the ranking; a teacher's are all it wrote. A word's
card is the best candidate that passes every check. The others are in the ledger with the reason,
"outranked" among them, and are what a preference pair rejects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import TeacherError
from malmoi.core.files import Record
from malmoi.core.ledger import Outcome, Reject, groups
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Candidate, CandidateRecord, Card, Draft, make_card, to_record
from malmoi.mnemonics.korean.glosses import Gloss, with_gloss
from malmoi.mnemonics.prompting.brief import brief
from malmoi.mnemonics.prompting.prompts import answer, ask, load_prompt
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.glossing import glosses_of
from malmoi.pipelines.mnemonics.words import Item, items, look_up
from malmoi.pipelines.sources import named
from malmoi.recipe import CardsSection, fingerprint_part
from malmoi.runs.run import Stage
from malmoi.runs.states import depends_of, kept_as
from malmoi.teachers import Reply, Request

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

BATCH_SIZE = 32
"""Words whose candidates a teacher is asked for together."""

ABSTAINED = "no good mnemonic"
IN_DOUBT = "the sense is in doubt"
OUTRANKED = "outranked"


def write_candidates(
    context: MnemonicsContext,
    words: Stage,
    glosses: Stage | None = None,
    batch_size: int = BATCH_SIZE,
) -> list[Stage]:
    """A stage of candidates for each of the recipe's writers.

    Args:
        context: the run's.
        words: the words that are learned.
        glosses: the stage of Korean glosses, None where the learners aren't Korean.
        batch_size: words that a teacher is asked for together.
    """
    stages = []
    if "lexicon" in context.recipe.cards.writers:
        stages.append(_from_lexicon(context, words, glosses))
    if "teacher" in context.recipe.cards.writers:
        stages.append(_from_teacher(context, words, batch_size))
    return stages


def _from_lexicon(context: MnemonicsContext, words: Stage, glosses: Stage | None) -> Stage:
    from malmoi.mnemonics.compose.senses import doubtful
    from malmoi.mnemonics.korean import composing
    from malmoi.mnemonics.writer.lexicon_writer import VERSION, best_candidates

    recipe, lexicon = context.recipe, context.lexicon
    most, learner = recipe.cards.candidates, recipe.cards.learner
    depends = {
        "most": most, "learner": learner, "seed": recipe.seed,
        "version": kept_as(context.run.folder, "candidates-lexicon", "version", VERSION),
    }  # fmt: skip
    if learner == "ko":
        depends["korean"] = composing.VERSION
    after = [words, *([glosses] if glosses else [])]
    stage = context.run.stage("candidates-lexicon", depends, after, context.named())
    if stage.done:
        return stage
    gloss_of = glosses_of(glosses)
    unchosen = not recipe.words.path and recipe.words.when != "lapse"  # no list says which sense

    def outcomes(left: Iterable[Item]) -> Iterator[Outcome]:
        for item in left:
            word, sense = look_up(item, lexicon)
            if unchosen and doubtful(word, sense, lexicon):
                yield Outcome([], [Reject({"term": item.term, "sense": item.sense}, IN_DOUBT)])
                continue
            gloss = gloss_of[item.key].text if item.key in gloss_of else ""
            found = best_candidates(word, sense, lexicon, most, learner, gloss)
            kept = [_record(item, candidate) for candidate in found]
            missed = Reject({"term": item.term, "sense": item.sense}, ABSTAINED)
            yield Outcome(kept, [] if kept else [missed])

    stage.work(items(words), lambda item: item.key, outcomes, "lexicon writer")
    stage.finish(asked=len(items(words)))
    return stage


def _record(item: Item, candidate: Candidate) -> CandidateRecord:
    return {
        "key": item.key,
        "text": form.render(candidate.draft),
        "term": candidate.term,
        "sense": candidate.sense,
        "writer": candidate.writer,
        "anchors": [{"word": anchor.word, "link": anchor.link} for anchor in candidate.anchors],
    }


def teacher_requests(
    item: Item, section: CardsSection, lexicon: Lexicon, chat: bool
) -> list[Request]:
    """What a teacher is asked for one word: its best guess, then as many samples as wanted.

    Args:
        item: the word in one sense.
        section: how cards are asked for.
        lexicon: has the word's facts.
        chat: whether the teacher takes messages, rather than text to go on with.
    """
    word, sense = look_up(item, lexicon)
    prompt = load_prompt(section.prompt, section.prompts)
    # A sense without any facts would leave the teacher to guess which one is meant.
    text = brief(word, sense, lexicon) if section.facts else _bare(word, sense)
    return [
        ask(
            prompt,
            text,
            chat=chat,
            max_tokens=section.max_tokens,
            temperature=section.temperature if sample else 0.0,
            sample=sample,
        )
        for sample in range(section.candidates)
    ]


def _bare(word: Word, sense: Sense) -> str:
    return f"term: {word.term} ({sense.pos})\nmeaning: {sense.definition}"


def _from_teacher(context: MnemonicsContext, words: Stage, batch_size: int) -> Stage:
    section = context.recipe.cards
    depends = {
        "teacher": fingerprint_part(context.recipe.teacher),
        "prompt": _prompt(context),
        "facts": section.facts,
        "candidates": section.candidates,
        "temperature": section.temperature,
        "max_tokens": section.max_tokens,
        "version": 1,
    }
    sources = context.named("cards.prompts", "teacher.model")
    stage = context.run.stage("candidates-teacher", depends, [words], sources)
    if stage.done:
        return stage

    def outcomes(left: Iterable[tuple[Item, ...]]) -> Iterator[Outcome]:
        _watch_yield(stage, section)
        writer = context.teacher.open()
        for group in left:
            asked = [
                teacher_requests(item, section, context.lexicon, writer.chat) for item in group
            ]
            replies = writer.write(request for each in asked for request in each)
            yield Outcome.joined(
                _candidate(item, sample, next(replies), writer.identity, writer.chat)
                for item, each in zip(group, asked, strict=True)
                for sample in range(len(each))
            )
            _watch_yield(stage, section)

    stage.work(groups(items(words), batch_size), lambda group: group[0].key, outcomes, "teacher")
    _watch_yield(stage, section)  # an earlier process may have been stopped after the last group
    stage.finish(asked=len(items(words)) * section.candidates)
    return stage


def _prompt(context: MnemonicsContext) -> Record:
    """What the teacher is asked with; where the user's files are gone, what the run has asked."""
    section = context.recipe.cards
    if any(not source.files for source in named(context.sources, "cards.prompts")):
        asked: Record | None = depends_of(context.run.folder, "candidates-teacher").get("prompt")
        if asked:
            return asked
    return load_prompt(section.prompt, section.prompts).model_dump(mode="json")


def _candidate(item: Item, sample: int, reply: Reply, identity: str, chat: bool) -> Outcome:
    spent = (reply.prompt_tokens, reply.completion_tokens, reply.cost)
    about = {"term": item.term, "sense": item.sense, "sample": sample, "writer": identity}
    if reply.finish == "error":
        return Outcome([], [Reject({**about, "problem": reply.error}, "no reply")], *spent)
    text = answer(reply.text, chat)
    try:
        draft = form.parse(text)
    except form.FormError as error:
        reason = "truncated" if reply.finish == "length" else "form"
        return Outcome([], [Reject({**about, "problem": str(error)}, reason, reply.raw)], *spent)
    record: CandidateRecord = {
        "key": item.key,
        "text": form.render(draft),
        "term": item.term,
        "sense": item.sense,
        "sample": sample,
        "writer": identity,
        "anchors": [],
    }
    return Outcome([record], [], *spent)


def _watch_yield(stage: Stage, section: CardsSection) -> None:
    """Stop a teacher that writes next to nothing in the form that was asked for.

    Raises:
        TeacherError: with what it wrote instead.
    """
    kept, dropped = len(stage.records()), stage.records("rejects")
    seen = kept + len(dropped)
    if seen < section.min_yield_after or kept >= section.min_yield * seen:
        return
    shown = "; ".join(
        repr((reject["raw"] or reject["candidate"]["problem"])[:80]) for reject in dropped[-3:]
    )
    raise TeacherError(
        f"{kept} of {seen} candidates have the form that was asked for, fewer than the recipe's "
        f"floor of {section.min_yield:.0%}. It wrote: {shown}. Try another teacher or prompt "
        "style ([cards] prompt), or lower min_yield"
    )


def keep_cards(
    context: MnemonicsContext,
    words: Stage,
    written: Sequence[Stage],
    glosses: Stage | None = None,
) -> Stage:
    """Stage `cards`: the best candidate of each word that passes every check, with its gloss.

    Args:
        context: the run's.
        words: the words that are learned.
        written: the stages of candidates, one a writer.
        glosses: the stage of Korean glosses, None where the learners aren't Korean.
    """
    from malmoi.mnemonics.scoring.rewards import VERSION

    floor = context.recipe.cards.min_score
    checks = kept_as(context.run.folder, "cards", "checks", VERSION)
    depends = {"floor": floor, "checks": checks}
    after = [words, *written, *([glosses] if glosses else [])]
    stage = context.run.stage("cards", depends, after, context.named())
    if stage.done:
        return stage
    gloss_of = glosses_of(glosses)
    of: dict[str, list[CandidateRecord]] = defaultdict(list)
    for each in written:
        for record in each.records():
            of[record["key"]].append(record)

    def outcomes(left: Iterable[Item]) -> Iterator[Outcome]:
        for item in left:
            gloss = gloss_of.get(item.key)
            yield _best(item, of[item.key], floor, context.lexicon, gloss)

    stage.work(items(words), lambda item: item.key, outcomes, "checks")
    stage.finish(words=len(items(words)), cards=len(stage.records()))
    return stage


def _best(
    item: Item,
    candidates: Sequence[CandidateRecord],
    floor: float,
    lexicon: Lexicon,
    gloss: Gloss | None = None,
) -> Outcome:
    from malmoi.mnemonics.scoring.analysis import DraftAnalysis
    from malmoi.mnemonics.scoring.rewards import assess

    word, sense = look_up(item, lexicon)
    good: list[tuple[float, int, Card]] = []
    rejects = []
    for number, candidate in enumerate(candidates):
        draft = form.parse(candidate["text"])
        found = assess(DraftAnalysis(draft, word, sense, lexicon))
        about = _about(candidate, draft, found.score)
        if found.problem:
            reason = found.problem.partition(":")[0]
            rejects.append(Reject({**about, "problem": found.problem}, reason, candidate["text"]))
        elif found.score < floor:
            rejects.append(Reject(about, "score under the floor", candidate["text"]))
        else:
            card = make_card(word, sense, draft, found.claims, found.score, candidate["writer"])
            good.append((-found.score, number, with_gloss(card, gloss)))
    good.sort(key=lambda each: each[:2])
    for minus, number, _ in good[1:]:
        draft = form.parse(candidates[number]["text"])
        about = _about(candidates[number], draft, -minus)
        rejects.append(Reject(about, OUTRANKED, candidates[number]["text"]))
    return Outcome([to_record(good[0][2])] if good else [], rejects)


def _about(candidate: CandidateRecord, draft: Draft, score: float) -> dict[str, Any]:
    return {
        "term": candidate["term"],
        "sense": candidate["sense"],
        "writer": candidate["writer"],
        "feature": draft.feature,
        "score": round(score, 4),
    }
