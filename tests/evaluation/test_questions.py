import tracemalloc

import pytest

from embedviz.errors import InputError
from embedviz.evaluation import questions as questions_module
from embedviz.evaluation import read_questions, score_analogies
from embedviz.evaluation.questions import Section
from embedviz.relations import Relation, built_in


def written(folder, text, name="questions.txt"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def asked(sections):
    return [(part.name, *part.pairs[i], *part.pairs[j]) for part in sections for i, j in part.asked]


def test_msr_and_google_are_read_again_each_time(tmp_path):
    msr = read_questions(written(tmp_path, "good better rough rougher\n\na b c d\n", "msr.txt"))
    expected = [("msr", "good", "better", "rough", "rougher"), ("msr", "a", "b", "c", "d")]
    assert asked(msr) == asked(msr) == expected
    google = read_questions(written(tmp_path, ": x\na b c d\n: y\n: z y\ne f g h\n"))
    assert asked(google) == [("x", "a", "b", "c", "d"), ("z y", "e", "f", "g", "h")]


def test_bats_and_csv_ask_for_each_pair_from_each_other(tmp_path):
    folder = written(tmp_path, "cat\tcats\nfish\tfish/fishes/fish's\n", "BATS/I01.txt").parent
    assert asked(read_questions(folder)) == [
        ("I01", "cat", "cats", "fish", "fishes", "fish's"),
        ("I01", "fish", "fishes", "fish's", "cat", "cats"),
    ]
    table = written(tmp_path, "source,target\na,b\nc,d\ne,f\n", "mine.csv")
    assert len(asked(read_questions(table))) == 6


def test_parts_of_a_relation_are_the_whole(monkeypatch):
    relation = built_in("country-capital")
    whole = asked(Section.from_relation(relation))
    assert len(whole) == len(set(whole)) == len(relation.pairs) * (len(relation.pairs) - 1)
    monkeypatch.setattr(questions_module, "_AT_ONCE", 100)
    parts = list(Section.from_relation(relation))
    assert len(parts) > 3
    assert asked(parts) == whole


def test_too_long_a_list_is_refused():
    many = Relation("many", tuple((f"a{i}", f"b{i}") for i in range(3001)))
    with pytest.raises(InputError, match=r"3,001 pairs.*at most 3,000"):
        next(Section.from_relation(many))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b c d\n\xe9".encode("latin-1"), "is not UTF-8"),
        (": x\nman king woman queen\n".encode("utf-16"), "is not UTF-8"),
        (": x\na b c d\n: y\na b\n", "line 4: expected four words"),
        ("", "contains 0 questions"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        tuple(read_questions(written(tmp_path, text)))


def test_memory_does_not_grow_with_the_questions(tmp_path, vectors, monkeypatch):
    monkeypatch.setattr(questions_module, "_AT_ONCE", 1000)
    pairs = [pair for pair in built_in("male-female").pairs if set(pair) <= set(vectors.words)]
    lines = [" ".join((*a, *b)) for a in pairs for b in pairs if a != b]

    def peak(times):
        path = written(tmp_path, ": family\n" + "\n".join(lines * times))
        tracemalloc.start()
        report = score_analogies(vectors, read_questions(path))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.n_questions == len(lines) * times
        return most

    peak(1)
    few = peak(5)
    assert peak(25) < 1.2 * few


def test_parts_make_the_same_report(tmp_path, vectors, monkeypatch):
    pairs = [pair for pair in built_in("male-female").pairs if set(pair) <= set(vectors.words)]
    lines = [" ".join((*a, *b)) for a in pairs for b in pairs if a != b]
    path = written(tmp_path, ": family\n" + "\n".join(lines))
    whole = score_analogies(vectors, read_questions(path))
    monkeypatch.setattr(questions_module, "_AT_ONCE", 37)
    assert len(tuple(read_questions(path))) > 3
    parts = score_analogies(vectors, read_questions(path))
    (a,), (b,) = whole.sections, parts.sections
    assert (a.n_correct, a.n_honest, a.median_rank) == (b.n_correct, b.n_honest, b.median_rank)
    assert a.intervals.accuracy == pytest.approx(b.intervals.accuracy)
