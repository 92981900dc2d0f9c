"""`malmoi new` on what people bring; its recipe run to the end with a tiny base and few steps."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from malmoi.pipelines.search.new_recipe import write_recipe
from malmoi.pipelines.search.pipeline import run_recipe
from malmoi.recipe import load
from malmoi.retrieval.index.building import index_corpus
from malmoi.retrieval.index.index import Index
from tests.helpers.small_corpus import tiny_models

TICKETS = """\
티켓번호,제목,내용,접수일시
T-1,화면이 깜빡임,2025-12-25에 산 SM-G998N이 깜빡여 1588-1234로 A/S 접수했습니다.,2025-12-26 09:10
T-2,노트북 과열,i7-13700K 노트북이 게임만 켜면 95℃를 넘고 팬 소리가 큽니다.,2025-12-26 10:00
T-3,메일이 반송됩니다,desk@example.org로 보내면 550 5.1.1 오류로 반송돼요.,2025-12-26 11:20
T-4,휴가 신청 오류,#여름휴가 신청을 저장하면 오류가 나요. @김대리 결재가 급합니다.,2025-12-27 08:00
T-5,C++ 빌드 오류,C++ 코드가 CMake 3.11.2에서 안 됩니다. C#은 됩니다.,2025-12-27 09:30
T-6,.NET 설치 문의,.NET 8을 설치하고 싶은데 권한이 없습니다.,2025-12-27 13:00
T-7,쿠폰 금액,"1,000원 쿠폰이 AT&T 제휴 결제에서 적용되지 않습니다.",2025-12-28 14:30
T-8,VPN 접속 불가,Windows 11에서 10.20.30.42로 연결하면 시간이 초과됩니다.,2025-12-28 15:00
T-9,보건 교육,WHO 권고에 따른 교육을 14:30에 대회의실에서 합니다.,2025-12-29 16:00
T-10,배송 문의,12GB 메모리 배송이 사흘째 그대로예요. 언제 받을 수 있나요?,2025-12-29 17:00
"""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("packages_once")]

PAGES = {
    "도서관.txt": "大學 도서관은 평일에 연다. 學生證을 내면 대출 권수가 늘어난다.",
    "보안 규정.md": "# 보안 규정\n\n제１조　이 규정은 ＵＳＢ 저장매체의 반출에 관한 것이다.",
    "출장.txt": "스위스 Zürich에서 열린 학회에서 naïve Bayes의 한계를 발표했다.",
    "여행/Москва.md": "# 모스크바\n\nМосква의 붉은 광장을 걸었다. 지하철 역 이름을 읽었다.",
    "수학.txt": "황금비 φ와 합을 뜻하는 Σ를 배운다. Ελλάδα는 그리스의 이름이다.",
    "일본어.txt": "ひらがな와 カタカナ부터 외운다. ありがとう는 고맙다는 뜻이다.",
    unicodedata.normalize("NFD", "김치 담그기.md"): unicodedata.normalize(
        "NFD", "# 김치 담그기\n\n배추를 소금에 절이고 고춧가루 양념을 바른다."
    ),
    "부동산.txt": "不動産 매매 계약을 할 때는 登記簿를 먼저 본다.",
    "쿠버네티스.md": "# Kubernetes 설치\n\nkubeadm으로 설치하고 Pod 네트워크를 정한다.",
    "건강.txt": "女子 직원은 해마다 건강 검진을 받는다. 결과는 우편으로 보낸다.",
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tiny_models(tmp_path_factory.mktemp("models"))


def model_of(source: Path, models: tuple[str, str], folder: Path) -> tuple[Path, str]:
    """The folder of v1 after a run, and the report; all but sizes is as `malmoi new` wrote it."""
    made = write_recipe(source, folder / "new.toml")
    few = {
        "glossary.enabled": False,  # the one thing that asks a teacher
        "encoder.base": models[0],
        "encoder.window": 32,
        "encoder.threshold": 0.5,  # texts are nearly alike to a tiny base
        "evaluation.dense_model": models[1],
        "training.steps": 4,
        "training.evaluate_every": 2,
        "training.batch_size": 8,
        "training.num_negatives": 2,
        "training.margin": 1.0,  # tiny models find all documents alike
    }
    run_recipe(load(made.path, few), folder / "run")  # type: ignore[arg-type]
    report = (folder / "run" / "report.html").read_text(encoding="utf-8")
    return folder / "run" / "student-v1" / "model", report


def searched(model: Path, source: Path, folder: Path, **fields: str) -> Index:

    index_corpus(model, source, folder / "index", **fields)
    return Index.open(folder / "index")


def test_tickets_full_of_numbers(models: tuple[str, str], tmp_path: Path) -> None:
    source = tmp_path / "tickets.csv"
    source.write_text(TICKETS, encoding="utf-8-sig")
    model, report = model_of(source, models, tmp_path)
    assert "nothing is proved" in report
    index = searched(
        model, source, tmp_path, id_field="티켓번호", title_field="제목", text_field="내용"
    )
    for query, document in {
        "1588-1234": "T-1",
        "1588 1234": "T-1",
        "2025년 12월 25일": "T-1",
        "SM-G998N": "T-1",
        "A/S": "T-1",
        "i7-13700K": "T-2",
        "95℃": "T-2",
        "desk@example.org": "T-3",
        "#여름휴가": "T-4",
        "@김대리": "T-4",
        "C++": "T-5",
        "3.11.2": "T-5",
        ".NET": "T-6",
        "1,000원": "T-7",
        "천원": "T-7",
        "AT&T": "T-7",
        "10.20.30.42": "T-8",
        "Windows11": "T-8",
        "12GB": "T-10",
        "WHO": "T-9",
        "14:30": "T-9",
    }.items():
        assert [result.id for result in index.search(query, 1)] == [document], query
    assert index.analyse("100GB").notes() == ["not in this corpus: 100"]
    assert index.analyse("999mm 배송").notes()[0].startswith("not in this corpus: 999")


def test_pages_in_every_script(models: tuple[str, str], tmp_path: Path) -> None:
    source = tmp_path / "pages"
    for name, text in PAGES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    model, _ = model_of(source, models, tmp_path)
    index = searched(model, source, tmp_path)
    for query, document in {
        "大學": "도서관.txt",
        "대학": "도서관.txt",
        "학생증": "도서관.txt",
        "USB": "보안 규정.md",
        "제1조": "보안 규정.md",
        "Zürich": "출장.txt",
        "naive": "출장.txt",
        "Москва": "여행/Москва.md",
        "Ελλάδα": "수학.txt",
        "ひらがな": "일본어.txt",
        unicodedata.normalize("NFD", "김치"): "김치 담그기.md",
        "고춧가루": "김치 담그기.md",
        "부동산": "부동산.txt",
        "kubernetes": "쿠버네티스.md",
        "여자": "건강.txt",
    }.items():
        (result,) = index.search(query, 1)
        assert unicodedata.normalize("NFC", result.id) == document, query
