"""The test pairs of the phrase model share no side with its training, phrases included."""

from benchmarks.sequences.splitting import normal, split_pairs


def test_no_side_of_a_test_pair_is_in_training(tmp_path):
    pairs = [(f"number {n} .", f"nombre {n // 2} .") for n in range(60)]
    phrases = [("number 7", "chiffre"), ("a phrase", "nombre 20"), ("number", "nombre")]
    for name, rows in (("pairs", pairs), ("phrases", phrases)):
        text = "".join(f"{source}\t{target}\n" for source, target in rows)
        (tmp_path / f"{name}.tsv").write_text(text)
    split_pairs(tmp_path / "pairs.tsv", tmp_path / "phrases.tsv", tmp_path, sizes=(10, 30))
    found = {
        name: [
            tuple(map(normal, line.split("\t")))
            for line in (tmp_path / f"{name}.tsv").read_text().splitlines()
        ]
        for name in ("train", "valid", "test")
    }
    assert len(found["test"]) > 20 and found["valid"] and found["train"][-3:] == phrases
    for side in (0, 1):
        training = {pair[side] for pair in found["train"]}
        assert not training & {pair[side] for name in ("valid", "test") for pair in found[name]}
