"""States of any toolkit along texts: files, texts with metadata, and units that are on."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from embedviz.errors import InputError
from embedviz.states import (
    AnnotatedText,
    Place,
    RecordedStates,
    count_values,
    find_pattern,
    find_places,
    is_table,
    parse_lines,
    parse_table,
    read_state_matrix,
)

STATES = np.arange(12, dtype=np.float32).reshape(4, 3)
has_h5py = pytest.mark.skipif(importlib.util.find_spec("h5py") is None, reason="h5py is an extra")


def write(path, **arrays):
    match path.suffix:
        case ".npy":
            np.save(path, *arrays.values())
        case ".npz":
            np.savez_compressed(path, **arrays)
        case ".safetensors":
            save_file(arrays, path)
        case _:
            import h5py

            with h5py.File(path, "w") as file:
                for name, array in arrays.items():
                    file[name] = array
    return path


ENDINGS = [".npy", ".npz", ".safetensors", pytest.param(".h5", marks=has_h5py)]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i4"])
def test_states_are_read_from_any_file(tmp_path, ending, dtype):
    path = write(tmp_path / f"states{ending}", h=STATES.astype(dtype))
    found = read_state_matrix(path)
    assert found.dtype == np.float32
    assert np.array_equal(found, STATES)


@pytest.mark.parametrize("ending", ENDINGS[1:])
def test_one_of_several_matrices_is_chosen_by_name(tmp_path, ending):
    both = write(tmp_path / f"states{ending}", first=STATES, second=2 * STATES)
    with pytest.raises(InputError, match=r"several matrices \(first"):
        read_state_matrix(both)
    assert np.array_equal(read_state_matrix(both, "second"), 2 * STATES)
    with pytest.raises(InputError, match="has no matrix third"):
        read_state_matrix(both, "third")


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_matrix_is_refused(tmp_path, ending):
    path = write(tmp_path / f"states{ending}", h=STATES[None])
    with pytest.raises(InputError, match=r"no matrix of shape \(steps, units\)"):
        read_state_matrix(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match="cannot be read"):
        read_state_matrix(path)


def test_no_pickle_is_opened(tmp_path):
    np.save(tmp_path / "states.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="cannot be read"):
        read_state_matrix(tmp_path / "states.npy")
    with pytest.raises(InputError, match="no file of states: give one of"):
        read_state_matrix(tmp_path / "states.pt")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("embedviz.states.state_files._MOST_BYTES", 40)
    path = write(tmp_path / "states.npz", h=np.zeros((10, 10)))
    with pytest.raises(InputError, match="would unpack to"):
        read_state_matrix(path)
    path = write(tmp_path / "states.npy", h=np.zeros((10, 10)))
    with pytest.raises(InputError, match="10 × 10 numbers"):
        read_state_matrix(path)


@has_h5py
def test_links_of_hdf5_to_other_files_are_not_followed(tmp_path):
    import h5py

    write(tmp_path / "secret.h5", h=STATES)
    np.save(tmp_path / "raw.npy", STATES)
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["linked"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/h")
        file.create_dataset(
            "outside", (4, 3), "f4", external=[(str(tmp_path / "raw.npy"), 128, 48)]
        )
        layout = h5py.VirtualLayout((4, 3), "f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "h", (4, 3))
        file.create_virtual_dataset("virtual", layout)
        file.create_group("deep")["again"] = file["/"]  # a circle
    with pytest.raises(InputError, match="it has no numbers"):
        read_state_matrix(tmp_path / "states.h5")


def test_a_table_gives_each_word_its_metadata():
    table = "pos\tword\tspeaker\nDET\tthe\tA\nNOUN\tking\tA\n\n\nVERB\trun\tB\n"
    assert is_table(table) and not is_table("the\tking\n") and not is_table("word by word")
    found = parse_table(table)
    assert found.words == ("the", "king", "run")
    assert [found.bounds(number) for number in range(found.n_texts)] == [(0, 2), (2, 3)]
    assert [found.text_of(place) for place in range(3)] == [0, 0, 1]
    assert found.columns == {"pos": ("DET", "NOUN", "VERB"), "speaker": ("A", "A", "B")}
    for wrong, reason in {
        "word\tpos\nthe\n": "Line 2 of the table has 1 columns",
        "word\tpos\nthe\tDET\n\tNOUN": "Line 3",
        "word\tword\nthe\tDET": "first line has 2 columns",
        "word\tpos\n": "no words",
    }.items():
        with pytest.raises(InputError, match=reason):
            parse_table(wrong)


def test_states_and_words_must_fit():
    text = parse_lines("the king\nruns fast")
    recorded = RecordedStates(text, STATES)
    assert np.array_equal(recorded.of_text(1).states, STATES[2:])
    assert recorded.of_text(1).text.words == ("runs", "fast")
    with pytest.raises(InputError, match="4 states and 2 words in 1 texts"):
        RecordedStates(parse_lines("the king"), STATES)
    broken = STATES.copy()
    broken[1, 2] = np.inf
    with pytest.raises(InputError, match=r"after word 2 \(king\)"):
        RecordedStates(text, broken)


def test_too_many_words_are_refused(monkeypatch):
    monkeypatch.setattr("embedviz.states.annotated_text.MOST_WORDS", 3)
    with pytest.raises(InputError, match="4 words, and the limit is 3"):
        parse_lines("a b c d")


def test_units_are_on_throughout_a_span():
    states = np.array([[0.9, 0.1, -0.9, 0.2], [0.8, 0.7, -0.7, 0.9], [0.9, 0.9, 0.9, -0.9]])
    assert find_pattern(states, 0, 2, 0.6, only_there=False).units == (0, 2)
    assert find_pattern(states, 0, 2, 0.6, only_there=False).signs == (1, -1)
    assert find_pattern(states, 0, 2, 0.6, only_there=True).units == (2,)
    assert find_pattern(states, 1, 2, 0.6, only_there=True).units == (3,)
    with pytest.raises(
        InputError, match=r"No unit is beyond 0\.95 throughout these words and only"
    ):
        find_pattern(states, 0, 2, 0.95, only_there=True)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 20))
@settings(max_examples=60)
def test_places_are_those_of_a_search_word_by_word(seed, length, n):
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(40, 5)).astype(np.float32)
    text = AnnotatedText(tuple(map(str, range(40))), (0, 7, 8, 30))
    recorded = RecordedStates(text, states)
    begin = int(rng.integers(30, 41 - length))
    try:
        pattern = find_pattern(states, begin, begin + length, 0.3, only_there=False)
    except InputError:
        return
    found = find_places(recorded, pattern, n)

    def n_on(start):
        steps = range(start, start + length)
        if start + length > 40 or text.text_of(start) != text.text_of(steps[-1]):
            return 0
        return sum(
            all(states[step, unit] * sign >= 0.3 for step in steps)
            for unit, sign in zip(pattern.units, pattern.signs, strict=True)
        )

    assert all(place.n_on == n_on(place.start) > 0 for place in found)
    counts = [place.n_on for place in found]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(pattern.units)  # the span itself
    taken = [step for place in found for step in range(place.start, place.start + length)]
    assert len(set(taken)) == len(taken)
    if len(found) < n:  # nothing is left out that does not overlap
        assert all(
            n_on(start) == 0 or set(range(start, start + length)) & set(taken)
            for start in range(40)
        )


def test_values_are_counted_beside_all_words_and_random_units():
    """A unit that is on at nouns finds nouns; random units find what there is."""
    rng = np.random.default_rng(0)
    kinds = rng.choice(["noun", "verb", "other"], 600, p=[0.2, 0.2, 0.6])
    states = rng.uniform(-1, 1, (600, 30)).astype(np.float32) * 0.4
    states[:, 3] = np.where(kinds == "noun", 0.9, 0.0)
    recorded = RecordedStates(AnnotatedText(tuple(map(str, range(600)))), states)
    first = int(np.flatnonzero(kinds == "noun")[0])
    pattern = find_pattern(states, first, first + 1, 0.8, only_there=False)
    assert pattern.units == (3,)
    places = find_places(recorded, pattern, 40)
    (noun,) = count_values(recorded, pattern, places, tuple(kinds))
    assert (noun.value, noun.n_found, noun.share) == ("noun", 40, 1.0)
    assert noun.interval is not None and noun.interval[0] > 0.9
    assert noun.expected == pytest.approx((kinds == "noun").mean())
    lower = find_pattern(states, first, first + 1, 0.3, only_there=False)
    counts = count_values(recorded, lower, [Place(i, 1) for i in range(600)], tuple(kinds))
    for one in counts:  # all words are found, as by chance
        assert one.share == pytest.approx(one.expected)
        assert one.by_random == pytest.approx(one.expected, abs=0.15)


@has_h5py
def test_many_links_to_one_group_are_looked_at_once(tmp_path):
    import h5py

    with h5py.File(tmp_path / "states.h5", "w") as file:
        for number in range(12):
            file[f"link{number}"] = file["/"]
        file["nothing"] = h5py.Empty("f4")
        file["kind"] = np.dtype("f4")
        file["h"] = STATES
    assert np.array_equal(read_state_matrix(tmp_path / "states.h5"), STATES)
