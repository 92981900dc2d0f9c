"""What a help page displays is read in order; what surrounds it is not."""

from malmoi.corpora.readers.help_page import parse
from tests.helpers.toy_packages import help_page


def blocks(body: str) -> list[tuple[str, int, str]]:
    return [(b.id, b.level, b.text) for b in parse(help_page(body)).blocks]


def test_blocks_come_in_reading_order_with_ids_and_levels() -> None:
    body = """<h1 id="hd_1"><a name="x"></a>제목</h1><p id="par_1">첫 <span>줄</span>
    입니다.</p><ol><li><p id="par_2">단계</p></li></ol><h2>둘째</h2>
    <table><tr><td><p id="par_3">칸</p></td><td>맨 칸</td></tr></table>끝"""
    assert blocks(body) == [
        ("hd_1", 1, "제목"),
        ("par_1", 0, "첫 줄 입니다."),
        ("par_2", 0, "단계"),
        ("", 2, "둘째"),
        ("par_3", 0, "칸"),
        ("", 0, "맨 칸"),
        ("DisplayArea", 0, "끝"),
    ]


def test_navigation_scripts_icons_and_missing_text_are_left_out() -> None:
    body = """<p>글</p><script>숨은()</script><style>p{}</style><nav>길</nav>
    <p class="howtogetheader">이 명령을 사용하려면...</p><p>메뉴 경로</p>
    <p class="related">관련 주제</p><span class="bug">[x.xhp not found]</span>"""
    assert [text for _, _, text in blocks(body)] == ["글", "메뉴 경로"]


def test_index_entries_are_read_and_are_no_text() -> None:
    page = parse(
        help_page(
            '<a name="b"></a><meta itemprop="keywords" content="차트, Calc에서  복사">'
            '<p>글<meta itemprop="keywords" content="charts">자</p>'
            '<meta itemprop="keywords" content=" "><meta name="keywords" content="other">'
        )
    )
    assert page.entries == ["차트, Calc에서 복사", "charts"]
    assert page.text == "글자"


def test_one_of_two_systems_is_shown_and_every_application() -> None:
    inline = """<p><span class="switchinline"><span hidden="true" class="MAC">Command</span>
    <span hidden="true" id="default1">Ctrl</span></span>+A</p>"""
    assert [t for _, _, t in blocks(inline)] == ["Ctrl+A"]
    alone = '<p><span><span hidden="true" class="MAC">맥에서만</span></span></p>'
    assert [t for _, _, t in blocks(alone)] == ["맥에서만"]
    apps = """<p><span hidden="true" class="WRITER">글</span>
    <span hidden="true" id="default2">칸</span></p>"""
    assert [t for _, _, t in blocks(apps)] == ["글 칸"]


def test_a_page_that_is_none_is_empty() -> None:
    assert parse(b"").blocks == []
    assert parse(b"<html><body><p>no area</p></body></html>").blocks == []
    assert parse(b"\x00\xff\xfe").entries == []
