"""The gender section of the English model's card; `gender` measures its figures."""

from collections.abc import Sequence

from benchmarks.english.tables import Figures, number, spread, table

_N_SHOWN = 10
_ALPHA = 0.05

ADVICE = """\
**Interpretation.** The model reproduces who did what in its training texts, and the assumptions of
their authors; it contains no knowledge of who can do what. A cosine here shows which words occur in
similar contexts, and nothing about a person. Do not rank, filter or describe people with these
vectors, and read an analogy such as *man is to doctor as woman is to …* only as a reflection of the
texts. Removing one direction from the vectors hides the bias from this measure but leaves most of
it (Gonen and Goldberg 2019, *Lipstick on a pig*), so it is reported and not removed. Only gender
was measured, with two kinds of word lists; biases of origin, religion, age and others were not
measured and are to be expected."""


def bias(figures: Figures) -> list[str]:
    """Write the section: occupations, association tests, advice."""
    return [*_occupations(figures), *_associations(figures), ADVICE]


def _occupations(figures: Figures) -> list[str]:
    packed, seeds = figures["packed"]["occupations"], figures["seeds"]
    cosines = list(packed["cosines"].items())
    n = len(cosines)
    n_shown = min(_N_SHOWN, n // 2)
    ends = [_ends(seed["occupations"], n_shown) for seed in seeds]
    female, male = (set.intersection(*(set(end[i]) for end in ends)) for i in (0, 1))
    rows = [
        (f"{a} {number(x, '+.2f')}", f"{b} {number(y, '+.2f')}")
        for (a, x), (b, y) in zip(cosines[:n_shown], reversed(cosines[-n_shown:]), strict=True)
    ]
    sizes = [
        (title, *(spread(seeds, lambda s, k=key: s["occupations"][k], form) for key in keys))
        for title, form, *keys in (
            ("mean absolute cosine", ".3f", "mean_absolute", "compared_mean_absolute"),
            ("mean cosine (negative: towards male)", "+.3f", "mean", "compared_mean"),
        )
    ]
    p_values = [seed["occupations"]["p_value"] for seed in seeds]
    outside = packed["n_female"] + packed["n_male"]
    low, high = (number(packed[bound], "+.2f") for bound in ("low", "high"))
    return [
        f"**Occupations.** The mean offset of the {packed['n_pairs']} male–female pairs that the "
        f"model knows is a direction from male to female. {n} occupations, none of which names a "
        "gender or is part of a pair, were projected on it and compared with random other words "
        "of similar frequency. These include first names, which are gendered by nature, so the "
        "comparison is conservative.",
        table(("", f"{n} occupations", f"{packed['n_compared']:,} other words"), sizes),
        _judged(p_values)
        + f" In the bundled model {outside} of {n} occupations lie outside the middle 95 % of the "
        f"other words ({low} to {high}), where {0.05 * n:.0f} would be expected by chance: "
        f"{packed['n_female']} towards female, {packed['n_male']} towards male.",
        table(("furthest towards female", "furthest towards male"), rows, n_left=2),
        f"With every seed, {len(female)} words of the first column and {len(male)} of the second "
        f"are among the {n_shown} furthest.",
    ]


def _ends(occupations: Figures, n: int) -> tuple[Sequence[str], Sequence[str]]:
    words = list(occupations["cosines"])
    return words[:n], words[-n:]


def _judged(p_values: Sequence[float]) -> str:
    """State whether occupations lean more than other words, as far as all seeds agree."""
    shown = f"permutation test, p = {max(p_values):.4f} at most"
    agree = sum(p < _ALPHA for p in p_values)
    if agree == len(p_values):
        found = "are significantly larger than those of other words with every seed"
    elif agree:
        found = "are significantly larger than those of other words with only some seeds"
    else:
        found = "are not significantly larger than those of other words"
    return f"Absolute cosines of occupations {found} ({shown})."


def _associations(figures: Figures) -> list[str]:
    seeds = figures["seeds"]
    rows = [
        (
            one["name"],
            f"{one['n_known']} of {one['n_words']}",
            spread(seeds, lambda s, i=i: s["associations"][i]["effect_size"], ".2f"),
            "–"
            if one["p_value"] is None
            else f"{max(s['associations'][i]['p_value'] for s in seeds):.4f}",
        )
        for i, one in enumerate(seeds[0]["associations"])
    ]
    return [
        "**Associations** (WEAT, tests 6 to 8 of Caliskan, Bryson and Narayanan 2017, *Science* "
        "356: 183–186). The effect is a difference in standard deviations, from −2 to 2: positive "
        "if the association in the first column holds, 0 if there is none. p is the share of all "
        "divisions of the words with at least as large a difference, the largest of the seeds.",
        table(("association", "words known", "effect", "p"), rows),
    ]
