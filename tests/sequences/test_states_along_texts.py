"""States along texts: of a language model over a corpus, and of an encoder word by word."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="a recurrent net reads")

from embedviz.errors import InputError
from embedviz.models import load_model
from embedviz.sequences import (
    decode_texts,
    encode_texts,
    find_words,
    open_sequence_model,
    read_text,
    read_with_encoder,
    record_states,
)
from embedviz.states import parse_lines, parse_table

TEXTS = ("the queen lives in spain", "a zebrafish", "paris is the capital of france today")


def test_a_corpus_is_read_as_each_text_alone(language_model):
    trained = load_model(language_model)
    recorded = record_states(trained, parse_lines("\n".join(TEXTS), trained.tokenizer.tokens))
    assert recorded.text.n_texts == 3
    for number, text in enumerate(TEXTS):
        wanted = read_text(trained, text)
        one = recorded.of_text(number)
        assert one.text.words == wanted.words
        assert np.allclose(one.states, wanted.states, atol=1e-5)


def test_words_of_a_table_are_looked_up_as_the_tokenizer_writes_them(language_model):
    trained = load_model(language_model)
    table = parse_table("word\tpos\nThe\tDET\nqueen\tNOUN\nlives\tVERB\n")
    assert np.allclose(
        record_states(trained, table).states,
        read_text(trained, "the queen lives").states,
        atol=1e-5,
    )


@pytest.mark.parametrize("name", ["phrases", "reverse-dictionary"])
def test_an_encoder_reads_each_beginning_as_if_it_were_all(name):
    model = open_sequence_model(name)
    found = read_with_encoder(model, "xyzzy the king likes tea")
    assert found.words == ("xyzzy", "the", "king", "likes", "tea")
    assert found.is_known == (False, True, True, True, True)
    assert not found.summaries[0].any() and found.meanings[0] == ""
    for n in range(2, 6):
        begin = " ".join(found.words[:n])
        assert np.allclose(found.summaries[n - 1], encode_texts(model, [begin])[0], atol=1e-5)
        if model.shape == "seq-vec":
            answers = find_words(model, begin, 3).with_own
            assert found.meanings[n - 1] == ", ".join(one.word for one in answers)
        else:
            ((text,),) = decode_texts(model, [begin])
            assert found.meanings[n - 1] == text.text
    for gate in found.gates.values():
        assert gate.shape == found.states.shape and ((gate >= 0) & (gate <= 1)).all()
    # the forward states do not know what follows
    shorter = read_with_encoder(model, "xyzzy the king")
    assert np.allclose(found.states[:3], shorter.states, atol=1e-6)


@pytest.mark.parametrize("name", ["phrases", "reverse-dictionary"])
def test_an_encoder_reads_a_corpus_as_each_text_alone(name):
    model = open_sequence_model(name)
    recorded = record_states(model, parse_lines("\n".join(TEXTS), model.tokenizer.tokens))
    for number, text in enumerate(TEXTS[::2]):
        wanted = read_with_encoder(model, text).states
        assert np.allclose(recorded.of_text(2 * number).states, wanted, atol=1e-5)


def test_a_text_without_a_known_word_is_refused():
    with pytest.raises(InputError, match="knows no word"):
        read_with_encoder(open_sequence_model("phrases"), "xyzzy plugh")
