import numpy as np
import pytest
from scipy.sparse import csr_matrix

from malmoi.encoder.heads import fit_words, head_from_queries, head_from_words, script_of


def test_the_initial_head_gives_standardised_similarities():
    random = np.random.default_rng(3)
    words = random.normal(size=(5, 8)).astype(np.float32)
    states = random.normal(size=(50, 8)).astype(np.float32)
    rows, biases = head_from_words(words, states, slope=0.5, threshold=1.5)
    similar = words @ states.T
    z = (similar - similar.mean(1, keepdims=True)) / similar.std(1, keepdims=True)
    np.testing.assert_allclose(rows @ states.T + biases[:, None], 0.5 * (z - 1.5), atol=1e-4)


@pytest.mark.parametrize("windows", [2, 3, 4, 5, 6, 50])
def test_words_can_be_active_however_few_windows_there_are(windows):
    random = np.random.default_rng(windows)
    words = random.normal(size=(200, 8)).astype(np.float32)
    states = random.normal(size=(windows, 8)).astype(np.float32)
    rows, biases = head_from_words(words, states, slope=0.15, threshold=2.3)
    assert ((rows @ states.T + biases[:, None]) > 0).any(1).sum() > 5


@pytest.fixture
def toy():
    """Words, windows' states, and queries whose vectors are sums of hidden vectors of words."""
    random = np.random.default_rng(7)
    hidden = random.normal(size=(30, 8)).astype(np.float32)
    words = hidden + random.normal(size=hidden.shape).astype(np.float32)
    states = random.normal(size=(40, 8)).astype(np.float32)
    queries = (random.random((200, 30)) < 0.15) * random.uniform(1, 3, (200, 30))
    queries /= np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), 1e-9)
    return words, states, csr_matrix(queries.astype(np.float32)), queries @ hidden, hidden


def test_words_move_to_where_their_sums_are_the_queries(toy):
    words, _, queries, vectors, hidden = toy
    begun, fitted = (
        np.corrcoef(words.ravel(), hidden.ravel())[0, 1],
        fit_words(words, queries, vectors),
    )
    assert np.corrcoef(fitted.ravel(), hidden.ravel())[0, 1] > begun + 0.1
    before = np.square(queries @ words - vectors).sum()
    assert np.square(queries @ fitted - vectors).sum() < before / 4


def test_a_word_of_no_query_stays_what_it_was_but_for_the_scale(toy):
    words, _, queries, vectors, _ = toy
    queries = queries.tolil()
    queries[:, 4] = 0
    fitted = fit_words(words, csr_matrix(queries), vectors)
    ratio = fitted[4] / words[4]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


def test_a_querys_logits_add_up_to_its_standardised_similarity(toy):
    words, states, queries, vectors, _ = toy
    rows, biases = head_from_queries(words, states, queries, vectors, slope=0.5)
    scores = queries @ (rows @ states.T + biases[:, None])
    scores = scores[queries.getnnz(1) > 0]
    np.testing.assert_allclose(scores.mean(1), 0, atol=1e-4)
    np.testing.assert_allclose(scores.std(1).mean(), 0.5, rtol=1e-3)


def test_without_queries_the_words_own_embeddings_are_taken(toy):
    words, states, *_ = toy
    none = csr_matrix((0, len(words)), dtype=np.float32)
    rows, biases = head_from_queries(words, states, none, np.zeros((0, 8), np.float32), 0.5)
    logits = rows @ states.T + biases[:, None]
    centred = (words - words.mean(0)) @ (states - states.mean(0)).T
    np.testing.assert_allclose(logits / logits.std(), centred / centred.std(), atol=1e-3)


def test_a_scripts_own_direction_is_taken_off_its_words(toy):
    words, states, queries, vectors, _ = toy
    moved = words.copy()
    moved[:10] += 5
    scripts = ["latin"] * 10 + ["hangul"] * 20
    plain = head_from_queries(words, states, queries, vectors, 0.5, scripts)
    for ours, theirs in zip(
        plain, head_from_queries(moved, states, queries, vectors, 0.5, scripts), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_a_word_that_no_document_has_follows_the_others(toy):
    """The sentences turn every word by the same angle; one that they lack is turned with them."""
    words, states, queries, _, _ = toy
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(8, 8)))[0]
    queries = queries.tolil()
    queries[:, 4] = 0
    queries = csr_matrix(queries)
    vectors = queries @ (words @ turn)
    foreign = np.arange(len(words)) == 4
    likeness = []
    for which in (None, foreign):
        rows, _ = head_from_queries(words, states, queries, vectors, 0.5, foreign=which)
        wanted = (words - words.mean(0))[4] @ turn
        likeness.append(rows[4] @ wanted / np.linalg.norm(rows[4]) / np.linalg.norm(wanted))
    assert likeness[1] > 0.9 > likeness[0]


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("표", "hangul"),
        ("\u1111\u116d", "hangul"),
        ("ㅋㅋ", "hangul"),
        ("table", "latin"),
        ("été", "latin"),
        ("3", "other"),
        ("表", "other"),
        ("", "other"),
    ],
)
def test_scripts(word, script):
    assert script_of(word) == script
