"""How the families form while a model trains."""

from __future__ import annotations

import json

import numpy as np
import pytest
from planted import planted_vectors

from embedviz.checkpoints import extract_vectors, load_vectors, loading
from embedviz.cli import progress
from embedviz.corpora.synthesis import generate
from embedviz.errors import InputError
from embedviz.jobs import snapshots
from embedviz.relations import FAMILIES, measure, offsets
from embedviz.text import UNKNOWN, Vocabulary
from embedviz.training import Progress
from embedviz.vectors import WordVectors


def test_the_figures_are_those_of_a_report(tmp_path, vectors):
    snapshots.record_snapshot(tmp_path, vectors, 0.5)
    (moment,) = snapshots.read_snapshots(tmp_path)
    assert moment.share == 0.5
    assert [family.name for family in moment.families] == list(FAMILIES)
    for family, relation in zip(moment.families, snapshots.known_families(vectors), strict=True):
        report = measure(vectors, relation, n_shuffles=snapshots.N_SHUFFLES)
        assert family.n_pairs == report.n_pairs
        assert family.consistency == pytest.approx(report.consistency)
        assert family.p_value == report.p_value


def test_the_vectors_are_a_file_like_any_other(tmp_path, vectors):
    few = WordVectors(Vocabulary(vectors.words[:50]), vectors.matrix[:50].copy())
    snapshots.record_snapshot(tmp_path, vectors, 0.1)
    snapshots.record_snapshot(tmp_path, few, 0.2)
    assert loading.open_vectors(tmp_path / snapshots.VECTORS).words == few.words
    assert len(snapshots.read_snapshots(tmp_path)) == 2


def test_words_of_no_family_have_no_figures(tmp_path):
    strangers = WordVectors(Vocabulary(("zzz", "yyy")), np.eye(2, dtype=np.float32))
    snapshots.record_snapshot(tmp_path, strangers, 0.1)
    assert snapshots.read_snapshots(tmp_path)[0].families == ()
    with pytest.raises(InputError, match="No pair of the families"):
        snapshots.plane(strangers)


def test_a_run_that_went_back_replaces_what_it_does_again(tmp_path):
    lines = [{"share": share, "families": []} for share in (0.1, 0.2, 0.3, 0.2, 0.4)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / snapshots.FIGURES).write_text(text + 'no JSON\n{"share": 1}\n[]\n{"share"')
    assert [moment.share for moment in snapshots.read_snapshots(tmp_path)] == [0.1, 0.2, 0.4]
    assert snapshots.read_snapshots(tmp_path / "nowhere") == []


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_plane_turns_the_families_the_same_way(seed):
    vectors = planted_vectors(seed=seed)
    plane = snapshots.plane(vectors)
    first, second, _ = (
        plane.axes @ offsets(vectors, family).mean(axis=0)
        for family in snapshots.known_families(vectors)
    )
    assert first[0] > 0 and abs(first[1]) < 1e-4
    assert second[1] > 0
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    assert all(0 < share < 1 for share in plane.explained_variance)


def test_vectors_of_a_model_in_training_are_those_it_is_opened_with(tmp_path, run):
    text = tmp_path / "a.txt"
    text.write_text("\n".join(generate(n_words=20_000)))
    code, _, said = run(
        *("train", text, "--out", tmp_path / "m", "--dims", 8, "--epochs", 1, "--skip", 1e-2),
        *("--growth", tmp_path / "growth", "--metrics", tmp_path / "metrics.jsonl"),
    )
    assert code == 0, said
    whole = load_vectors(tmp_path / "m")
    last = loading.open_vectors(tmp_path / "growth" / snapshots.VECTORS)
    assert set(last.words) == snapshots.family_words() & set(whole.words)
    assert np.allclose(last.matrix, whole.matrix[whole.ids(list(last.words))], atol=1e-6)
    assert snapshots.read_snapshots(tmp_path / "growth")[-1].share == 1
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines[-1]["share"] == 1 and lines[-1]["cost"] > 0


def test_some_words_of_a_model():
    vocabulary = Vocabulary((UNKNOWN, "a", "b", "c"))
    embedding = np.array([[9, 9], [1, 0], [0, 1], [2, 2]], dtype=np.float32)
    found = extract_vectors(vocabulary, embedding, ["c", "a", "zebra", UNKNOWN])
    assert found.words == ("a", "c")
    assert np.allclose(found.matrix, [[0, -1], [1, 1]])
    embedding[:] = 0
    assert np.allclose(found.matrix, [[0, -1], [1, 1]])
    assert extract_vectors(vocabulary, embedding, ["zebra"]) is None


def test_a_picture_that_cannot_be_written_does_not_end_the_run(tmp_path, vectors, caplog):
    write = progress._record_families(tmp_path / "growth")
    (tmp_path / "growth" / snapshots.VECTORS).mkdir()
    write(Progress(1.0, 1, 1.0, 1.0, None, lambda words: vectors))
    assert "Training continues." in caplog.text


def test_a_growth_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="choose another --growth folder"):
        progress._record_families(tmp_path / "file" / "growth")


def test_a_text_without_the_families_leaves_no_picture(tmp_path):
    progress._record_families(tmp_path)(Progress(1.0, 1, 1.0, 1.0, None, lambda words: None))
    assert list(tmp_path.iterdir()) == []
