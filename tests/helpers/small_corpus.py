"""Thirty Korean documents on everyday subjects, queries that people wrote, and a teacher's server.

A whole run over them takes less than a minute with `small_recipe`, whose models are tiny too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.recipe import SearchRecipe
from tests.helpers.bad_server import Answer, BadServer, completion

# Blocks of: id | title | heading | what the teacher writes as an English query, then sentences.
ARTICLES = """
kimchi | 김치 담그기 | 절이기 | salt cabbage for kimchi
배추를 소금에 여덟 시간 절입니다.
물에 헹군 배추에 고춧가루와 마늘 양념을 바릅니다.

rice | 냄비로 밥 짓기 | 불 조절 | cook rice in a pot
쌀을 씻어 삼십 분 불립니다.
냄비에 물을 붓고 센 불에서 끓인 다음 약한 불로 줄입니다.

soup | 된장국 끓이기 | 육수 | soybean paste soup broth
멸치와 다시마로 육수를 냅니다.
된장을 풀고 두부와 호박을 넣어 끓입니다.

coffee | 커피 내리기 | 물 온도 | brew filter coffee
원두를 갈아 거름종이에 담습니다.
뜨거운 물을 천천히 부어 커피를 내립니다.

bread | 식빵 굽기 | 발효 | bake white bread
밀가루 반죽에 효모를 넣어 따뜻한 곳에서 발효합니다.
오븐에서 사십 분 굽습니다.

laundry | 세탁기 사용 | 세제 넣기 | use a washing machine
흰옷과 색깔 옷을 나눕니다.
세제를 넣고 물 온도를 고른 다음 세탁기를 돌립니다.

iron | 셔츠 다림질 | 온도 | iron a shirt
셔츠에 물을 뿌리고 깃부터 다립니다.
다리미 온도는 옷감에 맞춥니다.

stain | 옷 얼룩 지우기 | 기름 얼룩 | remove stains from clothes
기름 얼룩에는 주방 세제를 바르고 십 분 뒤에 헹굽니다.
얼룩을 문지르지 않습니다.

window | 창문 닦기 | 유리 세제 | clean window glass
유리 세제를 뿌리고 신문지로 창문을 닦습니다.
창틀의 먼지는 솔로 털어 냅니다.

drain | 막힌 배수구 뚫기 | 뜨거운 물 | unclog a drain
배수구에 식초와 소다를 붓고 뜨거운 물을 내립니다.
막힌 머리카락을 꺼냅니다.

bulb | 전구 바꾸기 | 전원 끄기 | replace light bulb
전원을 끄고 식은 전구를 왼쪽으로 돌려 뺍니다.
새 전구를 끼우고 전원을 켭니다.

bicycle | 자전거 바퀴 수리 | 구멍 찾기 | fix bicycle puncture
바퀴에서 튜브를 꺼내 물에 넣고 구멍을 찾습니다.
구멍에 조각을 붙이고 바람을 넣습니다.

car | 자동차 타이어 점검 | 공기압 | check tire pressure
한 달에 한 번 타이어 공기압을 잽니다.
타이어가 닳으면 새 타이어로 바꿉니다.

bus | 시내버스 타기 | 요금 | pay city bus fare
버스 요금은 교통카드로 냅니다.
내릴 때 카드를 다시 대면 환승 할인을 받습니다.

train | 기차표 예매 | 좌석 고르기 | book train tickets
날짜와 역을 고르고 좌석을 고릅니다.
기차표는 출발 한 달 전부터 예매합니다.

airport | 공항 수하물 | 무게 | airport baggage weight limit
수하물 무게는 이십 킬로그램까지입니다.
공항에는 출발 두 시간 전에 도착합니다.

passport | 여권 만들기 | 사진 | apply for a passport
여권 사진 한 장과 신분증을 가지고 구청에 갑니다.
여권은 일주일 뒤에 나옵니다.

bank | 은행 계좌 열기 | 신분증 | open a bank account
신분증을 가지고 은행에 가서 계좌를 만듭니다.
통장과 카드를 함께 받습니다.

tax | 세금 신고 | 기한 | income tax return deadline
소득이 있으면 오월에 세금을 신고합니다.
기한을 넘기면 세금을 더 냅니다.

rent | 월세 계약 | 보증금 | rent contract deposit
집주인을 만나 월세와 보증금을 정합니다.
계약서에 도장을 찍고 날짜를 씁니다.

cold | 감기 치료 | 휴식 | treat a cold
감기에 걸리면 따뜻한 물을 마시고 쉽니다.
열이 높으면 병원에서 약을 받습니다.

tooth | 치아 관리 | 양치질 | brush and floss teeth
식사 뒤에 이를 닦고 치실을 씁니다.
치과 검진은 한 해에 두 번 받습니다.

sleep | 잠 잘 자기 | 침실 | sleep well at night
침실을 어둡게 하고 같은 시간에 잠자리에 듭니다.
저녁에는 커피를 마시지 않습니다.

running | 달리기 시작 | 신발 | start running exercise
가벼운 신발을 신고 천천히 달립니다.
달리기 전에 다리를 풀어 줍니다.

swimming | 수영 배우기 | 호흡 | learn to swim breathing
물에서 숨을 내쉬고 고개를 돌려 숨을 들이쉽니다.
수영장에서는 수영모를 씁니다.

garden | 토마토 기르기 | 물 주기 | grow tomatoes
토마토 모종을 햇볕이 드는 곳에 심습니다.
흙이 마르면 아침에 물을 줍니다.

dog | 강아지 산책 | 목줄 | walk a puppy on a leash
강아지에게 목줄을 매고 하루 두 번 산책합니다.
산책한 뒤에는 발을 닦아 줍니다.

cat | 고양이 화장실 | 모래 갈기 | 고양이 모래
고양이 모래는 날마다 치우고 한 달에 한 번 모두 갑니다.
화장실은 조용한 곳에 둡니다.

library | 도서관 책 빌리기 | 대출 기간 | borrow library books
회원증이 있으면 책을 다섯 권까지 빌립니다.
대출 기간은 두 주이고 한 번 늘립니다.

phone | 휴대 전화 사진 옮기기 | 컴퓨터 연결 | copy phone photos to computer
휴대 전화를 컴퓨터에 연결하고 사진 폴더를 복사합니다.
사진은 옮긴 뒤에 지웁니다.
"""

HUMAN = {
    "배추 절이는 시간": "kimchi", "효모 발효 온도": "bread", "기름 얼룩 빼는 법": "stain",
    "튜브 구멍": "bicycle", "환승 할인": "bus", "수하물 무게": "airport", "보증금": "rent",
    "치실": "tooth", "모종 심기": "garden", "목줄": "dog", "책 대출 기간": "library",
    "감기 치료": "cold",  # a title: no training pair may be made of it
    "cabbage": "kimchi", "washing machine detergent": "laundry", "bicycle hole": "bicycle",
    "bus card": "bus", "bake white bread": "bread",  # as the teacher will write it
    "tax deadline": "tax", "dentist": "tooth", "tomato water": "garden", "library card": "library",
    "photo folder": "phone",
}  # fmt: skip

WORDS = {
    "물": "water", "온도": "temperature", "사진": "photo", "카드": "card", "얼룩": "stain",
    "세제": "detergent", "바퀴": "wheel", "세금": "tax", "신발": "shoes", "커피": "coffee",
    "기한": "deadline", "버스": "bus", "배추": "cabbage", "넣다": "to put", "시간": "time",
}  # fmt: skip


def articles() -> list[tuple[str, str, str, str, str]]:
    """Id, title, heading, text, and the teacher's English query of each document."""
    found = []
    for block in ARTICLES.strip().split("\n\n"):
        first, *sentences = block.split("\n")
        name, title, heading, english = first.split(" | ")
        found.append((name, title, heading, " ".join(sentences), english))
    return found


def corpus() -> Corpus:
    """Documents with headings, twenty-two queries and their qrels."""
    documents = tuple(
        Document(name, title, (Section(heading, text),))
        for name, title, heading, text, _ in articles()
    )
    asked = list(HUMAN.items())
    queries = tuple(
        Query(f"q{n}", text, "en" if text.isascii() else "ko") for n, (text, _) in enumerate(asked)
    )
    return Corpus("small", documents, queries, {f"q{n}": {d: 1} for n, (_, d) in enumerate(asked)})


def write_small_corpus(folder: Path) -> Path:
    """The corpus as a BEIR folder; a heading is the first line of its text."""
    write_beir(corpus(), folder)
    return folder


def _reply(number: int, body: dict[str, Any]) -> Answer:
    """What the request alone determines: an English query of the page, or a dictionary's entry."""
    asked = body["messages"][-1]["content"]
    if "response_format" not in body:
        return completion(WORDS.get(asked, f"thing {len(asked)}" if len(asked) > 2 else "사물"))
    lines = re.findall(r"[^\n]*[가-힣][^\n]*", asked)
    for _, title, _, text, english in articles():
        if any(title in line for line in lines) and text[:20] in asked:
            return completion(json.dumps({"queries": [english]}))
    return completion("I can't say")


def teacher_server() -> BadServer:
    """A chat endpoint, as a context manager; a reply depends on its request alone."""
    return BadServer(_reply)


def tiny_models(folder: Path) -> tuple[str, str]:
    """Folders of a tiny BERT (the encoder's base) and of a sentence-transformers model of it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    from tests.helpers.tiny_student import tiny_base

    base = tiny_base(folder / "bert")
    model = SentenceTransformer(modules=[Transformer(base), Pooling(16)], device="cpu")
    model.save(str(folder / "dense"))
    return base, str(folder / "dense")


def small_recipe(data: Path, **sections: dict[str, Any]) -> SearchRecipe:
    """A recipe that is done in seconds where its models are tiny; `sections` add to its tables."""
    values: dict[str, dict[str, Any]] = {
        "corpus": {"reader": "beir", "path": str(data), "test_share": 0.5},
        "glossary": {"subject": "daily life", "max_terms": 10, "samples": 2},
        "queries": {"kinds": {"english": 1}, "max_passages": 1, "train": True},
        "dictionary": {"enabled": False},
        "encoder": {"window": 32, "precision": "float32"},
        "training": {
            "steps": 6,
            "evaluate_every": 3,
            "batch_size": 8,
            "num_negatives": 2,
            "log_every": 1,
        },
        "evaluation": {"bootstrap_samples": 100, "permutations": 100, "ablations": False},
    }
    for name, more in sections.items():
        values[name] = values.get(name, {}) | more
    return SearchRecipe.model_validate({"name": "small", **values})


def tiny_recipe(data: Path, url: str, models: tuple[str, str]) -> SearchRecipe:
    """`small_recipe` with a teacher at `url` and tiny models."""
    base, dense = models
    # The tiny model finds all pages alike: each may be a negative, and any rank is high enough.
    return small_recipe(
        data,
        teacher={"preset": "", "kind": "http", "url": url, "model": "m", "max_tokens": 64},
        encoder={"base": base},
        queries={"round_trip_k": 30},
        training={"margin": 1.0},
        evaluation={"dense_model": dense},
    )


def write_recipe(recipe: SearchRecipe, file: Path) -> Path:
    """A recipe as the TOML that `malmoi run` reads, with what it sets itself."""
    values = recipe.model_dump(mode="json", exclude_unset=True)
    lines = [f"name = {json.dumps(values.pop('name'))}"]
    for table, fields in values.items():
        lines.append(f"[{table}]")
        for key, value in fields.items():
            inner = value.items() if isinstance(value, dict) else ()
            pairs = ", ".join(f"{name} = {json.dumps(of)}" for name, of in inner)
            lines.append(f"{key} = {{ {pairs} }}" if inner else f"{key} = {json.dumps(value)}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
