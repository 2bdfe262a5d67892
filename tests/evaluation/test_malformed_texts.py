"""Texts, ratings and questions that cannot be read: each is told of in one sentence."""

import re

import pytest
from malformed_texts import HEADER, QUESTIONS, RATINGS, SIMLEX, TEXTS

from embedviz.errors import InputError
from embedviz.evaluation import QuestionSet, read_similarities
from embedviz.text import TextLayout, read_blocks


def check_refused(says, action):
    with pytest.raises(InputError) as caught:
        action()
    sentence = caught.value.in_options
    assert " --" not in str(caught.value) or "not " in sentence
    assert re.search(says, sentence), sentence
    assert "\n" not in sentence and sentence.endswith(".") and len(sentence) < 600
    sentence.encode()  # no halves of characters, which cannot be shown


@pytest.mark.parametrize("case", TEXTS)
def test_a_malformed_text_is_one_sentence(tmp_path, case):
    content, layout, says = TEXTS[case]
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    check_refused(says, lambda: list(read_blocks([path], layout=layout)))


@pytest.mark.parametrize("case", RATINGS)
def test_malformed_ratings_are_one_sentence(tmp_path, case):
    text, says = RATINGS[case]
    path = tmp_path / "ratings.txt"
    path.write_text(text)
    check_refused(says, lambda: read_similarities(path))


@pytest.mark.parametrize("case", QUESTIONS)
@pytest.mark.parametrize("ending", [".txt", ".csv"])
def test_malformed_questions_are_one_sentence(tmp_path, case, ending):
    text, says = QUESTIONS[case]
    path = tmp_path / f"questions{ending}"
    path.write_text(text)
    check_refused(says, lambda: list(QuestionSet(path)))


def test_what_was_damaged_is_read_when_it_is_whole(tmp_path):
    path = tmp_path / "a"
    path.write_text(SIMLEX + "smart\tbright\tA\t9.2\n")  # what follows the rating may be absent
    assert read_similarities(path) == (("old", "new", 1.58), ("smart", "bright", 9.2))
    path.write_text("a,b,mean,n\ngem,jewel,3,94\n")
    assert read_similarities(path) == (("gem", "jewel", 3.0),)
    path.write_text(HEADER.replace("POS\t", "") + "old\tnew\t1.58\t2.72\t2.81\t2\t7.25\t1\t0.41\n")
    assert read_similarities(path) == (("old", "new", 1.58),)
    path.write_bytes("caf\xe9 \xfcber\n".encode("cp1252") * 9)
    assert next(read_blocks([path], layout=TextLayout("cp1252"))).startswith("café über\n")
