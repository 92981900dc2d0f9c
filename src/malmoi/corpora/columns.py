"""Which column of a table is the id, the title, the text and the date: by name, then by content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

IDS = (
    "id", "_id", "docid", "documentid", "pid", "docno", "uid", "uuid", "key", "번호", "아이디",
    "문서번호", "문서id", "no", "number", "code", "sku", "코드", "상품코드", "url", "link",
)  # fmt: skip
TITLES = (
    "title", "headline", "heading", "subject", "name", "제목", "표제", "이름", "명칭", "상품명",
    "제품명", "서비스명", "문서명", "productname", "doctitle", "summary",
)  # fmt: skip
TEXTS = (
    "text", "body", "content", "contents", "context", "document", "passage", "article",
    "description", "desc", "message", "abstract", "본문", "내용", "텍스트", "문서", "설명", "원문",
    "상세", "상세설명", "문의내용", "paragraph", "comment", "answer",
)  # fmt: skip
DATES = (
    "date", "published", "publishedat", "publicationdate", "created", "createdat", "datetime",
    "timestamp", "updated", "updatedat", "modified", "time", "날짜", "일자", "작성일", "등록일",
    "게시일", "발행일", "수정일", "작성일자", "등록일자",
)  # fmt: skip
LICENCES = ("license", "licence", "라이선스", "라이센스", "저작권")
"""Names without case, spaces and signs, the most telling first."""

_ID_ENDING = (
    r"(?i:[_\W](?:id|no|key|number))$|[a-z](?:Id|ID|No|Key|Number)$"
    r"|(?<!전화)(?<!우편)(?<!대표)번호$"
)
"""As in product_id, productId, "Ticket No" and 접수번호; not as in paid, casino and 전화번호."""

_DATE_ENDING = (
    r"(?i:[_\W](?:date|at|on|time|day))$|[a-z](?:Date|At|On|Time|Day)$"
    r"|(?<!생)(?<!생년월)(?:일시|일자|날짜|시각|일)$"
)
"""As in order_date, sentAt and 접수일시, not in 생년월일; the cells say whether it is one."""

_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?([T ]\d{2}:\d{2}.*)?")
_SHARE = 0.9
"""Share of the filled cells of a date column that are dates."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns, "" where there is none; `repeated_id`: one named so whose values repeat."""

    names: tuple[str, ...]
    id: str
    title: str
    text: str
    date: str
    licence: str
    repeated_id: str


def choose(records: Sequence[Mapping[str, Any]]) -> Columns:
    """The columns of a table's rows; a table without any text has an empty `text`."""
    names = tuple(dict.fromkeys(str(name) for record in records for name in record if name))
    # A field that only some rows of JSON Lines have can't be read from the others.
    whole = [name for name in names if all(name in record for record in records)]
    cells = {name: [_cell(record[name]) for record in records] for name in whole}
    plain = [name for name in whole if _is_plain(name, records) and any(cells[name])]
    candidates = _named(whole, IDS, _ID_ENDING)
    key = next((name for name in candidates if _is_id(cells[name])), "")
    date = next((name for name in _named(whole, DATES, _DATE_ENDING) if _is_date(cells[name])), "")
    free = [name for name in plain if name not in {key, date}]
    title = next(iter(_named(free, TITLES)), "")
    text = next(iter(_named([name for name in free if name != title], TEXTS)), "")
    if not text:
        wordy = [name for name in free if name != title and _has_words(cells[name])]
        text = max(wordy, key=lambda name: _mean(cells[name]), default="")
        # A short column beside a title is a label (category, author), not the document.
        if title and (not text or _mean(cells[text]) < _mean(cells[title])):
            title, text = "", title
    licence = next((_only(cells[name]) for name in _named(whole, LICENCES)), "")
    repeated = "" if key else next(iter(candidates), "")
    return Columns(names, key, title, text, date, licence, repeated)


def _plain(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).casefold()
    return name if name == "_id" else re.sub(r"[\W_]+", "", name)


def _named(names: Iterable[str], known: Sequence[str], ending: str = "") -> list[str]:
    """The names that are among the known ones, in the order of those, then those that end so."""
    plain = {name: _plain(name) for name in names}
    exact = [name for word in known for name in plain if plain[name] == word]
    ends = [name for name in plain if ending and name not in exact and re.search(ending, name)]
    return exact + ends


def _cell(value: Any) -> str:
    if value is None or value != value or isinstance(value, list | tuple | dict | bytes):
        return ""
    return str(value).strip()


def _is_plain(name: str, records: Sequence[Mapping[str, Any]]) -> bool:
    return not any(isinstance(record[name], list | tuple | dict | bytes) for record in records)


def _has_words(cells: Sequence[str]) -> bool:
    """At least half of the filled cells hold words: numbers and dates alone are none."""
    filled = [cell for cell in cells if cell]
    wordy = sum(sum(c.isalpha() for c in cell) * 3 > len(cell) for cell in filled)
    return 2 * wordy > len(filled)


def _is_id(cells: Sequence[str]) -> bool:
    return all(cells) and len(set(cells)) == len(cells)


def _is_date(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    dates = sum(bool(_DATE.fullmatch(cell)) for cell in filled)
    return bool(filled) and dates >= _SHARE * len(filled)


def _mean(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / max(1, len(cells))


def _only(cells: Sequence[str]) -> str:
    """The different values of a column in one line, where they are few."""
    values = list(dict.fromkeys(cell for cell in cells if cell))
    return ", ".join(values) if len(values) <= 5 else ""
