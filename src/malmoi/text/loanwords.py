"""Whether two Korean words are spellings of one loanword.

    same_loanword("컨텐츠", "콘텐츠")                     # True
    same_loanword("재정", "제정")                         # False: no loanwords
    loanword_key("컨텐츠") == loanword_key("콘텐츠")      # True

A loanword is written as it is heard, and people hear a foreign vowel as one or the other of two
(ㅓ/ㅗ, ㅐ/ㅔ, ㅏ/ㅓ), its consonants as tense or not (싸이트), a final stop with ㅡ or without
(카페트, 카펫). What differs so costs little in an edit distance over jamo, anything else too much,
and the shorter the words, the less may differ: 카드 and 코드 are two words.

Nearly every vowel tells two Korean words apart that are no loanwords (재정/제정), so both words
need a syllable that only loanwords have. Spellings that all this doesn't bring together stand in a
list (data/loanwords.txt: 밧데리, 잠바).

Words can only be the same if their keys are, so that a vocabulary is searched by `loanword_key`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from malmoi.text.hangul import VOWELS, decompose, is_hangul

_FOREIGN = frozenset(
    "갤갭겐겔굿긱넛넷넥넬뉴닉댄댓던덱덴델덤데듀드디딕딘딜딩딥럭런럼럽럿렁레렉렌렐렘렛렝롤롭롬"
    "롯룩룬룰룸룹룻릭릿링랙랜랠램랩랫맨맵맷멘멜멧메뮤뮬믹밈밴밸뱅벅벤벨벳봇뷔뷰브블샌샐샤샷샵샹"
    "섀섹센셀셈셉셋션셜셰셸쇼숍숏쎄쎈쏘쉐쉘쉴쉽쉬슈슐슛스앤앱앰앨엔엘엠옐옵왓월웍웨웰웹윈윌율잭"
    "잼쟈젝젠젤젯젼죠쥬쥴즈즌챈챔챗첸첼쵸츄츠칩카칵칸칼캄캇캐캑캔캘캠캡캣캥커컥컨컬컴컵컷컹케켄"
    "켈켐켓켜콕콘콜콤콥콰쿄쿠쿡쿤쿨쿰퀀퀄퀘퀴퀵퀸큐크클큘큼킥킨킬킴킷킹킵테텍텐텔템텟톡톤톨튜튠"
    "튬트티틱틴팀팁팅턴텀텁틀팩팬팸팻팽퍼펀펄펌펍펑페펙펜펠펫폰폴폼퐁푸퓨퓰프픈플픔픽핀핏핑팝팟"
    "팜헨헬헥헴휘휠훼셔켸켙"
)
"""Syllables that few words but loanwords have."""

_TENSE = dict(zip("ㄲㄸㅃㅆㅉ", ("ㄱㅋ", "ㄷㅌ", "ㅂㅍ", "ㅅ", "ㅈㅊ"), strict=True))
_ASPIRATED = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_STOPS = {
    **dict.fromkeys("ㄱㅋ", "K"), **dict.fromkeys("ㅂㅍ", "P"), **dict.fromkeys("ㄷㅅㅈㅊㅌ", "T"),
    "ㅇ": "ŋ", "ㄴ": "ㄴ", "ㄹ": "ㄹ", "ㅁ": "ㅁ", "": "",
}  # fmt: skip
"""Final consonants by their sound; a word with any other is none of these words."""
_RELEASED = {"K": "ㅋ", "P": "ㅍ", "T": "ㅌ"}
"""What a final stop is written with where ㅡ follows it."""
_F = dict(zip("ㅘㅙㅚㅝㅞㅟㅜㅠ", "ㅏㅐㅔㅓㅔㅣㅜㅠ", strict=True))
"""ㅎ before these may be an f (화이팅), which is then followed by these."""
_GLIDES = dict(zip("ㅑㅒㅕㅖㅛㅠㅟ", "ㅏㅐㅓㅔㅗㅜㅣ", strict=True))
"""Vowels that sound alike after ㅅ, ㅈ and ㅊ (쥬스, 수퍼)."""
_CLASSES = {
    sound: name
    for name, sounds in {
        "K": "ㄱㄲㅋK", "T": "ㄷㄸㅌT", "P": "ㅂㅃㅍfP", "S": "ㅅㅆ", "J": "ㅈㅉㅊ", "L": "ㄹ",
        "M": "ㅁ", "N": "ㄴ", "G": "ŋ", "H": "ㅎ",
    }.items()
    for sound in sounds
}  # fmt: skip

_VOWEL_PRICES = {
    0.15: "ㅞㅚ ㅞㅙ ㅚㅙ",
    0.2: "ㅐㅔ ㅐㅖ ㅐㅒ ㅔㅖ ㅔㅒ",
    0.5: "ㅢㅣ ㅝㅗ ㅝㅓ ㅟㅣ ㅓㅗ ㅔㅣ ㅐㅏ ㅘㅏ ㅏㅑ ㅓㅕ ㅗㅛ ㅜㅠ ㅑㅕ ㅕㅛ ㅑㅐ ㅑㅗ",
    0.6: "ㅓㅏ ㅓㅔ ㅓㅐ ㅗㅜ ㅟㅜ ㅡㅏ ㅡㅓ ㅡㅗ ㅡㅜ ㅡㅣ ㅡㅔ",
    0.7: "ㅏㅗ ㅏㅔ",
}
_PRICES = {
    order: price
    for price, pairs in _VOWEL_PRICES.items()
    for pair in pairs.split()
    for order in ((pair[0], pair[1]), (pair[1], pair[0]))
}
for _tense, _plain in _TENSE.items():
    for _each in _plain:
        _PRICES[_tense, _each] = _PRICES[_each, _tense] = 0.15
for _plain, _each in _ASPIRATED.items():
    _PRICES[_plain, _each] = _PRICES[_each, _plain] = 0.5 if _plain == "ㅈ" else 0.6
_PRICES["f", "ㅍ"] = _PRICES["ㅍ", "f"] = 0.2
for _stop, _each in _RELEASED.items():
    _PRICES[_stop, _each] = _PRICES[_each, _stop] = 0.0

_SIBILANT = re.compile("[사-싷]")

_LIMITS = (0.0, 0.15, 0.4, 0.65, 1.1, 1.2)
"""What spellings may differ, by the vowels (without ㅡ) of the shorter word."""
_SHORT, _LONG = 4, 7
"""Sounds of words with one vowel of which less, or more, may differ."""
_FAR = 9.0
_LEAST = 0.15
"""What a sound costs at least that one spelling doesn't have."""
_MAX_LENGTH_DIFFERENCE = 3


def loanword_key(word: str) -> str:
    """What all spellings of a loanword share: its consonants by class; "" for what is none.

    Words of one key need not be the same, see `same_loanword`.
    """
    sounds = _sounds(_standard(word))
    classes = [_CLASSES[sound] for sound in sounds if sound not in VOWELS]
    kept: list[str] = []
    for name in classes:
        if kept and kept[-1] == "T" and name in "SJ":
            kept.pop()  # 맛사지
        if not kept or kept[-1] != name:
            kept.append(name)
    return "".join(kept)


def same_loanword(a: str, b: str) -> bool:
    """Whether two Hangul words are spellings of one loanword, or the same word."""
    if a == b:
        return True
    listed = _standard(a), _standard(b)
    if listed[0] == listed[1]:
        return True
    foreign = [looks_foreign(word) for word in listed]
    if not any(foreign) or min(len(a), len(b)) < 2:
        return False
    x, y = map(_sounds, listed)
    if not x or not y or abs(len(x) - len(y)) > _MAX_LENGTH_DIFFERENCE:
        return False
    if not all(foreign):
        # 비젼: hardly more than the spelling differs, and other words don't have such a syllable.
        if [decompose(c)[2] for c in a] != [decompose(c)[2] for c in b]:
            return False
        if x == y:
            return len(a) > 2 or not _SIBILANT.search(a + b)
        return len(a) > 2 and _distance(x, y, 0.2) <= 0.2
    limit = _LIMITS[min(_count_vowels(x), _count_vowels(y), len(_LIMITS) - 1)]
    if limit == _LIMITS[1]:
        if len(x) == len(y) <= _SHORT:
            limit = 0.0  # 카스, 까스
        if min(len(x), len(y)) >= _LONG:
            limit = 0.2  # 트렌드, 트랜드
    return _distance(x, y, limit) <= limit


@lru_cache(maxsize=100_000)
def looks_foreign(word: str) -> bool:
    """Whether a word has a syllable of loanwords; native ones don't begin with ㄹ.

    Of two spellings of a loanword that the list doesn't have, one does at least.
    """
    return not _FOREIGN.isdisjoint(word) or "라" <= word[:1] <= "맇"


@lru_cache(maxsize=100_000)
def _sounds(word: str) -> tuple[str, ...]:
    """Jamo as they sound, final stops as K, P, T; empty for what can't be a loanword."""
    if not is_hangul(word):
        return ()
    sounds: list[str] = []
    for syllable in word:
        onset, vowel, coda = decompose(syllable)
        if coda not in _STOPS:
            return ()
        if onset == "ㅎ" and vowel in _F:
            onset, vowel = "f", _F[vowel]
        elif onset in "ㅈㅉㅊ" or (onset in "ㅅㅆ" and vowel not in "ㅑㅕ"):
            vowel = _GLIDES.get(vowel, vowel)  # but 로션 is not 로선
        sounds += [
            sound for sound in ("" if onset == "ㅇ" else onset, vowel, _STOPS[coda]) if sound
        ]
    return tuple(sounds)


def _count_vowels(sounds: tuple[str, ...]) -> int:
    """Vowels that are heard: without ㅡ (but for a last -ㅡㄹ), diphthongs once."""
    count = 0
    for i, sound in enumerate(sounds):
        if sound in VOWELS:
            silent = sound == "ㅡ" and sounds[i + 1 :] != ("ㄹ",)
            diphthong = i > 0 and sounds[i - 1] + sound in ("ㅔㅣ", "ㅏㅣ", "ㅗㅜ", "ㅐㅣ")
            count += not silent and not diphthong
    return count


def _distance(a: tuple[str, ...], b: tuple[str, ...], limit: float) -> float:
    """The least price of making one spelling the other, or more than `limit`."""
    if abs(len(a) - len(b)) * _LEAST > limit:
        return _FAR
    extras = [_extra(b, j) for j in range(len(b))]
    before = [0.0]
    for extra in extras:
        before.append(before[-1] + extra)
    for i in range(len(a)):
        own = _extra(a, i)
        row = [before[0] + own]
        for j, extra in enumerate(extras):
            row.append(min(before[j] + _price(a, i, b, j), before[j + 1] + own, row[j] + extra))
        if min(row) > limit:
            return _FAR
        before = row
    return before[-1]


def _price(a: tuple[str, ...], i: int, b: tuple[str, ...], j: int) -> float:
    """Of one sound in place of another, by what stands around them."""
    x, y = a[i], b[j]
    if x == y:
        return 0.0
    price = _PRICES.get((x, y), _FAR)
    if price == _FAR or x not in VOWELS:
        released = a[i + 1 : i + 2] == ("ㅡ",) or b[j + 1 : j + 2] == ("ㅡ",)
        return price if price or released else _FAR
    rest = a[i + 1 :]
    same_rest = rest == b[j + 1 :]
    before, following = a[i - 1] if i else " ", (rest[:1], b[j + 1 : j + 2])
    match min(x, y) + max(x, y):
        case "ㅏㅓ" if same_rest and rest == ("ㄹ",) and before not in VOWELS:
            return 0.4  # 디지탈
        case "ㅏㅓ" if same_rest and not rest and _ends_agent(a, i):
            return 0.4  # 데이타
        case "ㅏㅡ" if same_rest and rest == ("ㄹ",):
            return 0.4  # 샌달
        case "ㅓㅗ" if before in "ㅋㅌ" and following in ((("ㄴ",), ("ㄴ",)), (("ㅁ",), ("ㅁ",))):
            return 0.4  # 컨텐츠
        case "ㅏㅗ" | "ㅑㅗ" if before == "ㅅ" and following == (("P",), ("P",)):
            return 0.4  # 워크샵
        case "ㅑㅗ":
            return _FAR
        case "ㅔㅣ" if same_rest and rest == ("T",):
            return 0.4  # 초콜렛
        case "ㅜㅡ" if before in "fㅍ":
            return 0.3  # 후라이
        case "ㅐㅔ" if same_rest and rest in (("ㄹ", "ㅣ"), ("ㄹ", "ㄹ", "ㅣ")):
            return 0.5  # 밸리, 벨리
        case "ㅐㅓ" if i or j:
            return _FAR  # 커리어, 캐리어; but 어플, 애플
    # A last ㅡ only carries the consonant: no other vowel stands for it.
    return _FAR if not rest and "ㅡ" in (x, y) else price


_AGENTS = frozenset("ㄷㅌㅈㅊㅋㅍ")


def _ends_agent(sounds: tuple[str, ...], i: int) -> bool:
    """Whether the last vowel is that of -er in a word long enough to tell (센터, 데이터)."""
    earlier = sounds[: max(i - 1, 0)]
    return sounds[i - 1] in _AGENTS and (
        sum(sound in VOWELS for sound in earlier) > 1
        or earlier[-1:] in (("ㄴ",), ("ㅁ",), ("ŋ",))
        or (earlier[-1:] == ("ㄹ",) and sounds[i - 1] == "ㄷ")
    )


def _extra(sounds: tuple[str, ...], i: int) -> float:
    """Of a sound that the other spelling doesn't have."""
    sound = sounds[i]
    before = sounds[i - 1] if i else ""
    after = sounds[i + 1] if i + 1 < len(sounds) else ""
    if sound == "ㅡ":
        if after or before not in ("ㅋ", "ㅌ", "ㅍ"):
            return 0.6
        return 0.15 if before != "ㅍ" or sounds[i - 3 : i - 1] == ("ㅔ", "ㅣ") else 0.3  # 카페트
    if sound == before and sound in VOWELS:
        return 0.2
    if sound in "ㄴㅁ" and sounds[i + 1 : i + 3] == (sound, "ㅣ"):
        return 0.2  # 런닝
    if sound == "ㄹ" and after == sound:
        return 0.5 if i and before != "ㅡ" else _FAR  # 메론, but not 프라이 and 플라이
    if (sound == "T" and after in tuple("ㅅㅆㄷㄸㅌㅈㅉㅊ")) or (
        sound == "K" and after in tuple("ㄱㄲㅋ")
    ):
        return 0.15  # 맛사지, 럭키
    if sound == "P" and after in tuple("ㅂㅃㅍ"):
        return 0.15
    if before + sound == "ㅔㅣ":
        closed = after == "ㄴ" and sounds[i + 2 : i + 3] not in [(vowel,) for vowel in VOWELS]
        return 0.4 if closed or sounds[i + 1 :] in (("ㅌ", "ㅡ"), ("ㅋ", "ㅡ")) else 0.7
    if before + sound in ("ㅗㅜ", "ㅜㅓ"):
        return 0.4
    return _FAR


@lru_cache(maxsize=100_000)
def _standard(word: str) -> str:
    """A word in the spelling that the list has for it, or with such words in it replaced."""
    listed = _listed()
    if word in listed:
        return listed[word]
    return _longer().sub(lambda match: listed[match[0]], word)


def is_listed(word: str) -> bool:
    """Whether a word is, or holds, a spelling of the list of those that rules don't tell."""
    return word in _standards() or _standard(word) != word


@cache
def _standards() -> frozenset[str]:
    return frozenset(_listed().values())


@cache
def _listed() -> dict[str, str]:
    """Spelling → the standard one."""
    text = (files("malmoi.text") / "data/loanwords.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line[:1] != "#"]
    return {spelling: row[0] for row in rows for spelling in row[1:]}


@cache
def _longer() -> re.Pattern[str]:
    """Spellings that are long enough to be known inside a word."""
    words = sorted((word for word in _listed() if len(word) > 2), key=len, reverse=True)
    return re.compile("|".join(words))
