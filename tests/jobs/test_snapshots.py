"""How the families form while a model trains."""

from __future__ import annotations

import json

import numpy as np
import pytest
from planted import planted_vectors

from embedviz.checkpoints import extract_vectors, load_vectors, loading
from embedviz.cli.growth import GrowthRecorder
from embedviz.corpora.synthesis import generate_documents
from embedviz.errors import InputError
from embedviz.evaluation import measure_moment
from embedviz.jobs import Watched, read_watched, snapshots, write_watched
from embedviz.relations import FAMILIES, Relation, built_in, measure, offsets
from embedviz.text import UNKNOWN, Vocabulary
from embedviz.training import Progress
from embedviz.vectors import WordVectors

ROYAL = Relation("royal", (("king", "queen"), ("prince", "princess")))


def test_the_figures_are_those_of_a_report(tmp_path, vectors):
    snapshots.record_snapshot(tmp_path, vectors, 0.5, Watched((ROYAL,)))
    (moment,) = snapshots.read_snapshots(tmp_path)
    assert moment.share == 0.5
    assert [family.name for family in moment.families] == [*FAMILIES, "royal"]
    for family in moment.families:
        relation = ROYAL if family.name == "royal" else built_in(family.name)
        report = measure(vectors, relation, n_shuffles=199)
        assert family.n_pairs == report.n_pairs
        assert family.consistency == pytest.approx(report.consistency)
        for name in ("p_value", "hit_rate", "shuffled_consistency"):
            assert getattr(family, name) == getattr(report, name)
        for name in ("consistency_interval", "hit_rate_interval"):
            found, wanted = getattr(family, name), getattr(report, name)
            assert found == (wanted and list(wanted))


def test_the_control_of_the_hits_is_the_nearest_word(vectors):
    relation = built_in(FAMILIES[0])
    known = relation.known_to(vectors)
    hits = [vectors.most_similar(source, 1)[0].word == target for source, target in known.pairs]
    assert measure_moment(vectors, relation).nearest_rate == pytest.approx(np.mean(hits))
    assert measure_moment(vectors, Relation("x", (("zzz", "yyy"),))) is None


def test_the_vectors_of_every_moment_are_a_file_like_any_other(tmp_path, vectors):
    watched = Watched((), ("the", "nowhere"))
    for share in (0.1, 0.2):
        snapshots.record_snapshot(tmp_path, vectors, share, watched)
    for moment in snapshots.read_snapshots(tmp_path):
        found = loading.open_vectors(tmp_path / snapshots.MOMENTS / moment.file)
        assert set(found.words) == watched.all_words & set(vectors.words)
        same = vectors.matrix[vectors.ids(list(found.words))]
        assert np.array_equal(found.matrix, same)


def test_words_of_no_family_have_no_figures(tmp_path):
    strangers = WordVectors(Vocabulary(("zzz", "yyy")), np.eye(2, dtype=np.float32))
    snapshots.record_snapshot(tmp_path, strangers, 0.1, Watched((), ("zzz",)))
    assert snapshots.read_snapshots(tmp_path)[0].families == ()
    with pytest.raises(InputError, match="No pair of the families"):
        snapshots.plane(strangers, Watched().all_relations)


def test_what_a_run_follows_is_read_again(tmp_path):
    watched = Watched((ROYAL, Relation(FAMILIES[0], (("x", "y"),))), ("red",))
    write_watched(tmp_path, watched)
    assert read_watched(tmp_path) == watched
    assert [one.name for one in watched.all_relations] == [*FAMILIES, "royal"]
    assert watched.all_relations[0] == built_in(FAMILIES[0])
    for damaged in ("", "[]", '{"relations": [{"name": 1, "pairs": [[1]]}], "words": []}'):
        (tmp_path / "watched.json").write_text(damaged)
        assert read_watched(tmp_path) == Watched()
    with pytest.raises(InputError, match="2,001 words to follow are more than 2,000"):
        Watched((), tuple(map(str, range(2_001))))


def test_a_run_that_went_back_replaces_what_it_does_again(tmp_path):
    lines = [{"share": share, "families": []} for share in (0.1, 0.2, 0.3, 0.2, 0.4)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / snapshots.FIGURES).write_text(text + 'no JSON\n{"share": 1}\n[]\n{"share"')
    assert [moment.share for moment in snapshots.read_snapshots(tmp_path)] == [0.1, 0.2, 0.4]
    assert snapshots.read_snapshots(tmp_path / "nowhere") == []


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_plane_turns_the_families_the_same_way(seed):
    vectors = planted_vectors(seed=seed)
    plane = snapshots.plane(vectors, Watched().all_relations)
    first, second, _ = (
        plane.axes @ offsets(vectors, built_in(name).known_to(vectors)).mean(axis=0)
        for name in FAMILIES
    )
    assert first[0] > 0 and abs(first[1]) < 1e-4
    assert second[1] > 0
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    assert all(0 < share < 1 for share in plane.explained_variance)


def test_vectors_of_a_model_in_training_are_those_it_is_opened_with(tmp_path, run):
    text = tmp_path / "a.txt"
    text.write_text("\n".join(generate_documents(n_words=20_000)))
    code, _, said = run(
        *("train", text, "--out", tmp_path / "m", "--dims", 8, "--epochs", 1, "--skip", 1e-2),
        *("--growth", tmp_path / "growth", "--metrics", tmp_path / "metrics.jsonl"),
        *("--watch", "verb-ing"),
    )
    assert code == 0, said
    whole = load_vectors(tmp_path / "m")
    first, *_, last = snapshots.read_snapshots(tmp_path / "growth")
    assert (first.share, last.share) == (0, 1)
    assert "verb-ing" in [one.name for one in last.families]
    every = Watched((built_in("verb-ing"),)).all_words
    untrained, found = (
        loading.open_vectors(tmp_path / "growth" / snapshots.MOMENTS / moment.file)
        for moment in (first, last)
    )
    assert set(found.words) == every & set(whole.words) == set(untrained.words)
    assert np.allclose(found.matrix, whole.matrix[whole.ids(list(found.words))], atol=1e-6)
    assert not np.allclose(untrained.matrix, found.matrix, atol=1e-2)
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


def test_moments_are_recorded_when_they_are_due(tmp_path, vectors):
    record = GrowthRecorder(tmp_path, Watched())
    for share in (0.0, 0.004, 0.006, 1.0):
        record._due_at = 0.0  # as if enough time had passed
        record(progress(share, vectors))
    assert [moment.share for moment in snapshots.read_snapshots(tmp_path)] == [0, 0.006, 1]


def test_a_picture_that_cannot_be_written_does_not_end_the_run(tmp_path, vectors, caplog):
    record = GrowthRecorder(tmp_path / "growth", Watched())
    (tmp_path / "growth" / snapshots.MOMENTS).write_text("in the way")
    record(progress(1.0, vectors))
    assert "Training continues." in caplog.text


def test_a_growth_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="choose another --growth folder"):
        GrowthRecorder(tmp_path / "file" / "growth", Watched())


def test_a_text_without_the_families_leaves_no_picture(tmp_path):
    record = GrowthRecorder(tmp_path, Watched())
    for vectors in (None, WordVectors(Vocabulary(("zzz",)), np.ones((1, 2), np.float32))):
        record(progress(1.0, vectors))
    assert not (tmp_path / snapshots.FIGURES).exists()


def test_words_are_followed_only_into_a_folder(tmp_path, run):
    (tmp_path / "a.txt").write_text("a b c")
    code, _, said = run("train", tmp_path / "a.txt", "--out", tmp_path / "m", "--watch", "verb-ing")
    assert code == 2 and "--growth FOLDER" in said


def progress(share: float, vectors: WordVectors | None) -> Progress:
    return Progress(share, 1, 1.0, 1.0, None, lambda words, n_frequent=0: vectors)
