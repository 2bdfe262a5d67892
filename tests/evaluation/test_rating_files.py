import pytest

from embedviz.cli.evaluation import open_sets
from embedviz.errors import InputError
from embedviz.evaluation import read_similarities

PUBLISHED = {
    "SimLex-999": (
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tSD(SimLex)\n"
        "old\tnew\tA\t1.58\t2.72\t2.81\t0.41\nsmart\tbright\tA\t9\t1.75\t2.46\t0.67\n",
        (("old", "new", 1.58), ("smart", "bright", 9.0)),
    ),
    "WordSim-353 with relations": (
        "i\ttiger\ttiger\t10.00\nu\tplane\tcar\t5.77\n",
        (("tiger", "tiger", 10.0), ("plane", "car", 5.77)),
    ),
    "a part of speech in full": (
        "a\tthe\tnoun\t5\nold\tnew\tadj\t1.5\n",
        (("a", "the", 5.0), ("old", "new", 1.5)),
    ),
    "SimVerb": (
        "take\tremove\tV\t6.81\tSYNONYMS\nfeed\tstarve\tV\t1.49\tANTONYMS\n",
        (("take", "remove", 6.81), ("feed", "starve", 1.49)),
    ),
    "Rare Words": (
        "squishing\tsquirt\t5.88\t6\t7\nundated\tundatable\t5.83\t10\t9\n",
        (("squishing", "squirt", 5.88), ("undated", "undatable", 5.83)),
    ),
    "WordSim set 1": (
        "Word 1,Word 2,Human (mean),1,2,3\nlove,sex,6.77,9,6,8\ntiger,cat,7.35,9,7,8\n",
        (("love", "sex", 6.77), ("tiger", "cat", 7.35)),
    ),
    "MEN": ("sun sunlight 50.000000\ncar automobile 49\n", None),
    "semicolons": ("gem;jewel;3.94\ncord;smile;0.02\n", (("gem", "jewel", 3.94), None)),
    "decimal commas": ("Wort1;Wort2;Wert\ngem;jewel;3,94\ncord;smile;0,02\n", None),
    "decimal commas and tabs": ("word1\tword2\tscore\ntiger\tcat\t7,35\n", None),
    "a quoted decimal comma": ('tiger,cat,"7,35"\n', (("tiger", "cat", 7.35),)),
    "R's write.csv": (
        '"","word1","word2","similarity"\n"1","tiger","cat",7.35\n"2","a, b","c",1\n',
        (("tiger", "cat", 7.35), ("a, b", "c", 1.0)),
    ),
    "R's write.table": (
        '"word1" "word2" "similarity"\n"1" "tiger" "big cat" 7.35\n',
        (("tiger", "big cat", 7.35),),
    ),
    "quotes and tabs": ('"tiger"\t"cat"\t"7.35"\n', (("tiger", "cat", 7.35),)),
    "Multi-SimLex": ("ID,Word 1,Word 2,Average\n1,car,bike,3.1\n", (("car", "bike", 3.1),)),
    "mean after raters": ("a,b,r1,r2,mean\nx,y,1,5,3\n", (("x", "y", 3.0),)),
    "numbers as words": ("1990\t1991\t7\n", (("1990", "1991", 7.0),)),
    "comments and hashtags": (
        "# rated\n// by hand\n#comment\n#tag\t#other\t3\n",
        (("#tag", "#other", 3.0),),
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_ratings_are_read_as_they_are_published(tmp_path, name):
    text, expected = PUBLISHED[name]
    path = tmp_path / "ratings.csv"
    path.write_text(text, encoding="utf-8")
    (found,) = open_sets([path]).values()
    assert found == read_similarities(path)
    if expected and expected[-1] is not None:
        assert found == expected
    ends = {
        "MEN": 49.0,
        "semicolons": 0.02,
        "decimal commas": 0.02,
        "decimal commas and tabs": 7.35,
    }
    assert found[-1][2] == ends.get(name, found[-1][2])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b,one,two\nx,y,1,5\n", r"unclear which column is the rating \(one, two\)"),
        ("a;b;1,5\nc;d;1.5\n", "line 2: ratings have decimal points above and a decimal comma"),
        ("a\tb\t1.5\nc\td\tmany\n", "line 2: expected two words"),
        ("a\tb\tV\t1.5\nc\td\t1.5\tV\n", "line 2: expected two words"),
        ("h1,h2,h3\nh1,h2,h3\n", "line 2: expected two words"),
        ("a,b,nan\n", "contains 0 pairs"),
        ('"a,b,1\n', "line 1: expected two words"),
        ("\u00a0", "contains 0 pairs"),
    ],
)
def test_doubtful_ratings_are_refused(tmp_path, text, says):
    path = tmp_path / "r.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_similarities(path)


@pytest.mark.parametrize(
    "text",
    [
        "source,target,count\nfrance,paris,3\n",
        "source\ttarget\trelation\tn\nfrance\tparis\tcapital\t3\n",
        "one\t1\ttwo\t2\nthree\t3\tfour\t4\n",
        "1990\t1991\t1992\t1993\n",
        ": years\n1990 1991 1992 1993\n",
        "// copyright\n# comment\n: family\n// here too\nman king woman queen\n",
        '"man" "king" "woman" "queen"\n',
        "one\t1\ntwo\t2\n",
    ],
)
def test_pairs_and_questions_are_not_taken_for_ratings(tmp_path, text):
    path = tmp_path / "questions.txt"
    path.write_text(text)
    (found,) = open_sets([path]).values()
    words = {word for section in found for pair in section.pairs for word in pair}
    assert words and not any(set(word) & set('"#/') for word in words)


def test_quotes_of_pairs_are_no_part_of_words(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text('# pairs\n"new york"\t"usa"\n"oslo"\t"norway"\n')
    (found,) = open_sets([path]).values()
    (section,) = found
    assert section.pairs == (("new york", "usa"), ("oslo", "norway"))
