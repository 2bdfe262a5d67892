"""Training on generated programs: in the order of the curriculum, resumed bitwise, and in use."""

import io
import json
import sys
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from embedviz.checkpoints import checkpoint
from embedviz.corpora import (
    EXAMPLE_PROGRAMS,
    ProgramPairs,
    draw_program,
    parse_program,
    run_program,
)
from embedviz.errors import InputError
from embedviz.models import Pairs, log_likelihood
from embedviz.sequences import execute_programs, execution, open_sequence_model
from embedviz.settings import EXECUTION, ProgramConfig
from embedviz.text import CHARACTER_PAIRS, encode_pairs, order_batches
from embedviz.training import Callbacks, train_sequence_model

PROGRAMS = ProgramConfig(length=3, nesting=2, n_programs=600)
SMALL = replace(
    EXECUTION, n_dims=8, n_states=16, n_summary=8, n_target_dims=8, n_maxout=8, n_out=8, n_pairs=32
)


def train(out, programs=PROGRAMS, *, stop_after=None, resume=False, **changed):
    asked = 0

    def stop():
        nonlocal asked
        asked += 1
        return asked == stop_after

    return train_sequence_model(
        ProgramPairs(programs, 0),
        out,
        pair_config=CHARACTER_PAIRS,
        config=replace(SMALL, **changed),
        callbacks=Callbacks(stop=stop),
        resume=resume,
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Folders of models with a trace, and with the answer alone."""
    made = tmp_path_factory.mktemp("programs")
    train(made / "trace")
    train(
        made / "answer",
        replace(PROGRAMS, writes="answer", reads="doubled", n_programs=800, length=2, nesting=1),
        n_heads=0,
        self_attention=False,
        cell="lstm",
    )
    return made


@pytest.fixture(autouse=True)
def _short_traces(monkeypatch):
    """Cut what such small models write: they seldom come to an end."""
    monkeypatch.setattr(execution, "_MOST_CHARACTERS", 60)


def test_a_stopped_run_goes_on_bitwise(trained, tmp_path):
    part = train(tmp_path / "m", stop_after=7)
    assert not part["finished"]
    rest = train(tmp_path / "m", resume=True)
    assert rest["finished"]
    whole, resumed = (checkpoint.load(path).tensors for path in (trained / "trace", tmp_path / "m"))
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)
    with pytest.raises(InputError, match="started with nesting=2, not 1"):
        train(tmp_path / "m2", stop_after=3)
        train(tmp_path / "m2", replace(PROGRAMS, nesting=1), resume=True)


def test_programs_are_trained_on_in_the_order_of_the_curriculum(tmp_path):
    config = replace(PROGRAMS, curriculum="naive", n_programs=3_000)
    corpus = encode_pairs(ProgramPairs(config), CHARACTER_PAIRS, tmp_path)
    batches = order_batches(corpus, corpus.train, n_pairs=4, seed=(0,))
    assert sorted(np.concatenate(batches)) == corpus.train.tolist()
    places = np.array([rows.mean() for rows in batches])
    assert np.corrcoef(places, np.arange(len(places)))[0, 1] > 0.95
    assert not (np.diff(places) > 0).all()  # but not sorted
    again = order_batches(corpus, corpus.train, n_pairs=4, seed=(1,))
    assert [rows.tolist() for rows in again] != [rows.tolist() for rows in batches]


def test_a_program_is_on_one_side_of_the_split_and_an_answer_on_both(tmp_path):
    config = replace(PROGRAMS, writes="answer", length=1, nesting=1, n_programs=4_000)
    corpus = encode_pairs(ProgramPairs(config), CHARACTER_PAIRS, tmp_path)
    assert len(corpus.held_out) > 10

    def texts(side, rows):
        return {tuple(side.ids[side.ends[i] : side.ends[i + 1]]) for i in rows}

    assert not texts(corpus.source, corpus.train) & texts(corpus.source, corpus.held_out)
    assert texts(corpus.target, corpus.train) & texts(corpus.target, corpus.held_out)


def test_a_model_writes_its_likeliest_characters(trained):
    model = open_sequence_model(trained / "trace")
    programs = [draw_program(Random(i), 3, 2, held_out=True)[0] for i in range(5)]
    found = execute_programs(model, programs)
    for program, one in zip(programs, found, strict=True):
        assert one.program == program.text
        assert (one.truth, one.true_trace) == (
            run_program(program).value,
            run_program(program).trace,
        )
        assert one.is_right == (one.answer == one.truth)
        n = one.n_alike
        assert one.trace[:n] == one.true_trace[:n]
        assert n == len(one.true_trace) or one.trace[n : n + 1] != one.true_trace[n : n + 1]
        assert len(one.probabilities) == len(one.trace) + 1
        batch = model.batch([model.source_ids(one.program)], [model.target_ids(one.trace)])
        expected = log_likelihood(model.net, Pairs.of(batch, model.net.decoder.bias.device))
        assert np.log(one.probabilities).sum() == pytest.approx(float(expected[0]), rel=1e-4)
        n_read, n_written = len(one.program), len(one.trace) + 1
        assert one.attention.shape == (2, n_written, n_read)
        assert one.own_attention.shape == (2, n_written, n_written)
        # the first state, which read the begin of the text, has the rest
        whole = one.attention.sum(2) + one.own_attention.sum(2)
        assert (whole <= 1 + 1e-5).all() and (whole > 0).all()
        assert not np.triu(one.own_attention).any()


def test_the_order_of_programs_does_not_matter(trained):
    model = open_sequence_model(trained / "trace")
    programs = [parse_program(text) for text in EXAMPLE_PROGRAMS.values()]
    for one, other in zip(
        execute_programs(model, programs),
        execute_programs(model, programs[::-1])[::-1],
        strict=True,
    ):
        assert (one.program, one.trace) == (other.program, other.trace)


def test_a_model_that_writes_answers_reads_programs_as_it_was_trained(trained):
    model = open_sequence_model(trained / "answer")
    (one,) = execute_programs(model, [parse_program("print(5+3)")])
    assert one.true_trace == "8" and one.attention is None
    assert one.answer is None or str(one.answer) == one.trace


def test_other_models_and_characters_are_refused(trained):
    with pytest.raises(InputError, match="not trained on programs"):
        execute_programs(open_sequence_model("phrases"), [parse_program("print(5)")])
    few = open_sequence_model(trained / "trace")
    words = tuple(word for word in few.source.words if word != "7")
    few = replace(few, source=replace(few.source, words=words, counts=None))
    with pytest.raises(InputError, match="without '7'"):
        execute_programs(few, [parse_program("print(7)")])


def test_the_command_says_where_a_trace_parts_from_the_true_one(
    trained, run, monkeypatch, tmp_path
):
    code, printed, _ = run("execute", "lecture-if", "--model", trained / "trace")
    assert code == 0
    assert "the truth is 12184" in printed and "parts from the true one" in printed
    (tmp_path / "p.py").write_text("total = 3 + 4  # a sum\nprint(total)\n")
    code, printed, _ = run("execute", tmp_path / "p.py", "--model", trained / "trace", "--json")
    document = json.loads(printed)
    assert document["program"] == "t=(3+4)\nprint(t)"
    assert document["truth"] == 7 and document["true_trace"] == "tA+##3470,,,=tA7"
    assert document["right"] == (document["answer"] == 7)
    assert len(document["probabilities"]) == len(document["trace"]) + 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("print(2*3)"))
    code, printed, _ = run("execute", "-", "--model", trained / "answer", "--probabilities")
    assert code == 0 and "print((2*3))" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "lecture-loop or lecture-if"),
        (["lecture-if", "--model", "phrases"], "not trained on programs"),
        (["lecture-if", "--model", "english"], "seq-seq"),
    ],
)
def test_what_execute_cannot_use(run, arguments, message):
    code, _, errors = run("execute", *arguments)
    assert code == 2
    assert message in " ".join(errors.split())


def test_files_that_execute_cannot_read(run, tmp_path):
    (tmp_path / "p.py").write_bytes(b"print(\xff)")
    (tmp_path / "q.py").write_text("a=1\nprint(a**2)")
    for name, message in (("p.py", "UTF-8"), ("q.py", "line 2, column 7")):
        code, _, errors = run("execute", tmp_path / name)
        assert code == 2 and message in " ".join(errors.split())


def test_train_programs_has_options_of_its_own(run, tmp_path):
    code, printed, _ = run("train", "programs", "--help")
    assert code == 0
    assert "--curriculum" in printed and "--frozen" not in printed
    code, _, errors = run("train", "programs", "--shape", "seq-vec", "--out", tmp_path / "m")
    assert code == 2 and "the shape is seq-seq" in " ".join(errors.split())
    code, _, errors = run("train", "programs", "--out", tmp_path / "m", "--length", 9)
    assert code == 2 and "--length=9 must be" in " ".join(errors.split())


def test_what_a_model_learnt_is_drawn_beside_its_control(trained, run, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "p.png"
    code, printed, errors = run("figure", trained / "trace", "--out", picture, "--json")
    assert code == 0, errors
    rows = json.loads(printed)["digits"]
    assert {(row["model"], row["side"]) for row in rows} == {
        (model, side)
        for model in ("model", "untrained")
        for side in ("digits as read", "digits as written")
    }
    assert all(-1 <= row["rank_correlation"] <= 1 for row in rows)
    assert picture.read_bytes().startswith(b"\x89PNG")
    code, _, errors = run("figure", trained / "trace", "--out", picture, "--plane", "pca")
    assert code == 2 and "omit it" in errors
    code, _, errors = run("figure", trained / "answer", "--out", tmp_path / "q.png", "--dark")
    assert code == 0, errors  # without attention
