"""Folders of transformers: the table of words is found by its name, never by chance."""

import json

import numpy as np
import pytest

from embedviz import InputError, load
from embedviz.vectors.formats.embedding_tables import is_known_name

save_file = pytest.importorskip("safetensors.numpy").save_file

PIECES = ("[PAD]", "[UNK]", "king", "queen", "man", "woman", "##s", "apple")
TABLE = np.random.default_rng(0).normal(size=(8, 4)).astype("f4")
OTHER = np.random.default_rng(1).normal(size=(16, 4)).astype("f4")
FAMILIES = {
    "BERT": ("bert.embeddings.word_embeddings", "bert.embeddings.position_embeddings"),
    "MiniLM": ("embeddings.word_embeddings", "embeddings.token_type_embeddings"),
    "RoBERTa": ("roberta.embeddings.word_embeddings", "roberta.embeddings.position_embeddings"),
    "DistilBERT": ("distilbert.embeddings.word_embeddings", "vocab_transform"),
    "ELECTRA": ("electra.embeddings.word_embeddings", "electra.embeddings_project"),
    "DeBERTa": ("deberta.embeddings.word_embeddings", "deberta.encoder.rel_embeddings"),
    "ALBERT": ("albert.embeddings.word_embeddings", "albert.encoder.embedding_hidden_mapping_in"),
    "ModernBERT": ("model.embeddings.tok_embeddings", "decoder"),
    "GPT-2": ("transformer.wte", "transformer.wpe"),
    "GPT-NeoX": ("gpt_neox.embed_in", "embed_out"),
    "OPT": ("model.decoder.embed_tokens", "model.decoder.embed_positions"),
    "Llama": ("model.embed_tokens", "lm_head"),
    "Gemma 3": ("language_model.model.embed_tokens", "language_model.lm_head"),
    "BART": ("model.shared", "model.encoder.embed_positions"),
    "BLOOM": ("transformer.word_embeddings", "transformer.word_embeddings_layernorm"),
    "CLIP": (
        "text_model.embeddings.token_embedding",
        "text_model.embeddings.position_embedding",
    ),
    "XLNet": ("transformer.word_embedding", "transformer.mask_emb"),
    "Mamba": ("backbone.embeddings", "lm_head"),
}


def folder_of(path, tensors, pieces=PIECES):
    path.mkdir(exist_ok=True)
    save_file(tensors, path / "model.safetensors")
    document = {"model": {"type": "WordPiece", "vocab": {p: n for n, p in enumerate(pieces)}}}
    (path / "tokenizer.json").write_text(json.dumps(document))
    (path / "config.json").write_text("{}")
    return path


def is_table(found):
    return found.words == PIECES and (found.matrix == TABLE).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_table_of_words_is_found_in_every_family(tmp_path, family):
    words, other = FAMILIES[family]
    tensors = {f"{other}.weight": OTHER, f"{words}.weight": TABLE}
    tensors |= {"layer.0.weight": OTHER[:4], "lm_head.bias": OTHER[0]}
    assert is_table(load(folder_of(tmp_path / "model", tensors)))


def test_equal_tables_are_one_and_different_ones_are_refused(tmp_path):
    names = [
        f"model.{part}.weight" for part in ("shared", "encoder.embed_tokens", "d.embed_tokens")
    ]
    assert is_table(load(folder_of(tmp_path / "tied", {name: TABLE for name in names})))
    tables = {names[1]: TABLE, names[2]: TABLE + 1}
    path = folder_of(tmp_path / "untied", tables)
    with pytest.raises(
        InputError, match=rf"found {names[2]}, {names[1]}: choose one with .*--tens"
    ):
        load(path)
    assert is_table(load(path, tensor=names[1]))


@pytest.mark.parametrize(
    "name",
    ["position_embeddings.weight", "lm_head.weight", "rel_embeddings.weight", "embed_out.weight"],
)
def test_the_only_matrix_is_not_taken_for_the_words_unless_it_fits(tmp_path, name):
    path = folder_of(tmp_path / "model", {f"bert.{name}": OTHER})
    with pytest.raises(InputError, match=f"found bert.{name}: choose one"):
        load(path)
    assert not is_known_name(f"bert.{name}")


def test_a_sharded_model_needs_only_the_shard_with_the_words(tmp_path):
    path = folder_of(tmp_path / "model", {"model.embed_tokens.weight": TABLE})
    shard = "model-00002-of-00003.safetensors"
    (path / "model.safetensors").rename(path / shard)
    places = {
        "layers.0.weight": "model-00001-of-00003.safetensors",
        "lm_head.weight": "no.safetensors",
    }
    index = path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": places | {"model.embed_tokens.weight": shard}}))
    for name in (path, index, path / shard):
        assert is_table(load(name))
    (path / shard).unlink()
    with pytest.raises(
        InputError, match=rf"model.embed_tokens.weight is in {shard}, which is missing"
    ):
        load(path)
    for file in ("../secret.safetensors", "pytorch_model.bin"):
        index.write_text(json.dumps({"weight_map": {"model.embed_tokens.weight": file}}))
        with pytest.raises(InputError, match="no safetensors file of its folder"):
            load(path)


def test_the_words_may_be_in_vocab_txt_or_vocab_json(tmp_path):
    path = folder_of(tmp_path / "model", {"bert.embeddings.word_embeddings.weight": TABLE})
    (path / "tokenizer.json").unlink()
    (path / "vocab.txt").write_text("\n".join(PIECES) + "\n")
    assert is_table(load(path))
    (path / "vocab.txt").unlink()
    pieces = ("<s>", "Ġking", "king", "ĠZÃ¼rich", "s", "<|end|>", "Ġqueen", "x")
    (path / "vocab.json").write_text(json.dumps({piece: n for n, piece in enumerate(pieces)}))
    (path / "merges.txt").write_text("#version: 0.2\n")
    words = ("<s>", "king", "##king", "Zürich", "##s", "<|end|>", "queen", "##x")
    assert load(path).words == words
    pieces = ("king</w>", "king", "ü</w>", "a", "<|end|>", "!</w>", "b", "c")
    (path / "vocab.json").write_text(json.dumps({piece: n for n, piece in enumerate(pieces)}))
    assert load(path).words[:2] == ("king", "king##")
    (path / "vocab.json").unlink()
    with pytest.raises(InputError, match="has no words next to it"):
        load(path)
    (path / "spiece.model").write_bytes(b"x")
    with pytest.raises(InputError, match=r"spiece\.model holds the words .*tokenizer\.json"):
        load(path)


def test_tokens_may_share_rows_and_have_8_bits(tmp_path):
    rows = np.array([0, 0, 3, 1, 1, 2, 2, 0])
    path = folder_of(
        tmp_path / "model", {"embeddings": TABLE[:4], "mapping": rows, "weights": rows}
    )
    found = load(path)
    assert found.words == PIECES
    assert (found.matrix == TABLE[:4][rows]).all()
    folder_of(path, {"embeddings": TABLE[:4], "mapping": rows + 1})
    with pytest.raises(InputError, match="names rows from 1 to 4, and the matrix has 4"):
        load(path)
    small = (TABLE * 40).astype("i1")
    assert (load(folder_of(path, {"embeddings": small})).matrix == small).all()
    folder_of(path, {"embeddings.weight": small, "embeddings.scale": TABLE[0]})
    with pytest.raises(InputError, match="quantised with scales"):
        load(path)


def test_folders_around_a_model_lead_to_it(tmp_path):
    inside = tmp_path / "st"
    inside.mkdir()
    (inside / "modules.json").write_text("[]")
    folder_of(inside / "0_StaticEmbedding", {"embedding.weight": TABLE})
    assert is_table(load(inside))
    hub = tmp_path / "models--x--y"
    (hub / "snapshots").mkdir(parents=True)
    folder_of(hub / "snapshots" / "abc", {"wte.weight": TABLE})
    assert is_table(load(hub))
    folder_of(hub / "snapshots" / "def", {"wte.weight": TABLE})
    with pytest.raises(InputError, match=r"2 versions of a model: give one .*abc"):
        load(hub)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            ("pytorch_model.bin", "tokenizer.json"),
            "pytorch_model.bin but no model.*save_pretrained",
        ),
        (("tf_model.h5", "vocab.txt"), "tf_model.h5 but no model"),
        (("vocab.txt",), "has the words of a model but no model.safetensors"),
        (("meta.json",), "pipeline of spaCy"),
        (("README.md",), "is not a model"),
    ],
)
def test_folders_without_safetensors_are_told_the_way_out(tmp_path, files, says):
    for name in files:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(Exception, match=says):
        load(tmp_path)
