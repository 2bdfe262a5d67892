"""Every reader of a file or a text: an example for it, a call of it, and what must hold then."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from fuzzing.mutation import PACKED
from malformed_texts import GERMAN, LINES, SIMLEX

import embedviz
from embedviz.checkpoints import checkpoint, loading
from embedviz.evaluation import QuestionSet, read_similarities
from embedviz.jobs import (
    JobRequest,
    Watched,
    read_metrics,
    read_watched,
    run_folder,
    snapshots,
    write_watched,
)
from embedviz.projection import View, fingerprint, read_view, write_view
from embedviz.relations import (
    MOST_PAIRS,
    GroupedWords,
    Relation,
    built_in,
    parse_pairs,
    read_relations,
    read_word_groups,
)
from embedviz.settings import SHAPES, SequenceConfig
from embedviz.text import (
    SENTENCE_END,
    UNKNOWN,
    CorpusConfig,
    PairConfig,
    PairFile,
    TextLayout,
    Tokenizer,
    Vocabulary,
    encode,
    encode_pairs,
    read_blocks,
    read_text_pairs,
)
from embedviz.vectors import WordVectors, build_index, open_index, parse_expression
from embedviz.vectors.formats import projector


@dataclass(frozen=True)
class Reader:
    """How a file is made and read.

    `make` writes an example into an empty folder; all its files but those that begin with a dot
    are mutated. `read` reads the folder and checks what came of it by `AssertionError`.
    """

    make: Callable[[Path], None]
    read: Callable[[Path], None]


def example(n=30, n_dims=4, *, counts=True):
    rng = np.random.default_rng(0)
    words = ["king", "queen", "man", "woman", "paris", "über", "日本", "don't", "new_york"]
    words += [f"word{i}" for i in range(n - len(words))]
    kept = np.arange(n, 0, -1) * 7 if counts else None
    return WordVectors(Vocabulary(tuple(words), kept), rng.normal(size=(n, n_dims)).astype("f4"))


def check_vectors(vectors):
    words, matrix = vectors.words, vectors.matrix
    assert len(words) == len(matrix) == len(set(words)) > 0, "rows and words out of step"
    assert matrix.ndim == 2 and matrix.shape[1] > 0
    assert all(isinstance(word, str) and word for word in words), "an empty word"
    "".join(words).encode()  # no lone surrogates
    counts = vectors.vocabulary.counts
    if counts is not None:
        assert len(counts) == len(words) and (counts >= 0).all(), "negative counts"
        assert (np.diff(counts) <= 0).all(), "a vocabulary out of order"
    # mapped numbers are read, and refused, at the first search
    assert all(-1.001 <= one.cosine <= 1.001 for one in vectors.nearest(matrix[0], 3))
    assert np.isfinite(matrix).all(), "numbers that are not finite"
    json.dumps(dict(vectors.provenance), default=str)


def vectors_as(name, **options):
    def make(folder):
        embedviz.save(example(), folder / name)

    def read(folder):
        check_vectors(loading.open_vectors(folder / name, **options))

    return Reader(make, read)


def projector_as(name):
    return Reader(
        lambda folder: embedviz.save(example(), folder / name),
        lambda folder: check_vectors(embedviz.load(folder)),
    )


def transformer(vocab):
    def make(folder):
        from safetensors.numpy import save_file

        matrix = example().matrix
        save_file({"wte.weight": matrix}, folder / "model.safetensors")
        pieces = [f"Ġ{word}" for word in example().words[:-2]]
        model = {"type": "BPE", "vocab": vocab(pieces)}
        added = [{"id": len(matrix) - 2, "content": "<s>"}]
        document = {"model": model, "added_tokens": added, "decoder": {"type": "ByteLevel"}}
        (folder / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder)))


def bare_matrix(name):
    def make(folder):
        np.save(folder / "a.npy", example().matrix)
        words = example().words
        if name.endswith(".jsonl"):
            write(folder, name, "".join(json.dumps(word) + "\n" for word in words))
        elif name.endswith(".json"):
            write(folder, name, json.dumps({word: n for n, word in enumerate(words)}))
        elif name.endswith(".csv"):
            write(folder, name, "".join(f'"{word}",{99 - n}\n' for n, word in enumerate(words)))
        else:
            import pyarrow
            from pyarrow import parquet

            parquet.write_table(pyarrow.table({"word": words}), folder / name)

    return Reader(
        make,
        lambda folder: check_vectors(embedviz.load(folder / "a.npy", words=folder / name)),
    )


def fasttext_model():
    def make(folder):
        from malformed_files import fasttext

        words = example().words
        matrix = example(len(words) + 20).matrix
        one = fasttext(n_words=len(words), n_dims=4, n_buckets=20, longest=4)
        head, rest = one.split(b"king\0", 1)
        entry, shape = rest[:9], np.array(matrix.shape, "<i8").tobytes()
        entries = b"".join(word.encode() + b"\0" + entry for word in words)
        (folder / "a.bin").write_bytes(head + entries + b"\0" + shape + matrix.tobytes())

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder / "a.bin")))


def text_table(name, separator, header):
    """A table of another program, or a matrix whose words are in ``metadata.tsv``."""

    def make(folder):
        vectors = example()
        rows = [[f"{number:.5f}" for number in row] for row in vectors.matrix]
        if name == "tensors.tsv":
            write(
                folder, "metadata.tsv", "n\tword\n" + "".join(f"0.5\t{w}\n" for w in vectors.words)
            )
        else:
            rows = [[word, *row] for word, row in zip(vectors.words, rows, strict=True)]
        lines = [separator.join(row) + "\n" for row in rows]
        write(folder, name, "".join([f"{separator.join(header)}\n" if header else "", *lines]))

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder / name)))


def sharded():
    def make(folder):
        from safetensors.numpy import save_file

        words = example().words
        save_file({"wte.weight": example().matrix}, folder / "a.safetensors")
        write(
            folder,
            "model.safetensors.index.json",
            '{"weight_map": {"wte.weight": "a.safetensors"}}',
        )
        pieces = {f"Ġ{word}": n for n, word in enumerate(words)}
        write(folder, "vocab.json", json.dumps(pieces))

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder)))


def sparse_counts():
    def make(folder):
        import scipy.sparse

        scipy.sparse.save_npz(folder / "a.npz", scipy.sparse.csr_matrix(example().matrix.round()))
        write(
            folder,
            "a.vocab.txt",
            "".join(f"{word} {99 - n}\n" for n, word in enumerate(example().words)),
        )

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder / "a.npz")))


def zipped():
    def make(folder):
        import zipfile

        embedviz.save(example(), folder / ".a.vec")
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(folder / ".a.vec", "a.vec")

    return Reader(make, lambda folder: check_vectors(embedviz.load(folder / "a.zip")))


def model():
    def make(folder):
        vectors = example(counts=False)
        words = (UNKNOWN, *vectors.words)
        counts = np.array([9, *range(len(vectors), 0, -1)])
        matrix = np.concatenate([np.ones((1, 4), "f4"), vectors.matrix])
        results = {"finished": False, "perplexity": 12.5, "n_words": 30}
        state = {"state": np.zeros((2, 4), "f4"), "position": np.array([1, 2])}
        checkpoint.save(
            folder / "model",
            checkpoint.Checkpoint(
                Tokenizer(),
                Vocabulary(words, counts),
                {"n_dims": 4},
                results,
                {"embedding": matrix},
                state,
            ),
        )

    def read(folder):
        loaded = checkpoint.load(folder / "model")
        assert len(loaded.vocabulary) == len(loaded.tensors["embedding"])
        check_vectors(embedviz.load(folder / "model"))

    return Reader(make, read)


def sequence_model(shape):
    def make(folder):
        import torch

        from embedviz.models import build_net

        sizes = {"n_states": 5, "n_summary": 4}
        if shape != "vec-seq":
            sizes |= {"n_dims": 4}
        if shape != "seq-vec":
            sizes |= {"n_target_dims": 4, "n_maxout": 3, "n_out": 4}
        config = SequenceConfig(shape=shape, **sizes)
        words = example().words
        source = words if shape == "vec-seq" else (UNKNOWN, *words)
        target = words if shape == "seq-vec" else (UNKNOWN, SENTENCE_END, *words)
        vectors = None if shape == "seq-seq" else torch.tensor(example().matrix)
        net = build_net(config, len(source), len(target), vectors)
        tensors = {name: tensor.numpy() for name, tensor in net.state_dict().items()}
        if shape == "seq-seq":
            tensors["mean"] = np.ones(4, "f4")
        if shape == "seq-vec":
            tensors["composed"] = np.arange(len(target)) % 3 == 0
        training = asdict(config) | {"longest": 50, "embedding": None, "labels": None}
        checkpoint.save(
            folder / "model",
            checkpoint.Checkpoint(
                Tokenizer(),
                Vocabulary(source, np.arange(len(source))[::-1].copy()),
                training | ({} if vectors is None else {"labels": "english"}),
                {"finished": True, "perplexity": 12.5},
                tensors,
                shape=shape,
                target=Vocabulary(target, np.arange(len(target))[::-1].copy()),
            ),
        )

    def read(folder):
        from embedviz.sequences import find_words, label_texts, open_sequence_model

        check_vectors(embedviz.load(folder / "model"))
        model = open_sequence_model(folder / "model")
        assert len(model.source) and len(model.target)
        if model.shape != "vec-seq":
            assert np.isfinite(label_texts(model, ["king queen", "a woman"]).matrix).all()
            open_sequence_model(folder / "model", trained=False)
        if model.shape == "seq-vec":
            found = find_words(model, "king queen", 3)
            assert all(one.word in model.target for one in (*found.words, *found.with_own))

    return Reader(make, read)


def text_pairs(name, content):
    def make(folder):
        ending = Path(name).suffix
        data = content.encode()
        (folder / name).write_bytes(PACKED[ending][1](data) if ending in PACKED else data)

    def read(folder):
        for pair in read_text_pairs(PairFile(folder / name)):
            assert isinstance(pair.source, str) and pair.target.strip() == pair.target
            (pair.source + pair.target).encode()  # no lone surrogates

    return Reader(make, read)


def pair_cache():
    file, config = ".pairs.tsv", PairConfig(min_count=1, held_out=0.2)

    def make(folder):
        lines = (f"s{i * i % 37} s{i}\tt{i * i % 41} t{i % 3}\n" for i in range(100))
        write(folder, file, "".join(lines))
        encode_pairs(PairFile(folder / file), config, folder / "cache")

    def read(folder):
        again = encode_pairs(PairFile(folder / file), config, folder / "cache")
        given = [pair.source.split() for pair in read_text_pairs(PairFile(folder / file))]
        side = again.source
        for i in again.train:
            ids = side.ids[side.ends[i] : side.ends[i + 1]]
            assert [side.vocabulary.words[id_] for id_ in ids] == given[i], "other words"
        assert len(again.train) + len(again.held_out) == len(given)

    return Reader(make, read)


def index():
    def make(folder):
        build_index(example()).save(folder / "a.index")

    def read(folder):
        vectors = example()
        found = open_index(folder / "a.index", vectors).nearest(vectors.matrix[0], 3)
        assert all(one.word in vectors.words for one in found)

    return Reader(make, read)


def pairs(name, text):
    def make(folder):
        (folder / name).write_text(text, encoding="utf-8")

    def read(folder):
        for relation in read_relations(folder / name):
            check_relation(relation)

    return Reader(make, read)


def check_relation(relation):
    assert 0 < len(relation.pairs) <= MOST_PAIRS
    for source, target in relation.pairs:
        assert source and target and source != target
    assert len(relation.targets) == len(relation.pairs)


def typed_pairs():
    def read(folder):
        text = (folder / "a.txt").read_bytes().decode(errors="replace")
        for relation in parse_pairs(text, "mine").relations:
            check_relation(relation)

    return Reader(
        lambda folder: write(folder, "a.txt", "king, queen\nman → woman\nboy girl\n"), read
    )


def questions(name, text):
    def read(folder):
        for section in QuestionSet(folder / name):
            assert section.asked.min(initial=0) >= 0
            assert section.asked.max(initial=-1) < len(section.pairs)

    return Reader(lambda folder: write(folder, name, text), read)


def ratings(text):
    def read(folder):
        for first, second, rating in read_similarities(folder / "a.txt"):
            assert first and second and np.isfinite(rating)

    return Reader(lambda folder: write(folder, "a.txt", text), read)


def groups(name, text):
    def read(folder):
        found = read_word_groups(folder / name)
        words = [word for group in found for word in group.words]
        assert all(group.name and group.words for group in found)
        assert all(words) and len(words) == len(set(words))

    return Reader(lambda folder: write(folder, name, text), read)


def session():
    def make(folder):
        relations = (built_in("male-female"), built_in("verb-past"))
        mine = read_relations(write(folder, ".mine.csv", CSV))
        view = View("english", fingerprint(example()), (*relations, *mine), marked=("king",))
        view = replace(view, groups=(GroupedWords("mine", ("king", "über")),))
        write_view(folder / "a.json", view)

    def read(folder):
        view = read_view(folder / "a.json")
        assert View.from_json(view.to_json()) == view

    return Reader(make, read)


def job():
    def make(folder):
        made = run_folder.create_job(JobRequest("mine", b"some words"), folder)
        for line in ("0.1", "0.5", "0.9"):
            with made.metrics.open("a") as file:
                file.write(
                    f'{{"share": {line}, "tokens": 10, "seconds": 1.5, "tokens_per_second": 7, '
                    '"cost": 4.2, "perplexity": null}\n'
                )
        made.growth.mkdir()
        write_watched(made.growth, Watched((Relation("mine", (("a", "b"),)),), ("c",)))
        (made.growth / snapshots.FIGURES).write_text(
            '{"share": 0.1, "families": [{"name": "male-female", "n_pairs": 3, '
            '"consistency": 0.2, "p_value": 0.01, "consistency_interval": [0.1, 0.3]}]}\n' * 2
        )

    def read(folder):
        for found in run_folder.read_jobs(folder):
            assert all(isinstance(one, str) for one in (found.state, found.reason, found.created))
            for moment in read_metrics(found):
                assert moment.seconds_left + moment.cost + moment.tokens is not None
            assert all(read_watched(found.growth).all_words)
            for snapshot in snapshots.read_snapshots(found.growth):
                assert snapshot.share + 0.0 <= 1
                assert all(family.n_pairs >= 0 for family in snapshot.families)

    return Reader(make, read)


def corpus():
    config = CorpusConfig(min_count=1, held_out=0.1)

    def text(folder):
        return write(folder, ".text.txt", " ".join(f"w{i * i % 97}" for i in range(2_000)))

    def make(folder):
        encode([text(folder)], config, folder / "cache")

    def read(folder):
        again = encode([folder / ".text.txt"], config, folder / "cache")
        words = "".join(read_blocks([folder / ".text.txt"])).split()
        kept = np.concatenate([again.train, again.held_out.ravel()])
        read = np.array(again.vocabulary.words)[kept]
        assert sorted(read) == sorted(words), "the cache gave other words than the text"
        assert (
            np.bincount(again.train, minlength=len(again.counts)).tolist() == again.counts.tolist()
        )

    return Reader(make, read)


def laid_out(layout, sentence):
    def make(folder):
        (folder / "a.jsonl").write_bytes((sentence * 30).encode(layout.encoding))

    def read(folder):
        "".join(read_blocks([folder / "a.jsonl"], layout=layout)).encode()  # no lone surrogates

    return Reader(make, read)


def text(name, pack=None):
    content = ("A king and a queen — über 日本.\n" * 50).encode()

    def make(folder):
        ending = Path(name).suffix
        (folder / name).write_bytes(PACKED[ending][1](content) if ending in PACKED else content)

    def read(folder):
        assert isinstance("".join(read_blocks([folder / name])), str)

    return Reader(make, read)


def formula():
    def read(folder):
        text = (folder / "a.txt").read_bytes().decode(errors="replace")
        parse_expression(text)

    text = '2*king - avg(man, boy) + 0.5*"new york" - (queen - woman)'
    return Reader(lambda folder: write(folder, "a.txt", text), read)


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


CSV = 'source,target,relation\nking,queen,royal\n"man",woman,royal\nfrance,paris,capital\n'
GOOGLE = ": family\nman king woman queen\nboy girl man woman\n: capital\nfrance paris rome italy\n"
MSR = "good better bad worse\nbad worse rough rougher\n"
JSON_PAIRS = '{"source": "hello", "target": "salut"}\n{"target": "", "source": "an über 日本"}\n'
BATS = "king\tqueen/consort\nman\twoman\nboy girl/lass\n"

READERS = {
    **{
        name: vectors_as(name)
        for name in (
            *("a.vec", "a.glove.txt", "a.bin", "a.npy", "a.npz", "a.safetensors", "a.parquet"),
            *("a.csv", "a.vec.gz", "a.vec.bz2", "a.bin.xz", "a.csv.zst"),
        )
    },
    "a.vec, invalid UTF-8 replaced": vectors_as("a.vec", replace_invalid=True),
    "a.npz, limited": vectors_as("a.npz", most_bytes=1_000_000),
    "a.vec, limited": vectors_as("a.vec", most_bytes=1_000_000),
    "projector": projector_as(projector.CONFIG),
    "projector, standalone": projector_as(projector.STANDALONE),
    "transformer": transformer(lambda pieces: {piece: i for i, piece in enumerate(pieces)}),
    "transformer, scores": transformer(lambda pieces: [[piece, -1.5] for piece in pieces]),
    "transformer, shards": sharded(),
    "fastText": fasttext_model(),
    "table, tabs": text_table("a.txt", "\t", ("word", "0", "1", "2", "3")),
    "table, semicolons": text_table("a.csv", ";", ()),
    "table, spaces": text_table("a.txt", " ", ("V1", "V2", "V3", "V4")),
    "numbers and metadata": text_table("tensors.tsv", "\t", ()),
    "sparse counts": sparse_counts(),
    "zip": zipped(),
    "matrix and JSON": bare_matrix("words.json"),
    "matrix and CSV": bare_matrix("words.csv"),
    "matrix and JSON lines": bare_matrix("words.jsonl"),
    "matrix and Parquet": bare_matrix("words.parquet"),
    "model": model(),
    **{f"model, {shape}": sequence_model(shape) for shape in SHAPES},
    **{
        name: text_pairs(name, content)
        for name, content in {
            "texts.tsv": "source\tn\ttarget\nhello you\t1\tsalut\n\na über\t\t 日本 \n",
            "texts.txt": "hello you\tsalut\n\na über\t 日本 \n",
            "texts.csv": 'source,target,n\nhello,"salut, toi",3\n"a ""b""\nc",d,\n',
            "texts.jsonl": JSON_PAIRS,
            "texts.jsonl.gz": JSON_PAIRS,
        }.items()
    },
    "cache of pairs": pair_cache(),
    "index": index(),
    "pairs.csv": pairs("pairs.csv", CSV),
    "pairs, Google": pairs("pairs.txt", GOOGLE),
    "pairs, MSR": pairs("pairs.txt", MSR),
    "pairs, BATS": pairs("pairs.txt", BATS),
    "pairs, typed": typed_pairs(),
    "questions, Google": questions("a.txt", GOOGLE),
    "questions, MSR": questions("a.txt", MSR),
    "questions, BATS": questions("a.txt", BATS),
    "questions, CSV": questions("a.csv", CSV),
    "ratings": ratings("tiger\tcat\t7.35\nbook\tpaper\t7.46\ncomputer\tkeyboard\t7.62\n"),
    "ratings, SimLex": ratings(SIMLEX + "smart\tbright\tA\t9.2\t1.75\t2.46\t1\t7.11\t1\t0.67\n"),
    "ratings, semicolons": ratings('"a";"b";"Wert"\n"gem";"jewel";"3,94"\ncord;smile;0,02\n'),
    "ratings, R": ratings('"","a","b","similarity"\n"1","big cat","cat",7.35\n"2","c","d",1\n'),
    "groups, table": groups("a.csv", 'word,group\ncat,animals\n"new york, ny",cities\n'),
    "groups, text": groups("a.txt", "animals: cat = 3, dog\n[cities]\nparis; rome\n"),
    "session": session(),
    "run": job(),
    "cache of ids": corpus(),
    "text": text("a.txt"),
    **{f"text{ending}": text(f"a.txt{ending}") for ending in (".gz", ".bz2", ".xz", ".zst")},
    "text, cp1252": laid_out(TextLayout("cp1252"), GERMAN),
    "text, UTF-16": laid_out(TextLayout("utf-16"), GERMAN),
    "text, GB 18030": laid_out(TextLayout("gb18030"), "男孩去了学校，妈妈在家里。\n"),
    "text, JSON lines": laid_out(LINES, '{"text": "A king — über \\u65e5本", "n": [1, null]}\n'),
    "text, JSON lines in UTF-16": laid_out(
        TextLayout("utf-16-le", "text"), '{"n": 1, "text": "A king"}\n'
    ),
    "formula": formula(),
}
