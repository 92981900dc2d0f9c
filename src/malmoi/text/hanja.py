"""Hanja as they are read in Korean.

    reading("男女")            # "남녀"
    reading("女子")            # "여자"
    reading("不動産의 比率")   # "부동산의 비율"
    readings("樂")             # ("악", "낙", "요")

The readings are those of KS X 1001, whose 4,888 Hanja stand in the order of their readings: how
many have each reading (data/hanja_readings.txt) and Python's own codec of the standard are the
whole table. Japanese and simplified forms are read as the Hanja that they stand for (学 as 學),
others are left as they are. Over the single Hanja stand

- the law of initial sounds (두음법칙): 녀, 뇨, 뉴, 니 and 랴, 려, 례, 료, 류, 리 begin a word
  as 여, 요 …, 라, 래, 로, 뢰, 루, 르 as 나, 내 …; so does the second part of a word of two parts,
  as far as its length or its parts tell (新女性, 海外旅行);
- 렬 and 률, which are 열 and 율 after a vowel or ㄴ (比率, 羅列); 不, which is 부 before ㄷ and ㅈ;
- words that have it otherwise (data/hanja_words.txt: 音樂, 復活, 六月).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from malmoi.text.hangul import compose, decompose, is_hangul

_HANJA = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_ENTRY = re.compile(r"([^\s가-힣]+)([가-힣]+)")
_GLIDES = frozenset("ㅑㅕㅖㅛㅠㅣ")

_BASE = {"金": "금", "率": "률", "郞": "랑", "宅": "택", "契": "계", "串": "관"}
"""Usual readings where the standard's first place has a rarer one."""

PREFIXES = frozenset("新非再逆空")
"""Before a word of two Hanja these begin no word of three: 新女性 is 신+여성."""
SUFFIXES = frozenset("的化性")
"""After a word of three Hanja these begin no word of two."""
HEADS = frozenset(
    (
        "理論 理念 理解 論理 論文 論爭 倫理 旅行 旅客 歷史 "
        "歷代 歷任 勞動 勞務 勞使 老人 老化 利用 利益 利子 "
        "離婚 履歷 料理 料金 療法 療養 流通 流行 流動 留學 "
        "類型 類似 聯合 聯盟 聯邦 連結 連續 連帶 連鎖 戀愛 "
        "練習 列車 列島 廉價 零下 例外 禮節 領域 領土 領空 "
        "領海 力學 力量 陸軍 陸上 綠色 綠化 錄音 錄畫 籠球 "
        "隣接 臨床 臨時 林業 立場 立法 立憲 女性 女子 年金 "
        "年代 年度 冷房 冷凍 冷藏 冷戰 落下 卵子 糧食 良心 "
        "量子 兩國 濾過 來日 來年"
    ).split()
)
"""Words that keep their own first sound inside a longer one, wherever they begin there."""


def hanja_matches(text: str) -> Iterator[re.Match[str]]:
    """Every run of Hanja with its place, in order."""
    return _HANJA.finditer(text)


def is_hanja(text: str) -> bool:
    """Whether a text is a run of Hanja and nothing else."""
    return _HANJA.fullmatch(text) is not None


def has_hanja(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return _HANJA.search(text) is not None


def reading(text: str) -> str:
    """The text with its Hanja in Hangul; Hanja without a known reading stay.

    A numeral or Hangul before a Hanja is taken for the beginning of its word ("2025年" is 2025년).
    """
    parts, end = [], 0
    for match in _HANJA.finditer(text):
        before = text[match.start() - 1 : match.start()]
        inside = before.isdigit() or (is_hangul(before) and len(match[0]) == 1)
        parts += [text[end : match.start()], _read(plain(match[0]), inside)]
        end = match.end()
    return "".join([*parts, text[end:]])


def readings(word: str) -> tuple[str, ...]:
    """What a word of Hanja may be read as, the usual first.

    Only a single Hanja has others: in a word, they would make another word (of 北京, 배경).
    Empty where the word has a character without a reading, or no Hanja.
    """
    first = reading(word)
    if first == word or has_hanja(first):
        return ()
    others = _options(plain(word)) if len(word) == 1 else ()
    return tuple(dict.fromkeys([first, *map(_initial, others)]))


def plain(text: str) -> str:
    """Hanja in the form and code point that the standard has them."""
    text = unicodedata.normalize("NFC", text)
    return "".join(_variants().get(c, c) for c in text)


def _read(run: str, inside: bool) -> str:
    """A run of Hanja in Hangul; `inside` a word its first sound is no initial one."""
    exceptions = words()
    parts: list[str] = []
    start = position = 0
    while position < len(run):
        lengths = range(min(_longest(), len(run) - position), 1, -1)
        length = next((n for n in lengths if run[position : position + n] in exceptions), 0)
        if length:
            parts.append(_sounded_run(run[start:position], inside or start > 0))
            parts.append(exceptions[run[position : position + length]])
            start = position + length
        position += length or 1
    parts.append(_sounded_run(run[start:], inside or start > 0))
    return "".join(parts)


def _sounded_run(run: str, inside: bool) -> str:
    return _sounded([_base(c) for c in run], run, inside) if run else ""


def _sounded(syllables: list[str], run: str, inside: bool) -> str:
    """Syllables as a word sounds them.

    Args:
        syllables: of each Hanja alone.
        run: the Hanja; empty where their parts are not to be looked for.
        inside: the first one doesn't begin a word.
    """
    read = list(syllables)
    for i, syllable in enumerate(syllables):
        if not is_hangul(syllable):
            continue
        before = read[i - 1] if i else ""
        if (i == 0 and not inside) or (i and _begins_part(run, i)):
            read[i] = _initial(syllable)
        elif syllable in "렬률" and is_hangul(before) and decompose(before)[2] in ("", "ㄴ"):
            read[i] = "열" if syllable == "렬" else "율"
    for i, c in enumerate(run[:-1]):
        if c == "不" and is_hangul(read[i + 1]):
            read[i] = "부" if decompose(read[i + 1])[0] in "ㄷㅈ" else "불"
    return "".join(read)


def _begins_part(run: str, i: int) -> bool:
    """Whether a part of a compound begins at Hanja `i` of a run."""
    if len(run) == 3:
        return i == 1 and run[0] in PREFIXES
    if len(run) == 4 and i == 2:
        return run[3] not in SUFFIXES or run[2:] in HEADS
    return i >= 2 and run[i : i + 2] in HEADS


def _initial(syllable: str) -> str:
    """A syllable at the beginning of a word."""
    onset, vowel, coda = decompose(syllable)
    if vowel in _GLIDES:
        return compose("ㅇ", vowel, coda) if onset in "ㄴㄹ" else syllable
    return compose("ㄴ", vowel, coda) if onset == "ㄹ" else syllable


def _base(hanja: str) -> str:
    return _options(hanja)[0]


def _options(hanja: str) -> tuple[str, ...]:
    """All readings of a Hanja, the usual first; itself where it has none."""
    return _readings().get(hanja, (hanja,))


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Hanja → readings: that of its own code point, then those of its compatibility code points."""
    first: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    cells = (bytes([row, cell]) for row in range(0xCA, 0xFE) for cell in range(0xA1, 0xFF))
    for entry in _lines("hanja_readings.txt"):
        syllable, count = entry[0], int(entry[1:])
        for _ in range(count):
            c = next(cells).decode("euc_kr")
            plain = unicodedata.normalize("NFC", c)
            if plain == c:
                first[c] = syllable
            else:
                others.setdefault(plain, []).append(syllable)
    readings = {}
    for hanja, usual in first.items():
        all_of_it = dict.fromkeys([_BASE.get(hanja, usual), usual, *others.get(hanja, ())])
        # 여 is no reading of 女 beside 녀.
        initial = {_initial(each) for each in all_of_it if _initial(each) != each}
        readings[hanja] = tuple(each for each in all_of_it if each not in initial)
    return readings


@cache
def _variants() -> dict[str, str]:
    return {entry[0]: entry[1] for entry in _lines("hanja_variants.txt")}


@cache
def words() -> dict[str, str]:
    """Words that are read otherwise than their Hanja and the laws of sounds say."""
    entries = [_ENTRY.fullmatch(entry) for entry in _lines("hanja_words.txt")]
    return {plain(entry[1]): entry[2] for entry in entries if entry}


@cache
def _longest() -> int:
    return max(map(len, words()))


def _lines(name: str) -> list[str]:
    """The entries of a data file, without its comments."""
    text = (files("malmoi.text") / "data" / name).read_text(encoding="utf-8")
    return [entry for line in text.splitlines() if line[:1] != "#" for entry in line.split()]
