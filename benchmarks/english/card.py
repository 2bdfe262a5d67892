"""The card of the English model, written from the figures that `english_model` measured."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.english.card_gender import bias
from benchmarks.english.tables import Figures, spread, table
from embedviz.errors import InputError

TITLES = {"EN-WS-353-ALL": "WordSim-353", "EN-SIMLEX-999": "SimLex-999"}


@dataclass(frozen=True)
class Source:
    """A text to train on, and its licence."""

    title: str
    licence: str
    url: str


# A text that is not listed here has no known licence, and is refused.
SOURCES = {
    "wikipedia-core": Source(
        "English Wikipedia, articles of about 2015", "CC BY-SA 3.0", "https://en.wikipedia.org/"
    ),
    "wikipedia-2018new": Source(
        "English Wikipedia, newer and more obscure articles",
        "CC BY-SA 3.0",
        "https://en.wikipedia.org/",
    ),
    "novels-eltec": Source(
        "99 English novels of 1840 to 1920, European Literary Text Collection (ELTeC)",
        "public domain",
        "https://github.com/COST-ELTeC/ELTeC-eng",
    ),
    "factbook": Source(
        "The World Factbook of the Central Intelligence Agency",
        "public domain",
        "https://www.cia.gov/the-world-factbook/",
    ),
    "nltk-presidents": Source(
        "Addresses of the presidents of the United States, from NLTK's data",
        "public domain",
        "https://www.nltk.org/nltk_data/",
    ),
    "nltk-masc": Source(
        "Manually Annotated Sub-Corpus of the American National Corpus (MASC), from NLTK's data",
        "public domain, or free of restrictions on use and redistribution",
        "https://anc.org/data/masc/",
    ),
}

LICENCE = """\
The vectors and the word list are offered under
[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/) (SPDX: `CC-BY-SA-4.0`); the MIT
licence of the code does not cover them. Whether vectors are an adaptation of the texts that they
were learnt from is not settled. They are treated here as if they were one of Wikipedia's text,
which is by [Wikipedia's contributors](https://en.wikipedia.org/wiki/Wikipedia:Contributors) under
[CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); that licence lets adaptations go
under a later version of itself. The articles were changed: cut to words, folded to lower case,
counted, and learnt from. The other texts are in the public domain or free of restrictions."""

LIMITS = """\
- **Words only.** The weights that predict the next word are not packed, so `embedviz perplexity`
  and `embedviz sample` need a model of your own.
- **One vector a spelling.** All is in lower case: *May* and *may* are one word, *Bill* and *bill*
  too, and a word with several senses has one vector for all of them.
- **Old and encyclopaedic English.** The novels are from 1840 to 1920, and the articles tell of what
  Wikipedia's writers find worth an article. Later events and words are unknown.
- **Not for decisions about people.** See the known biases."""


def source(name: str) -> Source:
    """Look up the source of a text by its file name."""
    stem = name.split(".")[0]
    if stem not in SOURCES:
        raise InputError(
            f"The licence of {name} is unknown: add its source to benchmarks/english/card.py, "
            f"which knows {', '.join(SOURCES)}."
        )
    return SOURCES[stem]


def card(figures: Figures) -> str:
    """Write the card: data, licence, recipe, evaluation, biases, limits."""
    seeds = len(figures["seeds"])
    parts = [
        "# The English model",
        "<!-- Written by benchmarks/english_model.py from what it measured: change it there. -->",
        f"{figures['n_words']:,} English words with a vector of {figures['dims']} dimensions each, "
        f"in {figures['n_bytes'] / 1e6:.1f} MB. `embedviz app` opens it, every command takes it by "
        'the name `english`, and in Python it is `embedviz.load("english")`.',
        "## Data",
        _data(figures),
        "## Licence",
        LICENCE,
        "## Recipe",
        _recipe(figures),
        "## Evaluation",
        f"Mean of {seeds} seeds, and from the lowest to the highest in brackets. The packed model "
        f"is that of seed {figures['packed']['seed']}, whatever the others scored.",
        *_evaluation(figures),
        "## Known biases",
        *bias(figures),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _data(figures: Figures) -> str:
    rows = [
        (f"[{one['title']}]({one['url']})", one["licence"], f"{one['words']:,}")
        for one in figures["sources"]
    ]
    return (
        table(("text", "licence", "words"), rows, n_left=2)
        + f"\n\n{figures['n_train_tokens']:,} words were trained on and "
        f"{figures['n_held_out_tokens']:,} held out to measure perplexity on, twenty blocks spread "
        f"over the texts. The {figures['n_words']:,} most frequent words were kept; "
        f"{figures['share_unknown']:.1%} of the text is other words, which count as one unknown "
        "word. It has no vector here."
    )


def _recipe(figures: Figures) -> str:
    seeds, machine = figures["seeds"], figures["machine"]
    settings = {**figures["training"], **figures["tokenizer"]}
    del settings["seed"]
    listed = ", ".join(f"`{name}={value}`" for name, value in sorted(settings.items()))
    minutes = spread(seeds, lambda seed: seed["results"]["cpu_seconds"] / 60, ".1f")
    return (
        "`embedviz train` of embedviz "
        f"{figures['versions']['embedviz']} on the texts above, one after the other, with PyTorch "
        f"{figures['versions']['torch']}; {minutes} CPU-minutes a seed on "
        f"{figures['training']['n_threads']} thread of a machine with {machine['cores']} cores "
        f"({machine['processor']}). Seeds: {', '.join(str(seed['seed']) for seed in seeds)}.\n\n"
        f"Settings: {listed}.\n\n"
        "The embedding is kept as trained, rounded to 16-bit floating-point numbers; loading takes "
        "off the mean of all words, as for any model. `benchmarks/english_model.py` does all of "
        "this again."
    )


def _evaluation(figures: Figures) -> list[str]:
    seeds = figures["seeds"]
    cuts = seeds[0]["analogies"]

    def row(title: str, pick: Callable[[Figures], float | None]) -> tuple[str, ...]:
        places = range(len(cuts))
        return (title, *(spread(seeds, lambda s, i=i: pick(s["analogies"][i])) for i in places))

    rows = [
        row("semantic", lambda cut: cut["semantic"]),
        row("syntactic", lambda cut: cut["syntactic"]),
        row("all", lambda cut: cut["accuracy"]),
        row("2nd, 4th, 6th … section", lambda cut: cut["apart"]),
        ("questions covered", *(f"{cut['n_covered']:,}" for cut in cuts)),
        row(f"right of all {cuts[0]['n_questions']:,}", lambda cut: cut["correct_of_all"]),
    ]
    rows += [
        row(f"*{name}*", lambda cut, name=name: cut["sections"][name]["accuracy"])
        for name in cuts[0]["sections"]
    ]
    similarity = [
        (
            TITLES.get(name, name),
            f"{one['n_covered']} of {one['n_pairs']}",
            spread(seeds, lambda s, n=name: s["similarity"][n]["spearman"], ".3f"),
        )
        for name, one in seeds[0]["similarity"].items()
    ]
    relations = [
        (
            one["name"],
            str(one["n_pairs"]),
            spread(seeds, lambda s, i=i: s["relations"][i]["consistency"], ".2f"),
            f"{max(s['relations'][i]['p_value'] or 0 for s in seeds):.3f}",
            spread(seeds, lambda s, i=i: s["relations"][i]["hit_rate"], ".0%"),
        )
        for i, one in enumerate(seeds[0]["relations"])
    ]
    perplexity = spread(seeds, lambda s: s["results"]["perplexity"], ",.1f")
    return [
        "**Google's analogy questions** (Mikolov et al. 2013), answered by 3CosAdd among the most "
        "frequent words; accuracy on the questions whose four words are among them. The recipe's "
        "settings were chosen by the 1st, 3rd, 5th … section; the others had no say.",
        table(("", *(f"{cut['n_words']:,} words" for cut in cuts)), rows),
        "**Similarity as people rate it**, Spearman's rank correlation.",
        table(("ratings", "pairs covered", "correlation"), similarity),
        "**The built-in relations**: mean cosine between the offsets of the pairs (consistency), "
        "share of random pairings that are as consistent (p, the largest of the seeds), share of "
        "pairs found by the mean offset of the others (hits).",
        table(("relation", "pairs", "consistency", "p", "hits"), relations),
        f"**Held-out perplexity** before packing, over the softmax of all words: {perplexity}. "
        "Frequent words are skipped in training: this is no model for running text.",
        rounding(figures),
    ]


def rounding(figures: Figures) -> str:
    """Compare the packed model's scores before and after rounding to 16 bits."""
    before = next(s for s in figures["seeds"] if s["seed"] == figures["packed"]["seed"])
    after = figures["packed"]
    rows = [
        (
            f"analogies, {b['n_words']:,} words",
            f"{b['accuracy'] or 0:.2%}",
            f"{a['accuracy'] or 0:.2%}",
        )
        for b, a in zip(before["analogies"], after["analogies"], strict=True)
    ]
    rows += [
        (
            TITLES.get(name, name),
            *(f"{s['similarity'][name]['spearman'] or 0:.4f}" for s in (before, after)),
        )
        for name in before["similarity"]
    ]
    return "**Rounding to 16 bits**, measured on the packed model.\n\n" + table(
        (f"seed {after['seed']}", "32 bits, as trained", "16 bits, as packed"), rows
    )
