import json

import pytest

from embedviz.checkpoints import save
from embedviz.cli import main
from embedviz.errors import InputError
from embedviz.vectors import build_index, open_index


def test_nearly_all_neighbours_are_found_and_the_recall_says_so(vectors):
    pytest.importorskip("usearch")
    index = build_index(vectors)
    assert 0.9 < index.recall(n_queries=50) <= 1
    best, *_ = index.nearest(vectors["king"], 3)
    assert (best.word, best.rank) == ("king", vectors.id("king") + 1)
    assert best.cosine == pytest.approx(1, abs=1e-4)
    with pytest.raises(InputError, match="at least 1"):
        index.nearest(vectors["king"], 0)


def test_without_usearch_the_remedy_is_named(vectors, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "usearch.index", None)
    with pytest.raises(InputError, match=r"embedviz\[index\]"):
        build_index(vectors)


def test_a_written_index_answers_as_before_and_refuses_other_vectors(tmp_path, vectors):
    pytest.importorskip("usearch")
    path = tmp_path / "some.usearch"
    made = build_index(vectors)
    made.save(path)
    again = open_index(path, vectors)
    assert again.nearest(vectors["king"], 5) == made.nearest(vectors["king"], 5)
    assert "king" not in [one.word for one in again.nearest(vectors["king"], 5, exclude=["king"])]
    assert len(again.nearest(vectors["king"], 5, exclude=["king"])) == 5
    with pytest.raises(InputError, match="indexes other vectors"):
        open_index(path, vectors.with_matrix(vectors.matrix[::-1].copy(), "turned round"))
    with pytest.raises(InputError, match="are 10 of"):
        open_index(path, vectors.top(10))


@pytest.mark.parametrize("n_bytes", [0, 1, 100, -1])
def test_a_damaged_index_is_refused(tmp_path, vectors, n_bytes):
    pytest.importorskip("usearch")
    path = tmp_path / "some.usearch"
    build_index(vectors).save(path)
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(InputError, match="was changed, or built on another machine"):
        open_index(path, vectors)
    path.with_name("some.usearch.json").write_text("[")
    with pytest.raises(InputError, match="embedviz index"):
        open_index(path, vectors)
    with pytest.raises(InputError, match="embedviz index"):
        open_index(tmp_path / "none", vectors)


def test_the_commands_make_an_index_and_ask_it(tmp_path, vectors, capsys):
    pytest.importorskip("usearch")
    model, index = str(tmp_path / "some.npy"), str(tmp_path / "some.usearch")
    save(vectors, model)
    with pytest.raises(SystemExit) as left:
        main(["index", model, "--out", index, "--json"])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out)["recall_at_10"] > 0.9
    with pytest.raises(SystemExit) as left:
        main(["neighbours", model, "king", "--index", index, "--json", "--top", "3"])
    assert left.value.code == 0
    answers = json.loads(capsys.readouterr().out)["answers"]
    exact = vectors.most_similar("king", 3)
    assert [one["word"] for one in answers] == [one.word for one in exact]
    with pytest.raises(SystemExit) as left:
        main(["neighbours", model, "king", "--index", index, "--prefix", "k"])
    assert left.value.code == 2
    assert "--prefix" in capsys.readouterr().err


@pytest.mark.parametrize("key", [b"", b"short"])
def test_a_damaged_key_is_replaced(tmp_path, monkeypatch, vectors, key):
    pytest.importorskip("usearch")
    monkeypatch.setenv("EMBEDVIZ_CACHE", str(tmp_path / "cache"))
    build_index(vectors).save(tmp_path / "a.usearch")
    file = tmp_path / "cache" / "index.key"
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    file.write_bytes(key)
    with pytest.raises(InputError, match="rebuild it"):
        open_index(tmp_path / "a.usearch", vectors)
    assert len(file.read_bytes()) == 32 and file.read_bytes() != before


def test_a_cache_that_cannot_be_written_is_told(tmp_path, monkeypatch, vectors):
    pytest.importorskip("usearch")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMBEDVIZ_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(InputError, match="EMBEDVIZ_CACHE"):
        build_index(vectors).save(tmp_path / "a.usearch")
