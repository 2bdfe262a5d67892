import csv
import logging
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.relations import (
    Relation,
    as_csv,
    built_in,
    built_in_names,
    pair_files,
    parse_pairs,
    read_relations,
)


@pytest.fixture
def written(tmp_path):
    def write(text, name="mine.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_relations_survive_a_round_trip_as_csv(written, name):
    relation = built_in(name)
    assert read_relations(written(as_csv([relation]), f"{name}.csv")) == (relation,)


word = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1)
pairs = st.lists(st.tuples(word, word).filter(lambda pair: pair[0] != pair[1]), min_size=1)


@given(several=st.dictionaries(word, pairs, min_size=2, max_size=3))
def test_any_relations_survive_a_round_trip_as_csv(tmp_path_factory, several):
    path = tmp_path_factory.mktemp("pairs") / "mine.csv"
    relations = [Relation(name, tuple(dict.fromkeys(rows))) for name, rows in several.items()]
    text = as_csv(relations)
    path.write_text(text, encoding="utf-8")
    assert list(read_relations(path)) == relations
    assert not any(cell[0] in "=+-@" for row in csv.reader(text.split("\n")) for cell in row)


def test_a_column_makes_several_relations(written):
    text = (
        '\ufeff"Target",note,Relation,source\nqueen,,royal,king\nran,,,run\nwife,,royal,husband\n'
    )
    royal, rest = read_relations(written(text, "mine.txt"))
    assert royal == Relation("royal", (("king", "queen"), ("husband", "wife")))
    assert rest == Relation("mine", (("run", "ran"),))


def test_bad_lines_are_named_by_number_and_left_out(written, caplog):
    path = written("\nnote,Source,target\n,king,queen\n,only\n\n,same,same\n,man,woman\n")
    with caplog.at_level(logging.WARNING):
        (relation,) = read_relations(path)
    assert relation.pairs == (("king", "queen"), ("man", "woman"))
    assert [message.split(":")[0][-6:] for message in caplog.messages] == ["line 4", "line 6"]


def test_many_bad_lines_are_counted(written, caplog):
    with caplog.at_level(logging.WARNING):
        read_relations(written("source,target\n" + "x\n" * 15 + "a,b\n"))
    assert len(caplog.messages) == 11
    assert caplog.messages[-1].endswith("5 more lines without a pair; ignored")


def test_googles_questions_give_a_relation_a_section(written, caplog):
    text = (
        ": capitals\nAthens Greece Oslo Norway\nAthens Greece Rome Italy\nOslo Norway Rome Italy\n"
        "too few\n: gram8-plural\ncat cats dog dogs\n"
    )
    with caplog.at_level(logging.WARNING):
        found = read_relations(written(text, "questions-words.txt"))
    assert found == (
        Relation("capitals", (("Athens", "Greece"), ("Oslo", "Norway"), ("Rome", "Italy"))),
        Relation("gram8-plural", (("cat", "cats"), ("dog", "dogs"))),
    )
    assert [message.split(":")[0][-6:] for message in caplog.messages] == ["line 5"]


@pytest.mark.parametrize("gap", [" ", "\t"])
def test_msr_questions_give_a_relation_a_group_of_linked_pairs(written, gap):
    lines = (
        "good better rough rougher",
        "city city's bank bank's",
        "big bigger long longer",
        "same same long longer",
        "better good rougher rough",
        "long longer rough rougher",
    )
    text = "\n".join(line.replace(" ", gap) for line in lines)
    good, city, better = read_relations(written(text, "msr.txt"))
    assert good.name == "msr: good better"
    assert good.pairs == (
        ("good", "better"),
        ("rough", "rougher"),
        ("big", "bigger"),
        ("long", "longer"),
    )
    assert city.pairs == (("city", "city's"), ("bank", "bank's"))
    assert better.pairs == (("better", "good"), ("rougher", "rough"))


def test_a_bats_folder_gives_a_relation_a_file_and_several_right_targets(written, caplog):
    written("cat\tcats\nfish\tfish/fishes\nbox\n", "BATS/1_Inflection/I01 [noun - plural].txt")
    folder = written("athens greece\n", "BATS/3_Facts/E01 [country - capital].txt").parent.parent
    written("What this is, in words.\n", "BATS/README.txt")
    written("cat\tcats\n", "BATS/.hidden.txt")
    with caplog.at_level(logging.WARNING):
        plural, capital = read_relations(folder)
    assert plural.name == "I01 [noun - plural]"
    assert plural.pairs == (("cat", "cats"), ("fish", "fishes"))
    assert capital == Relation("E01 [country - capital]", (("athens", "greece"),))
    assert "README.txt" in caplog.text
    assert "line 3: no pair" in caplog.text
    (one,) = read_relations(written("sofa\tcouch/settee/divan\n", "L07 [synonyms].txt"))
    assert one.targets == (("couch", "settee", "divan"),)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "mine.csv", "is empty: give a CSV file with the header source,target"),
        (b"\n \n", "mine.txt", "is empty"),
        (b"king,queen\n", "mine.csv", "line 1: expected the header source,target, found 'king,"),
        (b"king, queen\n", "mine.csv", "line 1: expected the header"),
        (b"source,target\n", "mine.csv", "contains 0 pairs"),
        (b": only\n: sections\n", "mine.txt", "contains 0 pairs"),
        (b"a a a a\n", "mine.txt", "contains 0 pairs"),
        (b"three words here\n", "mine.txt", "line 1: 'three words here' is no pair list"),
        (b"source,target\ncaf\xe9,x\n", "mine.csv", "is not UTF-8.*save the file as UTF-8"),
        ("source,target\na,b\n".encode("utf-16"), "mine.csv", "is not UTF-8"),
        (b"source,target\n" + b"x" * 200_000, "mine.csv", "line 2 has 100,000 characters or more"),
        (b'source,target\n"' + b"x,\n" * 90_000, "mine.csv", "field larger than field limit"),
        (None, "mine.csv", "does not exist"),
        (None, "x" * 300 + ".csv", "cannot be read|does not exist"),
    ],
)
def test_a_file_without_pairs_is_refused(written, tmp_path, data, name, says):
    path = tmp_path / name if data is None else written(data, name)
    with pytest.raises(InputError, match=says):
        read_relations(path)


def test_a_folder_without_pairs_is_refused(written):
    with pytest.raises(InputError, match=r"contains no pairs: put \.txt, \.csv or \.tsv files"):
        read_relations(written(b"\xff\xfe\x00", "folder/notes.txt").parent)


def test_a_line_at_the_end_without_a_line_end_counts(written):
    (relation,) = read_relations(written("source,target\r\na,b\r\nc,d"))
    assert relation.pairs == (("a", "b"), ("c", "d"))


def test_lines_are_read_one_at_a_time(written):
    lines = (f"a{i % 99} b{i % 99} a{i % 97} b{i % 97}\n" for i in range(40_000))
    path = written(": long\n" + "".join(lines), "long.txt")
    tracemalloc.start()
    (relation,) = read_relations(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(relation.pairs) == 99
    assert peak < path.stat().st_size / 5


def test_more_pairs_than_can_be_held_are_refused(written, monkeypatch):
    monkeypatch.setattr(pair_files, "MOST_PAIRS", 3)
    rows = "source,target\na,b\na,b\nc,d\ne,f\n"
    assert len(read_relations(written(rows))[0].pairs) == 3
    with pytest.raises(InputError, match="line 6: more than 3 distinct pairs: give a shorter"):
        read_relations(written(rows + "g,h\n"))


# -- words with spaces --

DAYS = (("two days ago", "in two days"), ("ten weeks ago", "in ten weeks"))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("two days ago, in two days\nten weeks ago,in ten weeks", DAYS),
        ("two days ago\tin two days\nten weeks ago\tin ten weeks", DAYS),
        ("two days ago → in two days\n\nten weeks ago→in ten weeks", DAYS),
        ("two days ago,\tin two days\nten weeks ago\t, in ten weeks", DAYS),
        ("two days ago\t→\tin two days\nten weeks ago\t→ in ten weeks", DAYS),
        ("source\ttarget\ntwo days ago\tin two days\nten weeks ago\tin ten weeks", DAYS),
        ('"a, b", c\nd, "e, f"', (("a, b", "c"), ("d", "e, f"))),
        ('a, b → c\nd → e, f\n"g, h" → i', (("a, b", "c"), ("d", "e, f"), ("g, h", "i"))),
        ("a, b\tc\nd\te, f", (("a, b", "c"), ("d", "e, f"))),
        ("king queen\nman woman", (("king", "queen"), ("man", "woman"))),
        ("king -> queen\nman; woman\nb: g", (("king", "queen"), ("man", "woman"), ("b", "g"))),
        ("a b -> c d\n\n  # nothing\ne f;g", (("a b", "c d"), ("e f", "g"))),
        ("king queen # the first\n#boy girl", (("king", "queen"),)),
        ('"a # b" -> c#d', (("a # b", "c#d"),)),
        ('"say ""hi""" : x', (('say "hi"', "x"),)),
        ("10:30, noon\n:smile:, joy", (("10:30", "noon"), (":smile:", "joy"))),
    ],
)
def test_typed_pairs(text, pairs):
    found = parse_pairs(text, "mine")
    assert found.relations[0].pairs == pairs
    assert not found.bad_lines


def test_several_named_lists_are_typed_at_once():
    text = "a, b\n\n[royal]\nking -> queen\n\ntense:\ngo went\nthree are none\n: land\nx; y\n"
    found = parse_pairs(text, "mine")
    assert {one.name: one.pairs for one in found.relations} == {
        "mine": (("a", "b"),),
        "royal": (("king", "queen"),),
        "tense": (("go", "went"),),
        "land": (("x", "y"),),
    }
    assert found.bad_lines == (8,)


def test_tabs_separate_words_with_spaces_in_files(written):
    bats, msr = ("\n".join(map("\t".join, rows)) for rows in (DAYS, [DAYS[0] + DAYS[1]]))
    assert read_relations(written(bats, "bats.txt"))[0].pairs == DAYS
    assert read_relations(written(msr, "msr.txt"))[0].pairs == DAYS
    assert read_relations(written(f": days\n{msr}", "google.txt")) == (Relation("days", DAYS),)
    table = "relation\tsource\ttarget\n" + "".join(f"days\t{a}\t{b}\n" for a, b in DAYS)
    assert read_relations(written(table, "folder/table.tsv").parent) == (Relation("days", DAYS),)
    quoted = 'target, source\n"a, b", "c"\n'
    assert read_relations(written(quoted, "mine.csv"))[0].pairs == (("c", "a, b"),)


def test_a_line_of_too_many_words_says_how_to_separate_them(written):
    path = written("two days ago in two days\n", "mine.txt")
    with pytest.raises(InputError, match="words with spaces need commas or tabs between them"):
        read_relations(path)
