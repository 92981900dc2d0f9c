"""The stage of Korean glosses, and the cards that hold them."""

from pathlib import Path

from malmoi.core.files import stable_hash
from malmoi.mnemonics.cards import Card, Claim, from_record
from malmoi.mnemonics.korean.glosses import Gloss, with_gloss
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.glossing import (
    DISAGREED,
    NO_REPLY,
    gloss_requests,
    glosses_of,
    write_glosses,
)
from malmoi.pipelines.mnemonics.words import choose_words, items
from malmoi.pipelines.mnemonics.writing import keep_cards, write_candidates
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run
from malmoi.teachers import Reply, Request
from tests.helpers.scripted_teacher import Opened, ScriptedTeacher
from tests.helpers.small_run import need_dictionaries, small_recipe

GLOSSES = {"candid": "솔직한", "gregarious": "사교적인"}


def translate(request: Request) -> Reply:
    """Knows two words, errs at a third, and answers every sample of any other differently."""
    term = request.prompt.rpartition("\n")[2].partition(" (")[0]
    if term == "lucid":
        return Reply("", finish="error", error="out of tea")
    other = "가나다라마"[request.sample]
    return Reply(f" {GLOSSES.get(term, other)}", prompt_tokens=7, completion_tokens=2)


def opened() -> Opened:
    return Opened(ScriptedTeacher(translate, identity="translator", chat=False))


def recipe(folder: Path, learner: str = "ko") -> MnemonicsRecipe:
    need_dictionaries()
    path = folder / "words.txt"
    path.write_text("candid\nlucid\ngregarious\ntenacious\n", encoding="utf-8")
    return small_recipe(path, cards={"learner": learner, "candidates": 3})


def test_agreed_glosses_reach_the_cards(tmp_path: Path) -> None:
    from malmoi.lexicon.lookup import Lexicon

    asked, lexicon = recipe(tmp_path), Lexicon.open()
    with Run.open(tmp_path / "run", asked) as run:
        words = choose_words(run, asked.words, lexicon)
        context = MnemonicsContext(run, asked, lexicon)
        context.teacher = opened()  # type: ignore[assignment]
        stage = write_glosses(context, words)
        assert stage is not None
        assert len(gloss_requests(asked, items(words), lexicon, chat=False)) == 20
        found = {key.partition("|")[0]: gloss for key, gloss in glosses_of(stage).items()}
        assert found == {term: Gloss(text, 1.0, "translator") for term, text in GLOSSES.items()}
        reasons = {r["candidate"]["term"]: r["reason"] for r in stage.records("rejects")}
        assert reasons == {"lucid": NO_REPLY, "tenacious": DISAGREED}
        written = write_candidates(context, words, stage)
        texts = [r["text"] for r in written[0].records() if r["term"] == "candid"]
        assert all("뜻은 ‘솔직한’" in text for text in texts if "→" in text)
        cards = [
            from_record(record) for record in keep_cards(context, words, written, stage).records()
        ]
    for card in cards:
        assert card.korean == GLOSSES.get(card.term, "")
        told = [claim for claim in card.claims if "translator, 5 of 5" in claim.text]
        assert [claim.verdict for claim in told] == ["unverified"] * (card.term in GLOSSES)


def test_learners_of_no_korean_need_no_gloss(tmp_path: Path) -> None:
    from malmoi.lexicon.lookup import Lexicon

    asked, lexicon = recipe(tmp_path, "en"), Lexicon.open()
    with Run.open(tmp_path / "run", asked) as run:
        words = choose_words(run, asked.words, lexicon)
        assert write_glosses(MnemonicsContext(run, asked, lexicon), words) is None
        assert gloss_requests(asked, items(words), lexicon, chat=False) == []
    assert glosses_of(None) == {}


def test_a_gloss_is_claimed_once() -> None:
    bare = Claim("meaning", "candid = 솔직한", "unverified")
    sound = Claim("sound", "candid ~ 캔디", "supported", "CMUdict")
    card = Card(
        stable_hash("candid"), "candid", "candid.adjective.1", "open", "adjective", "phonetics",
        "r", "m", "e", (sound, bare), 0.5, "test",
    )  # fmt: skip
    found = with_gloss(card, Gloss("솔직한", 0.8, "Gemma"))
    assert found.korean == "솔직한"
    assert [claim.text for claim in found.claims] == [
        "candid ~ 캔디", "candid = 솔직한 (Gemma, 4 of 5)",
    ]  # fmt: skip
    assert with_gloss(card, None) == card
