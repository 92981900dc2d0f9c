"""The document side as TorchScript, for servers that know torch but not our Python.

Two modules, since the two parts read different tokens. Each takes {"input_ids", "attention_mask"}
(int64 [batch, length], 0 in the mask where a row is padded) and gives {"output": float32 [batch,
vocabulary]}. The text is the encoder's: title, line end, body and, after a form feed, written
lines. Both tokenizers have the line end and the form feed as tokens (`LINE_END`, `FORM_FEED`).

`LexicalWeights` computes `Lexical.vectors`: terms of several pieces are found by walking a trie,
all places of a text at once. `NeuralWeights` computes what `DocumentEncoder.forward` adds to it,
or, where that depends on the lexical part, the candidates of which the ingest pipeline chooses.
They are scripted, not traced, but for the body, whose Python isn't ours and has no loops over data.

This file imports torch; import it in the function that uses it.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from malmoi.core.errors import StudentError
from malmoi.encoder.lexical import MAX_TERM_PIECES, Lexical
from malmoi.encoder.modeling import CANDIDATES

LINE_END, FORM_FEED = "\n", "\f"


def scripted(module: nn.Module) -> Any:
    """The module as TorchScript."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, but what the servers read
        return torch.jit.script(module.eval())


def first_of(ids: torch.Tensor, wanted: int) -> int:
    """Where `wanted` stands in `ids` [length] first; its length where it doesn't."""
    places = torch.nonzero(ids == wanted)
    if places.size(0) == 0:
        return ids.size(0)
    return int(places[0, 0].item())


class LexicalWeights(nn.Module):
    """`Lexical.vectors` over token ids.

    Args:
        lexical: what is computed. The tokenizer's ids are the pieces'; `line_end` and `form_feed`
            are those of the two marks.
    """

    if TYPE_CHECKING:  # buffers; as annotations at run time TorchScript would read them
        content: torch.Tensor
        keys: torch.Tensor
        following: torch.Tensor
        edge_term: torch.Tensor
        edge_piece: torch.Tensor
        edge_share: torch.Tensor
        latin: torch.Tensor

    def __init__(self, lexical: Lexical, line_end: int, form_feed: int) -> None:
        super().__init__()
        weighting = lexical.weighting
        self.size = int(lexical.tokenizer.get_vocab_size())
        self.line_end, self.form_feed, self.longest = line_end, form_feed, MAX_TERM_PIECES
        self.k1, self.b = float(weighting.k1), float(weighting.b)
        self.title, self.lead = float(weighting.title), float(weighting.lead)
        self.lead_words = int(weighting.lead_words)
        self.written = float(weighting.written)
        self.average_length = float(weighting.average_length)

        content = torch.zeros(max(self.size, line_end + 1, form_feed + 1), dtype=torch.bool)
        content[sorted(lexical.content)] = True
        self.register_buffer("content", content)
        steps, edges = self._trie(lexical)
        self.nodes = self.size + len(steps)
        keys = torch.tensor(sorted(steps), dtype=torch.long)
        self.register_buffer("keys", keys)
        self.register_buffer("following", torch.tensor([steps[int(k)] for k in keys]).long())
        self.register_buffer("edge_term", torch.tensor([e[0] for e in edges]).long())
        self.register_buffer("edge_piece", torch.tensor([e[1] for e in edges]).long())
        shares = torch.tensor([e[2:] for e in edges], dtype=torch.float64).reshape(-1, 2)
        self.register_buffer("edge_share", shares.T.contiguous())
        latin = torch.zeros(len(content), dtype=torch.bool)
        latin[sorted(lexical.latin)] = True
        self.register_buffer("latin", latin)

    def _trie(self, lexical: Lexical) -> tuple[dict[int, int], list[tuple[int, int, float, float]]]:
        """Steps (node · size + piece → node) and edges: a term's node, a piece, its share in a
        document in English and in one in Korean.

        The node of a single piece is the piece.
        """
        steps: dict[int, int] = {}
        edges = []
        english, korean = (lexical.terms(korean=which) for which in (False, True))
        for term in sorted(english.keys() | korean.keys()):
            if not 0 < len(term) <= MAX_TERM_PIECES:
                continue
            node = term[0]
            for piece in term[1:]:
                node = steps.setdefault(node * self.size + piece, self.size + len(steps))
            sides = english.get(term, {}), korean.get(term, {})
            edges += [
                (node, piece, sides[0].get(piece, 0.0), sides[1].get(piece, 0.0))
                for piece in dict.fromkeys([*sides[0], *sides[1]])
            ]
        return steps, edges

    def forward(self, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Weights of each row's text [batch, vocabulary]."""
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        rows = [self.weigh(ids[n][mask[n] > 0]) for n in range(ids.size(0))]
        return {"output": torch.stack(rows)}

    def weigh(self, ids: torch.Tensor) -> torch.Tensor:
        """Weights [vocabulary] of one text's tokens [length]."""
        end = first_of(ids, self.form_feed)
        own, written = ids[:end], ids[end + 1 :]
        line = first_of(own, self.line_end)
        title, body = self._words(own[:line]), self._words(own[line + 1 :])
        in_title = self._terms(title)
        tf = in_title + self._terms(body)
        leading = self._terms(torch.cat([title, body])[: self.lead_words])
        length = float(title.size(0) + body.size(0))
        norm = self.k1 * (1 - self.b + self.b * length / self.average_length)
        weights = tf * (self.k1 + 1) / (tf + norm)
        # .double(): a number times a tensor of truths would be rounded to float32
        boost = self.title * (in_title > 0).double() + self.lead * (leading > 0).double()
        weights = weights + boost
        weights = torch.where(tf > 0, weights, torch.zeros_like(weights))
        latin = int(self.latin[title].sum()) + int(self.latin[body].sum())
        korean = int(2 * latin <= title.size(0) + body.size(0))
        values = self.edge_share[korean] * weights[self.edge_term]
        translated = torch.zeros(self.size, dtype=torch.double, device=ids.device)
        translated = translated.scatter_reduce(0, self.edge_piece, values, "amax")
        found = torch.maximum(weights[: self.size], translated)
        if written.size(0) > 0:
            found = torch.maximum(found, self._written(written))
        return found.float()

    def _words(self, ids: torch.Tensor) -> torch.Tensor:
        return ids[self.content[ids]]

    def _terms(self, ids: torch.Tensor) -> torch.Tensor:
        """How often each node of the trie is passed [nodes], in float64."""
        counts = torch.bincount(ids, minlength=self.nodes)
        node = ids
        for n in range(1, self.longest):
            if node.size(0) < 2 or self.keys.size(0) == 0:
                break
            key = node[:-1] * self.size + ids[n:]
            place = torch.searchsorted(self.keys, key).clamp(max=self.keys.size(0) - 1)
            known = (self.keys[place] == key) & (node[:-1] >= 0)
            node = torch.where(known, self.following[place], torch.full_like(key, -1))
            counts = counts + torch.bincount(node[node >= 0], minlength=self.nodes)
        return counts.double()

    def _written(self, ids: torch.Tensor) -> torch.Tensor:
        """Weights [vocabulary] of the lines after the form feed, by how many hold a piece."""
        line = torch.cumsum((ids == self.line_end).long(), 0)
        weighs = self.content[ids]
        places = torch.unique(line[weighs] * self.size + ids[weighs])
        lines = torch.bincount(places % self.size, minlength=self.size).double()
        weights = self.written * (self.k1 + 1) * lines / (lines + self.k1)
        return torch.where(lines > 0, weights, torch.zeros_like(weights))


class NeuralWeights(nn.Module):
    """What the network adds to a document's vector, over the body's token ids.

    Args:
        body: TorchScript of (input_ids, attention_mask) → last hidden states, as `traced` gives it.
        encoder: the `DocumentEncoder` whose settings and head are taken.
        offset: how far the text's ids are above the body's (see `tokenizer_json.pieces_first`).
        line_end, form_feed: ids of the two marks, above the offset too.
    """

    if TYPE_CHECKING:
        prefix: torch.Tensor
        before: torch.Tensor
        after: torch.Tensor
        rows: torch.Tensor
        biases: torch.Tensor
        content: torch.Tensor

    def __init__(self, body: Any, encoder: Any, offset: int, line_end: int, form_feed: int) -> None:
        super().__init__()
        before, after = encoder._specials
        prefix = encoder.body_tokenizer(encoder.document_prefix, add_special_tokens=False)
        self.body = body
        self.offset, self.line_end, self.form_feed = offset, line_end, form_feed
        self.window, self.most_windows = int(encoder.window), int(encoder.most_windows)
        self.room = int(encoder.title_tokens) + 3
        # A model saved before there were these settings has code without them.
        self.title_windows = bool(getattr(encoder, "title_windows", False))
        limited = getattr(encoder, "keep_new", None) is not None
        self.keep, self.size = CANDIDATES if limited else int(encoder.keep), int(encoder.size)
        self.width = int(encoder.head.out_features)
        self.mean = encoder.pooling == "mean"
        self.pad = int(encoder.body_tokenizer.pad_token_id or 0)
        self.register_buffer("prefix", torch.tensor(prefix["input_ids"]).long())
        self.register_buffer("before", torch.tensor(before).long())
        self.register_buffer("after", torch.tensor(after).long())
        self.register_buffer("rows", encoder.head.weight.detach().float().clone())
        self.register_buffer("biases", encoder.head.bias.detach().float().clone())
        content = encoder.content_mask.detach().float().clone()
        self.register_buffer("content", content)

    def forward(self, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Weights that each row's text gets in addition [batch, vocabulary]."""
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        rows = [self.weigh(ids[n][mask[n] > 0]) for n in range(ids.size(0))]
        return {"output": torch.stack(rows)}

    def weigh(self, ids: torch.Tensor) -> torch.Tensor:
        """Weights [vocabulary] of one text's tokens [length]."""
        own = ids[: first_of(ids, self.form_feed)]
        line = first_of(own, self.line_end)
        title, body = own[:line], own[line + 1 :]
        body = body[body != self.line_end] - self.offset
        title = torch.cat([self.prefix, title - self.offset])[: self.room]
        windows: list[torch.Tensor] = []
        if body.size(0) == 0:
            if not self.title_windows or line == 0:
                return torch.zeros(self.size, device=ids.device)
            windows.append(torch.cat([self.before, title, self.after]))
        for n in range(self.most_windows):
            part = body[n * self.window : (n + 1) * self.window]
            if part.size(0) > 0:
                windows.append(torch.cat([self.before, title, part, self.after]))
        longest = windows[0].size(0)  # only the last one can be shorter
        batch = torch.full((len(windows), longest), self.pad, dtype=torch.long, device=ids.device)
        mask = torch.zeros_like(batch)
        for n, window in enumerate(windows):
            batch[n, : window.size(0)] = window
            mask[n, : window.size(0)] = 1
        activation = torch.log1p(torch.relu(self._logits(batch, mask).amax(0))) * self.content
        return self._padded(self._largest(activation, self.keep))

    def _largest(self, values: torch.Tensor, keep: int) -> torch.Tensor:
        if keep <= 0 or keep >= self.width:
            return values
        best, at = values.topk(keep)
        return torch.zeros_like(values).scatter(0, at, best)

    def _padded(self, weights: torch.Tensor) -> torch.Tensor:
        return nn.functional.pad(weights, (0, self.size - self.width))

    def _logits(self, batch: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits [windows, vocabulary]."""
        hidden: torch.Tensor = self.body(batch, mask)
        if self.mean:
            pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
            state = nn.functional.normalize(pooled, dim=1)
            return nn.functional.linear(state, self.rows, self.biases)
        each = nn.functional.linear(hidden, self.rows, self.biases)
        return each.masked_fill(mask[:, :, None] == 0, float("-inf")).amax(1)


class _Body(nn.Module):
    """A Hugging Face encoder as a function of two tensors."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden


class _Half(nn.Module):
    """An embedding whose bfloat16 table is widened row by row, so that it is half as large."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(table, requires_grad=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return nn.functional.embedding(ids, self.weight).float()


def traced(body: Any) -> Any:
    """A Hugging Face encoder as TorchScript that computes in float32, for any batch and length.

    The body itself is changed: it gets plain attention and, where that loses nothing, a bfloat16
    table of embeddings.

    Raises:
        StudentError: its trace holds for one length alone.
    """
    body = body.float().eval()
    body.config.return_dict = True
    body.set_attn_implementation("eager")
    embedding = body.get_input_embeddings()
    table = embedding.weight.detach()
    half = table.to(torch.bfloat16)
    if torch.equal(half.float(), table):
        body.set_input_embeddings(_Half(half))
    module = _Body(body).eval()
    with torch.inference_mode(False), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated; and the trace is checked below
        logging.disable(logging.WARNING)  # transformers warns of a loss that nobody asks for
        try:
            trace: Any = torch.jit.trace
            script = trace(module, _example(2, 9), check_trace=False)
        finally:
            logging.disable(logging.NOTSET)
        for windows, length in ((1, 3), (5, 31)):
            example = _example(windows, length)
            if not torch.allclose(module(*example), script(*example), rtol=1e-4, atol=1e-5):
                raise StudentError(
                    f"The body ({type(body).__name__}) can't be traced: its trace gives other "
                    "states for another length. Use a body of the BERT or XLM-RoBERTa family."
                )
    return script


def _example(windows: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids 3, 4, … and a mask whose last row is shorter."""
    ids = (torch.arange(windows * length) % 5 + 3).reshape(windows, length)
    mask = torch.ones_like(ids)
    mask[-1, length - 1 :] = 0
    return ids, mask
