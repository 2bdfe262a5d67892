"""The gender section of the English model's card; `gender` measures its figures."""

from collections.abc import Sequence

from benchmarks.english.tables import Figures, number, spread, table

_N_SHOWN = 10
_ALPHA = 0.05

ADVICE = """\
**What to make of it.** The model repeats who did what in the texts that it learnt from, and what
their writers took for granted; it knows nothing of who can do what. A cosine here says which words
keep the same company, and nothing about a person. Do not rank, filter or describe people by these
vectors, and do not take an analogy such as *man is to doctor as woman is to …* for more than a
mirror of the texts. Taking one direction out of the vectors hides it from this measure and leaves
most of the rest (Gonen and Goldberg 2019, *Lipstick on a pig*), so it is shown and not removed.
Only gender was measured, as two kinds of word lists see it; origin, religion, age and others were
not, and are to be expected."""


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
            ("mean size of the cosine", ".3f", "mean_absolute", "compared_mean_absolute"),
            ("mean cosine, below 0 towards male", "+.3f", "mean", "compared_mean"),
        )
    ]
    p_values = [seed["occupations"]["p_value"] for seed in seeds]
    outside = packed["n_female"] + packed["n_male"]
    low, high = (number(packed[bound], "+.2f") for bound in ("low", "high"))
    return [
        f"**Occupations.** The mean offset of the {packed['n_pairs']} male–female pairs that the "
        f"model knows is a direction from male to female. {n} plain names of occupations, none of "
        "which names a gender or stands in a pair, were laid along it; beside them, other words "
        "of the same frequency, drawn at random. First names are among these, which lean by "
        "nature, so the comparison is a strict one.",
        table(("", f"{n} occupations", f"{packed['n_compared']:,} other words"), sizes),
        _judged(p_values)
        + f" In the packed model {outside} of {n} occupations lie outside the middle 95 % of the "
        f"other words ({low} to {high}), where {0.05 * n:.0f} would by "
        f"chance: {packed['n_female']} towards female, {packed['n_male']} towards male.",
        table(("leans most to female", "leans most to male"), rows, n_left=2),
        f"With every seed, {len(female)} of the first {n_shown} and {len(male)} of the second "
        f"{n_shown} are there.",
    ]


def _ends(occupations: Figures, n: int) -> tuple[Sequence[str], Sequence[str]]:
    words = list(occupations["cosines"])
    return words[:n], words[-n:]


def _judged(p_values: Sequence[float]) -> str:
    """State whether occupations lean more than other words, as far as all seeds agree."""
    shown = f"p = {max(p_values):.4f} at most, by permutation"
    agree = sum(p < _ALPHA for p in p_values)
    if agree == len(p_values):
        return f"Occupations lean more than other words with every seed ({shown})."
    if agree:
        return f"Occupations lean more than other words with some of the seeds only ({shown})."
    return f"Occupations do not lean more than other words do ({shown})."


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
        "where the pairing in the first column holds, 0 without any. p is the share of all ways to "
        "divide the words that give at least as much, the largest of the seeds.",
        table(("association", "words known", "effect", "p"), rows),
    ]
