import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.core.errors import BudgetSpent, TeacherError
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.cache import CachedTeacher, ReplyCache, request_key
from tests.helpers.scripted_teacher import ScriptedTeacher


def echo(ahead: int = 1, bad: str = "") -> ScriptedTeacher:
    """A small real teacher: says the prompt back."""

    def answer(request: Request) -> Reply:
        if request.prompt == bad:
            return Reply("", finish="error", error="bad")
        return Reply(f"re: {request.prompt}", prompt_tokens=1, completion_tokens=2, cost=0.5)

    return ScriptedTeacher(answer, identity="echo", chat=False, ahead=ahead)


def prompts(*names: object) -> list[Request]:
    return [Request(prompt=str(name)) for name in names]


def texts(teacher: CachedTeacher, *names: object) -> list[str]:
    return [reply.text for reply in teacher.write(prompts(*names))]


class TestKeys:
    def test_everything_that_shapes_the_reply_is_in_the_key(self) -> None:
        base = Request(prompt="p", temperature=0.5)
        others = [
            replace(base, prompt="q"),
            replace(base, prompt="", messages=(Message("user", "p"),)),
            replace(base, prompt="", messages=(Message("system", "p"),)),
            replace(base, max_tokens=9),
            replace(base, temperature=0.6),
            replace(base, top_p=0.9),
            replace(base, stop=("\n",)),
            replace(base, schema={"type": "object"}),
            replace(base, sample=1),
        ]
        keys = {request_key("m", request) for request in [base, *others]}
        assert len(keys) == 10
        assert request_key("n", base) not in keys

    def test_keys_stay_what_they_are(self) -> None:
        request = Request(messages=(Message("user", "서울"),), schema={"b": 1, "a": 2})
        same = Request(messages=(Message("user", "서울"),), schema={"a": 2, "b": 1})
        assert request_key("m", request) == request_key("m", same)
        assert request_key("m", request) == "4e04b1f13e2bc6a86ed715a2333784e89ed7e5f2"


class TestReplyCache:
    def test_what_is_put_comes_back_without_its_cost(self, tmp_path: Path) -> None:
        reply = Reply("답 \ud800", "<think>t</think>답", "t", "length", "", 3, 4, 0.25)
        cache = ReplyCache(tmp_path / "deep" / "cache.sqlite")
        cache.put_many([("a", reply), ("e", Reply("", finish="error", error="x"))])
        cache.put_many([("a", Reply("second"))])
        assert cache.get_many(["a", "b", "e"]) == {"a": replace(reply, cached=True, cost=0.0)}
        many = [(str(number), Reply(str(number))) for number in range(1200)]
        cache.put_many(many)
        found = cache.get_many([key for key, _ in many])
        assert {key: reply.text for key, reply in found.items()} == {key: key for key, _ in many}
        cache.close()
        assert len(ReplyCache(tmp_path / "deep" / "cache.sqlite")) == 1201

    def test_another_kind_of_file_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("not a database, but a text that is long enough " * 50)
        with pytest.raises(TeacherError, match=r"notes\.txt.*delete it"):
            ReplyCache(path)

    def test_threads_share_one(self, tmp_path: Path) -> None:
        cache = ReplyCache(tmp_path / "c.sqlite")

        def work(number: int) -> None:
            for turn in range(50):
                cache.put_many([(f"{number}-{turn}", Reply(str(turn)))])
                assert cache.get_many([f"{number}-{turn}"])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(cache) == 200

    def test_processes_share_one_and_survive_a_kill(self, tmp_path: Path) -> None:
        path = tmp_path / "c.sqlite"
        code = """
import sys
from pathlib import Path
from malmoi.teachers import Reply
from malmoi.teachers.cache import ReplyCache
cache = ReplyCache(Path(sys.argv[1]))
for number in range(100000):
    cache.put_many([(f"{sys.argv[2]}-{number}", Reply(str(number)))])
    print(number, flush=True)
"""
        command = [sys.executable, "-c", code, str(path)]
        workers = [
            subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, text=True)
            for n in range(3)
        ]
        last = []
        for worker in workers:
            assert worker.stdout is not None
            for _ in range(20):
                worker.stdout.readline()
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            written, _ = worker.communicate()
            # The kill may have torn the last line off.
            last.append(int((["19", *written.split("\n")[:-1]])[-1]))
        cache = ReplyCache(path)
        for number, end in enumerate(last):
            keys = [f"{number}-{turn}" for turn in range(end + 1)]
            assert len(cache.get_many(keys)) == len(keys)
        check = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()
        assert check == ("ok",)


class TestCachedTeacher:
    @pytest.mark.parametrize("ahead", [1, 3, 100])
    def test_order_with_hits_and_misses_mixed(self, tmp_path: Path, ahead: int) -> None:
        first = CachedTeacher(echo(), tmp_path / "c.sqlite")
        texts(first, 1, 4, 5, 8)
        inner = echo(ahead)
        teacher = CachedTeacher(inner, tmp_path / "c.sqlite")
        replies = list(teacher.write(prompts(*range(10))))
        assert [reply.text for reply in replies] == [f"re: {n}" for n in range(10)]
        assert [n for n, reply in enumerate(replies) if reply.cached] == [1, 4, 5, 8]
        assert [reply.cost for reply in replies] == [
            0 if n in (1, 4, 5, 8) else 0.5 for n in range(10)
        ]
        assert inner.asked == prompts(0, 2, 3, 6, 7, 9)
        assert inner.calls == 1
        assert texts(teacher, *range(10)) == [f"re: {n}" for n in range(10)]
        assert inner.calls == 1

    @pytest.mark.parametrize("ahead", [1, 100])
    def test_the_same_request_twice_is_sent_once(self, tmp_path: Path, ahead: int) -> None:
        inner = echo(ahead)
        teacher = CachedTeacher(inner, tmp_path / "c.sqlite")
        replies = list(teacher.write(prompts("a", "a", "b", "a")))
        assert [reply.text for reply in replies] == ["re: a", "re: a", "re: b", "re: a"]
        assert [reply.cached for reply in replies] == [False, True, False, True]
        assert inner.asked == prompts("a", "b")

    @pytest.mark.parametrize("ahead", [1, 100])
    def test_errors_are_not_kept(self, tmp_path: Path, ahead: int) -> None:
        teacher = CachedTeacher(echo(ahead, bad="x"), tmp_path / "c.sqlite")
        replies = list(teacher.write(prompts("x", "a", "x")))
        assert [reply.finish for reply in replies] == ["error", "stop", "error"]
        assert texts(CachedTeacher(echo(), tmp_path / "c.sqlite"), "x") == ["re: x"]

    def test_is_lazy(self, tmp_path: Path) -> None:
        taken = 0

        def endless() -> Iterator[Request]:
            nonlocal taken
            while True:
                taken += 1
                yield Request(prompt=str(taken))

        teacher = CachedTeacher(echo(ahead=5), tmp_path / "c.sqlite")
        replies = teacher.write(endless())
        assert next(replies).text == "re: 1"
        assert taken == 5
        assert len(teacher.cache) == 1

    def test_a_long_row_of_hits_is_not_held_back(self, tmp_path: Path) -> None:
        teacher = CachedTeacher(echo(ahead=4), tmp_path / "c.sqlite", max_waiting=10)
        texts(teacher, *range(1, 99))
        taken = 0

        def requests() -> Iterator[Request]:
            nonlocal taken
            for number in range(100):
                taken += 1
                yield Request(prompt=str(number))

        replies = teacher.write(requests())
        assert next(replies).text == "re: 0"
        assert taken == 10
        assert [reply.text for reply in replies] == [f"re: {n}" for n in range(1, 100)]

    def test_what_is_known_comes_before_the_end_of_the_budget(self, tmp_path: Path) -> None:
        class Short(ScriptedTeacher):
            def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
                source = iter(requests)
                yield self._reply(next(source))
                next(source)
                raise BudgetSpent("spent")

        path = tmp_path / "c.sqlite"
        texts(CachedTeacher(echo(), path), "b", "c")
        replies = CachedTeacher(Short(echo().answer, identity="echo"), path).write(
            prompts("a", "b", "c", "d", "e")
        )
        assert [next(replies).text for _ in range(3)] == ["re: a", "re: b", "re: c"]
        with pytest.raises(BudgetSpent):
            next(replies)

    def test_a_teacher_that_answers_too_little_is_found_out(self, tmp_path: Path) -> None:
        class Lazy(ScriptedTeacher):
            def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
                return iter([self._reply(request) for request in requests][:-1])

        teacher = CachedTeacher(Lazy(echo().answer, identity="echo"), tmp_path / "c.sqlite")
        with pytest.raises(TeacherError, match="1 replies fewer"):
            texts(teacher, 1, 2)

    def test_closes_both(self, tmp_path: Path) -> None:
        inner = echo()
        CachedTeacher(inner, tmp_path / "c.sqlite").close()
        assert inner.closed
