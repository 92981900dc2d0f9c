"""A scene in Korean in which the keywords and the meaning meet.

    scene("stubborn", "adjective", ("오빠",), "완고한", "…")
    # "‘오빠’처럼 들리는 stubborn. 완고한 오빠가 문을 열고 들어온다."

What a keyword is (someone, something, somewhere: `kinds.toml`) decides what it can do; one
that can't be seen is called out.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from malmoi.core.files import stable_share
from malmoi.mnemonics.korean.forms import adnominal, has_form, joined
from malmoi.text.hangul import with_particle

_OPENINGS = (
    "‘{heard}’처럼 들리는 {term}.",
    "{term}에서 ‘{heard}’ 소리가 들린다.",
    "{term}, 소리 내어 읽으면 ‘{heard}’!",
)

_SCENES = {
    ("someone", "noun"): (
        "{who_subj} {gloss_obj} 보고 깜짝 놀란다.",
        "{who_subj} 칠판에 ‘{gloss}’{quoted} 크게 적는다.",
    ),
    ("someone", "verb"): ("{who_subj} {gloss} 모습을 그려 보자.",),
    ("someone", "adjective"): (
        "{before}{gloss} {noun_subj} 문을 열고 들어온다.",
        "{before}{gloss} {noun_subj} 눈앞에 서 있다.",
    ),
    ("someone", "adverb"): ("{who_subj} {gloss} 움직이는 모습을 그려 보자.",),
    ("something", "noun"): (
        "{who_obj} 들여다보니 그 안에 {gloss_subj} 있다.",
        "{who}에 ‘{gloss}’{quoted} 큰 글씨로 적혀 있다.",
    ),
    ("something", "verb"): ("{who_obj} 앞에 놓고 {gloss} 내 모습을 그려 보자.",),
    ("something", "adjective"): (
        "눈앞에 {gloss} {noun_subj} 있다고 상상해 보자.",
        "{gloss} {noun_obj} 머릿속에 그려 보자.",
    ),
    ("something", "adverb"): ("{who_subj} {gloss} 움직이는 모습을 그려 보자.",),
    ("somewhere", "noun"): ("{who}에서 뜻밖에 {gloss_obj} 발견한다.",),
    ("somewhere", "verb"): ("{who}에서 {gloss} 내 모습을 그려 보자.",),
    ("somewhere", "adjective"): ("{before}{gloss} {noun_subj} 눈앞에 펼쳐진다.",),
    ("somewhere", "adverb"): ("{who}에서 {gloss} 움직이는 내 모습을 그려 보자.",),
    ("heard", "noun"): ("누군가 “{heard}!” 하고 외치자 눈앞에 {gloss_subj} 나타난다.",),
    ("heard", "verb"): ("누군가 “{heard}!” 하고 외치자 모두가 {gloss} 장면을 그려 보자.",),
    ("heard", "adjective"): ("누군가 “{heard}!” 하고 외치자 {gloss} 모습이 눈앞에 나타난다.",),
    ("heard", "adverb"): ("누군가 “{heard}!” 하고 외치자 모두가 {gloss} 움직인다.",),
}

_WRITTEN = {
    "someone": "{who_subj} 칠판에 뜻을 적는다: “{meaning}”.",
    "something": "{who}에 큰 글씨로 뜻이 적혀 있다: “{meaning}”.",
    "somewhere": "{who} 한쪽에 큰 글씨로 뜻이 적혀 있다: “{meaning}”.",
    "heard": "누군가 “{heard}!” 하고 외치자 눈앞에 뜻이 나타난다: “{meaning}”.",
}
"""Where there is no gloss: the English definition stands in the scene, to be read there."""


def scene(term: str, pos: str, keywords: tuple[str, ...], gloss: str, meaning: str) -> str:
    """Two short sentences: which words are heard, and what happens.

    Args:
        term, pos: the English word, and what it is in its sense.
        keywords: Korean words that together sound like it, in order.
        gloss: Korean words in the form of `korean_forms.has_form`; any other is written out in the
            scene as the English meaning would be, and so is that where there is none.
        meaning: the English definition.
    """
    opening = _pick(_OPENINGS, f"{term} {' '.join(keywords)}")
    heard = ", ".join(keywords)
    kind, before, noun = _seen(keywords)
    who = before + noun
    values = {
        "term": term, "heard": heard, "before": before, "meaning": gloss or meaning,
        "who": who, "who_subj": with_particle(who, "이", "가"),
        "who_obj": with_particle(who, "을", "를"), "noun_subj": with_particle(noun, "이", "가"),
        "noun_obj": with_particle(noun, "을", "를"),
    }  # fmt: skip
    template = _WRITTEN[kind]
    if gloss and has_form(gloss, pos) and (kind, pos) in _SCENES:
        template = _pick(_SCENES[kind, pos], f"{gloss} {heard}")
        values |= {
            "gloss": adnominal(gloss) if pos == "verb" else gloss,
            "gloss_subj": with_particle(gloss, "이", "가"),
            "gloss_obj": with_particle(gloss, "을", "를"),
            "quoted": with_particle(gloss, "이라고", "라고")[len(gloss) :],
        }
    return f"{opening} {template}".format(**values)


def kind_of(keyword: str) -> str:
    """someone, something, somewhere, or "heard" for a word that can't be seen."""
    return _kinds().get(keyword, "heard")


def _pick(choices: tuple[str, ...], by: str) -> str:
    return choices[int(stable_share(by) * len(choices))]


def _seen(keywords: tuple[str, ...]) -> tuple[str, str, str]:
    """What is seen of the keywords: its kind, what stands before the noun, the noun.

    One of the keywords acts or is where it happens, the others are with it: "카드를 든 닭".
    """
    kinds = [kind_of(keyword) for keyword in keywords]
    if "heard" in kinds:
        return "heard", "", joined(keywords)
    kind = min(kinds, key=("someone", "somewhere", "something").index)
    of = {
        each: tuple(k for k, its in zip(keywords, kinds, strict=True) if its == each)
        for each in kinds
    }
    before = ""
    if kind == "someone" and "somewhere" in of:
        before += f"{joined(of['somewhere'])}에서 온 "
    if kind != "something" and "something" in of:
        things = joined(of["something"])
        held = kind == "someone"
        before += f"{with_particle(things, '을', '를')} 든 " if held else (
            f"{with_particle(things, '이', '가')} 놓인 "
        )  # fmt: skip
    return kind, before, joined(of[kind])


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    text = (Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8")
    return {word: kind for kind, words in tomllib.loads(text).items() for word in words.split()}
