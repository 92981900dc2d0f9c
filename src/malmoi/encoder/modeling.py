"""The document side of the encoder: words weighed by statistics, and what a neural network adds.

    embedding = lexical(text) + kept( content · max over windows  log1p(relu(head(state))) )

The lexical part is `lexical.py`'s. The neural part reads the text in windows: each is the prefix,
the title's first tokens and the next stretch of the body; its state is the mean of the network's
last hidden states, L2-normalised, and one linear layer turns it into a weight for each piece of the
vocabulary (`pooling="mean"`). With `pooling="max"` the layer reads every token's state instead and
the largest logit counts, which is SPLADE's head (Formal et al. 2021).

This file and `lexical.py` travel with a saved model: they import nothing of malmoi.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from torch import nn

from .lexical import WRITTEN, Lexical, split

ComputeStates = Callable[[Sequence[list[list[int]]]], Iterable[torch.Tensor]]
"""Batches of windows, as token ids, to the states of each."""

HIDDEN_FROM, HIDDEN_TO = "\x0e", "\x0f"
"""Around words that the encoder must not see (a title that is the training query itself)."""

CANDIDATES = 2000
"""Pieces with the highest neural weights, of which present and new ones are chosen: a cluster's
model doesn't see the lexical part, and hands over so many."""

TOGETHER = 32  # windows that the network reads at a time

_HIDDEN = re.compile(f"{HIDDEN_FROM}.*?{HIDDEN_TO}", re.DOTALL)
_MARKS = re.compile(f"[{HIDDEN_FROM}{HIDDEN_TO}]")


class DocumentEncoder(InputModule):
    """Document texts ("title\\nbody\\fwritten lines") to vectors of the vocabulary's size.

    Args:
        lexical: weighs words; its tokenizer is the vocabulary.
        body: a Hugging Face encoder, or None where there is no neural part.
        body_tokenizer: its fast tokenizer.
        base: the body's name, for which remembered states are valid.
        neural: False gives the lexical part alone.
        pooling: "mean" (a state for each window) or "max" (SPLADE, every token).
        keep: most pieces of one document that the neural part may weigh (0: no limit).
        window, title_tokens, most_windows: tokens of the body and of the title in a window, and
            how many windows of one document are read.
        unfreeze_layers: last layers of the body that are trained (0: none; states can be kept).
        two_sided: queries go through the network too, beside their weights in `query_weight`.
        dtype: "float32" or "bfloat16", what the body computes in; a processor that doesn't multiply
            bfloat16 itself takes float32 for it.
        title_windows: a document without a body is read in one window of its title.
        keep_new: most pieces that the neural part may add where the lexical part has none; those
            that it has then have the limit `keep` for themselves. None: there is `keep` alone.
    """

    config_keys = [  # noqa: RUF012
        "base",
        "neural",
        "pooling",
        "keep",
        "window",
        "title_tokens",
        "most_windows",
        "unfreeze_layers",
        "two_sided",
        "document_prefix",
        "query_prefix",
        "dtype",
        "title_windows",
        "keep_new",
    ]
    forward_kwargs = {"task"}  # noqa: RUF012
    tokenizer: Any = None
    max_seq_length = None

    def __init__(
        self,
        lexical: Lexical,
        body: Any = None,
        body_tokenizer: Any = None,
        *,
        base: str = "",
        neural: bool = True,
        pooling: str = "mean",
        keep: int = 150,
        window: int = 110,
        title_tokens: int = 40,
        most_windows: int = 8,
        unfreeze_layers: int = 0,
        two_sided: bool = False,
        document_prefix: str = "passage: ",
        query_prefix: str = "query: ",
        dtype: str = "float32",
        title_windows: bool = False,
        keep_new: int | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lexical, self.body_tokenizer, self.base = lexical, body_tokenizer, base
        self.neural = neural and body is not None
        self.pooling, self.keep, self.window = pooling, keep, window
        self.title_tokens, self.most_windows = title_tokens, most_windows
        self.unfreeze_layers, self.two_sided = unfreeze_layers, two_sided
        self.document_prefix, self.query_prefix, self.dtype = document_prefix, query_prefix, dtype
        self.title_windows, self.keep_new = title_windows, keep_new
        self.size = int(lexical.tokenizer.get_vocab_size())
        # No dimension behind the last content piece can have a weight.
        self.width = 1 + max(lexical.content, default=0)
        mask = torch.zeros(self.width)
        mask[sorted(lexical.content)] = 1.0
        self.register_buffer("content_mask", mask, persistent=False)
        self.body: Any = None
        self.head: Any = None
        if body is not None:
            if getattr(body, "pooler", None) is not None:
                body.pooler = None
            self.computes = computing(dtype)
            self.body = body.to(getattr(torch, self.computes))
            self.head = nn.Linear(int(body.config.hidden_size), self.width)
            self._freeze()
            self._specials = _specials(body_tokenizer)
        if two_sided:
            self.query_weight = nn.Parameter(torch.zeros(self.size))
        self.compute_states: ComputeStates | None = None
        self._states: dict[bytes, torch.Tensor] = {}
        self._remembered: dict[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = {}

    def _freeze(self) -> None:
        self.body.requires_grad_(False)
        for layer in _layers(self.body)[-self.unfreeze_layers :] if self.unfreeze_layers else ():
            layer.requires_grad_(True)

    def train(self, mode: bool = True) -> DocumentEncoder:
        """As in torch; a frozen body stays in evaluation mode, so that its states don't change."""
        super().train(mode)
        if self.body is not None and not self.unfreeze_layers:
            self.body.eval()
        return self

    def get_config_dict(self) -> dict[str, Any]:
        """What is saved of the settings; later ones only where they are set."""
        config = super().get_config_dict()
        later = {"title_windows": False, "keep_new": None}
        return {k: v for k, v in config.items() if k not in later or v != later[k]}

    # Text to features

    def preprocess(  # type: ignore[override]
        self,
        inputs: Sequence[str],
        prompt: str | None = None,
        task: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Features of texts.

        Returns:
            `lexical` [texts, width]; `owner` [windows] (the text that each window is of);
            `states` [windows, hidden] where all texts are remembered, else `input_ids` and
            `attention_mask` [windows, length].
        """
        texts = [(prompt or "") + text for text in inputs]
        if task == "query":
            return self._query_features(texts)
        known = [self._remembered.get(text) for text in texts]
        lexical = torch.zeros(len(texts), self.width)
        if all(known):
            for row, each in zip(lexical, known, strict=True):
                row[each[0]] = each[1]  # type: ignore[index]
            if not self._reads():
                return {"lexical": lexical}
            states = [each[2] for each in known]  # type: ignore[index]
            counts = torch.tensor([len(s) for s in states])
            owner = torch.repeat_interleave(torch.arange(len(texts)), counts)
            return {"lexical": lexical, "owner": owner, "states": torch.cat(states)}
        for row, weights in zip(
            lexical, self.lexical.vectors(list(map(visible, texts))), strict=True
        ):
            row[list(weights)] = torch.tensor(list(weights.values()))
        if not self._reads():
            return {"lexical": lexical}
        windows = self.windows(texts)
        return {"lexical": lexical} | self._pad(windows)

    def _query_features(self, texts: list[str]) -> dict[str, Any]:
        presence = torch.zeros(len(texts), self.width)
        for row, ids in zip(presence, self.lexical.ids(texts), strict=True):
            row[ids] = 1.0
        if not self._reads():
            return {"lexical": presence}
        return {"lexical": presence} | self._pad([[ids] for ids in self._query_windows(texts)])

    def _reads(self) -> bool:
        return self.neural and self.body is not None

    def windows(self, texts: Sequence[str]) -> list[list[list[int]]]:
        """Token ids of each window of each document.

        A document without a body has none, or one of its title where `title_windows` is set.
        """
        parts = [split(text.partition(WRITTEN)[0]) for text in texts]
        titles = self._tokens([self.document_prefix + title for title, _, _ in parts])
        bodies = self._tokens([body for _, body, _ in parts])
        before, after = self._specials
        room = self.title_tokens + 3  # the prefix's tokens
        found = []
        for (name, _, _), title, body in zip(parts, titles, bodies, strict=True):
            head = [i for i, shown in title[:room] if shown]
            starts = range(0, len(body), self.window)[: self.most_windows]
            cut = ([i for i, shown in body[s : s + self.window] if shown] for s in starts)
            each = [before + head + part + after for part in cut if part]
            if self.title_windows and not body and _HIDDEN.sub("", name).strip():
                each = [before + head + after]
            found.append(each)
        return found

    def _query_windows(self, texts: Sequence[str]) -> list[list[int]]:
        before, after = self._specials
        tokens = self._tokens([self.query_prefix + text for text in texts])
        return [before + [i for i, _ in ids[: self.window]] + after for ids in tokens]

    def _tokens(self, texts: Sequence[str]) -> list[list[tuple[int, bool]]]:
        """Ids without special tokens, and whether each may be seen."""
        if not texts:
            return []
        plain = [_MARKS.sub(" ", text) for text in texts]
        out = self.body_tokenizer(
            plain, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        found = []
        for text, ids, offsets in zip(texts, out["input_ids"], out["offset_mapping"], strict=True):
            spans = [match.span() for match in _HIDDEN.finditer(text)]
            shown = [all(b <= start or a >= end for start, end in spans) for a, b in offsets]
            found.append(list(zip(ids, shown, strict=True)))
        return found

    def _pad(self, windows: list[list[list[int]]]) -> dict[str, torch.Tensor]:
        owner = [number for number, each in enumerate(windows) for _ in each]
        flat = [ids for each in windows for ids in each]
        longest = max(map(len, flat), default=0)
        pad = self.body_tokenizer.pad_token_id or 0
        ids = torch.tensor([w + [pad] * (longest - len(w)) for w in flat], dtype=torch.long)
        mask = torch.tensor([[1] * len(w) + [0] * (longest - len(w)) for w in flat])
        shape = (len(flat), longest)
        return {
            "owner": torch.tensor(owner, dtype=torch.long),
            "input_ids": ids.reshape(shape),
            "attention_mask": mask.reshape(shape).long(),
        }

    # Features to vectors

    def forward(
        self, features: dict[str, Any], task: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Adds `sentence_embedding` [texts, vocabulary], and `activation`, the neural part of it
        before all but its `keep` largest are left out."""
        base = features["lexical"]
        if task == "query":
            base = base * (self.query_weight[: self.width] * self.content_mask).clamp(min=0)
        features["sentence_embedding"] = self._padded(base)
        if not self._reads() or "owner" not in features or not len(features["owner"]):
            return features
        logits = _max_by_owner(self._logits(features), features["owner"], len(base))
        activation = torch.log1p(torch.relu(logits.float())) * self.content_mask
        features["activation"] = activation
        features["sentence_embedding"] = self._padded(base + self._kept(activation, base > 0))
        return features

    def _kept(self, activation: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """What of the neural part is added, beside pieces that are `present` [texts, width]."""
        if self.keep_new is None:
            return _largest(activation, self.keep)
        candidates = _largest(activation, CANDIDATES)
        raised = _largest(candidates * present, self.keep)
        return raised + (_largest(candidates * ~present, self.keep_new) if self.keep_new else 0)

    def _padded(self, vectors: torch.Tensor) -> torch.Tensor:
        """Vectors [texts, width] as those of queries are [texts, vocabulary]."""
        return nn.functional.pad(vectors, (0, self.size - self.width))

    def _logits(self, features: dict[str, Any]) -> torch.Tensor:
        if "states" in features:
            found: torch.Tensor = self.head(features["states"])
            return found
        ids, mask = features["input_ids"], features["attention_mask"]
        if self.pooling == "mean":
            pooled: torch.Tensor = self.head(self.pool(ids, mask))
            return pooled
        tokens = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        each: torch.Tensor = self.head(tokens.to(self.head.weight.dtype))
        return each.masked_fill(mask[:, :, None] == 0, -torch.inf).amax(1)

    def pool(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Mean of the last hidden states, L2-normalised [windows, hidden], in float32.

        Where nothing is trained, windows of like lengths are read together, with little padding."""
        if torch.is_grad_enabled() or len(ids) <= TOGETHER:
            return self._pool(ids, mask)
        order = (lengths := mask.sum(1)).argsort(stable=True)
        parts = [order[s : s + TOGETHER] for s in range(0, len(order), TOGETHER)]
        found = [self._pool(ids[p, : (n := lengths[p[-1]])], mask[p, :n]) for p in parts]
        return torch.cat(found)[order.argsort()]

    def _pool(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        return nn.functional.normalize(mean, dim=1)

    # States that are kept, because a frozen body always gives the same

    def states(
        self, windows: Sequence[Sequence[int]], batch_size: int = TOGETHER, track: Any = iter
    ) -> torch.Tensor:
        """State of each window [windows, hidden], computed once; `track` wraps the batches."""
        keys = [self._key(ids) for ids in windows]
        new = {k: list(ids) for k, ids in zip(keys, windows, strict=True) if k not in self._states}
        ordered = sorted(new, key=lambda k: (len(new[k]), k))
        starts = range(0, len(ordered), batch_size)
        batches = [[new[k] for k in ordered[s : s + batch_size]] for s in starts]
        found = iter((self.compute_states or self.states_of)(batches))
        for start in track(starts):
            part = ordered[start : start + batch_size]
            self._states.update(zip(part, next(found), strict=True))
        if not keys:
            return torch.zeros(0, self.head.in_features)
        return torch.stack([self._states[k] for k in keys])

    def states_of(self, batches: Sequence[list[list[int]]]) -> Iterator[torch.Tensor]:
        """State of each window of each batch [windows, hidden], float32, one after the other."""
        device = self.head.weight.device
        for windows in batches:
            batch = self._pad([windows])
            with torch.inference_mode():
                out = self.pool(batch["input_ids"].to(device), batch["attention_mask"].to(device))
            yield out.cpu().clone()

    def _key(self, ids: Sequence[int]) -> bytes:
        name = f"{self.base}\0{self.computes}\0".encode()
        return hashlib.sha1(name + np.asarray(ids, "<i4").tobytes()).digest()

    def embed_queries(self, texts: Sequence[str], track: Any = iter) -> torch.Tensor:
        """States of queries [texts, hidden], with the query's prefix."""
        return self.states(self._query_windows(texts), 128, track)

    def remember(self, texts: Sequence[str], track: Any = iter) -> None:
        """Keep the features of these documents in memory; for a frozen body with mean pooling.

        With a body that is trained, or SPLADE pooling, nothing is kept.
        """
        fixed = not self._reads() or (self.pooling == "mean" and not self.unfreeze_layers)
        new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        if not fixed or not new:
            return
        vectors = self.lexical.vectors(list(map(visible, new)))
        windows = self.windows(new) if self._reads() else [[] for _ in new]
        if self._reads():
            self.states([ids for each in windows for ids in each], track=track)
        for text, weights, each in zip(new, vectors, windows, strict=True):
            states = self.states(each) if self._reads() else torch.zeros(0, 1)
            ids = torch.tensor(list(weights), dtype=torch.long)
            self._remembered[text] = (ids, torch.tensor(list(weights.values())), states)

    def forget(self) -> None:
        """Drop what `remember` and `states` keep."""
        self._remembered.clear()
        self._states.clear()

    def save_states(self, path: Path) -> None:
        """Write the computed states to an .npz file, to be shared between students."""
        if self._states:
            keys = np.stack([np.frombuffer(key, np.uint8) for key in self._states])
            temporary = path.with_suffix(".tmp.npz")
            np.savez(temporary, keys=keys, states=torch.stack(list(self._states.values())).numpy())
            temporary.replace(path)

    def load_states(self, path: Path) -> None:
        """Take in what `save_states` wrote; nothing happens where the file doesn't exist."""
        if path.exists():
            with np.load(path) as file:
                states = torch.from_numpy(file["states"])
                keys = (bytes(row) for row in file["keys"])
                self._states.update(zip(keys, states, strict=True))

    # Saving and loading

    def get_embedding_dimension(self) -> int:
        """The vocabulary's size."""
        return self.size

    def save(
        self, output_path: str, *args: Any, safe_serialization: bool = True, **kw: Any
    ) -> None:
        """Write configuration, lexical part, weights and the body's configuration and tokenizer."""
        folder = Path(output_path)
        self.save_config(output_path)
        self.lexical.save(folder)
        if self.body is not None:
            self.body.config.save_pretrained(folder / "body")
            self.body_tokenizer.save_pretrained(folder / "body")
        self.save_torch_weights(output_path, safe_serialization=safe_serialization)

    @classmethod
    def load(  # type: ignore[override]
        cls, model_name_or_path: str, subfolder: str = "", **kwargs: Any
    ) -> DocumentEncoder:
        """Read what `save` wrote, from a folder or a hub id."""
        names = ("token", "cache_folder", "revision", "local_files_only")
        hub = {name: kwargs[name] for name in names if name in kwargs}
        folder = Path(cls.load_dir_path(model_name_or_path, subfolder, **hub) or "")
        config = cls.load_config(model_name_or_path, subfolder, **hub)
        body = tokenizer = None
        if (folder / "body").is_dir():
            from transformers import AutoConfig, AutoModel, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained(folder / "body")
            config_of_body = AutoConfig.from_pretrained(folder / "body")
            body = AutoModel.from_config(config_of_body)  # type: ignore[no-untyped-call]
        module = cls(Lexical.load(folder), body, tokenizer, **config)
        cls.load_torch_weights(model_name_or_path, subfolder, model=module, **hub)
        return module.eval()


def computing(dtype: str) -> str:
    """What a body computes in where "bfloat16" is wanted: a processor that doesn't multiply it
    itself takes several times as long with it as with float32. Graphics cards have it."""
    if dtype != "bfloat16" or torch.cuda.is_available() or _multiplies_bf16():
        return dtype
    return "float32"


def _multiplies_bf16() -> bool:
    built: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if not (built and torch.ops.mkldnn._is_mkldnn_bf16_supported()):
        return False
    # oneDNN takes any AVX-512 for support, and computes in float32 behind it.
    native = (torch.cpu._is_avx512_bf16_supported, torch.cpu._is_amx_tile_supported)
    return platform.machine() not in {"x86_64", "AMD64"} or any(check() for check in native)


def visible(text: str) -> str:
    """A text without its hidden words."""
    return _HIDDEN.sub("", text)


def hide(text: str, words: str) -> str:
    """Mark `words` in a document's text as hidden: its title, else the first line that is the same,
    else the first place where they stand; the text is unchanged where they stand nowhere."""
    own, mark, written = text.partition(WRITTEN)
    if not words:
        return text
    line = re.search(rf"(?m)^{re.escape(words)}$", own)
    at = line.start() if line else own.find(words)
    if at < 0:
        return text
    end = at + len(words)
    return f"{own[:at]}{HIDDEN_FROM}{own[at:end]}{HIDDEN_TO}{own[end:]}{mark}{written}"


def _specials(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Special tokens that the tokenizer puts before and after a text."""
    bare = tokenizer("a", add_special_tokens=False)["input_ids"]
    full = tokenizer("a")["input_ids"]
    start = next(n for n in range(len(full)) if full[n : n + len(bare)] == bare)
    return full[:start], full[start + len(bare) :]


def _layers(body: nn.Module) -> list[nn.Module]:
    """The body's transformer layers: its longest list of modules."""
    lists: list[Any] = [m for m in body.modules() if isinstance(m, nn.ModuleList)]
    return list(sorted(lists, key=len)[-1]) if lists else []


def _largest(values: torch.Tensor, keep: int) -> torch.Tensor:
    """Each row's `keep` largest values, and 0 for the others (all values where `keep` is 0)."""
    if not 0 < keep < values.shape[1]:
        return values
    best, at = values.topk(keep, dim=1)
    return torch.zeros_like(values).scatter(1, at, best)


def _max_by_owner(values: torch.Tensor, owner: torch.Tensor, count: int) -> torch.Tensor:
    """Largest of each owner's rows [count, width]; −1, which relu silences, where there is none.

    `owner` ascends, so that an owner's rows are neighbours.
    """
    sizes = torch.bincount(owner, minlength=count)
    # A fourth of the time that gathers or scatter_reduce take, there and back.
    return torch.segment_reduce(values, "max", lengths=sizes, axis=0, initial=-1.0)
