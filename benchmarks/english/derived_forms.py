"""Seven derivations of English: bases, derived forms, and how often an offset finds them.

Source: written for this benchmark; every word is among the 50,000 most frequent of its texts. The
first, third, fifth … pair of a list may choose settings, the others are reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.relations import Relation, measure
from embedviz.vectors import WordVectors

_SAME = {  # the derived form is the base with letters before or after it
    "un-": (
        ("un", ""),
        "known even common just important published popular natural certain able available real "
        "official related true limited successful likely clear necessary equal expected sure "
        "finished opposed fair occupied happy usual broken prepared stable safe aware familiar "
        "suitable friendly interesting clean pleasant willing qualified wise noticed healthy "
        "reasonable ethical comfortable faithful attractive acceptable worthy skilled",
    ),
    "-ness": (
        ("", "ness"),
        "great good white bright near full close complete kind direct hard clear dark cold rich "
        "serious fair wild useful flat strange fresh firm soft weak fit sweet correct aware sharp "
        "quiet quick remote thick cool conscious mad bitter willing rough smooth nervous sick sad "
        "calm gentle tender harsh loud bold eager faint swift stiff selfish polite",
    ),
    "-er": (
        ("", "er"),
        "work play lead teach sing read farm think own support design help report perform train "
        "build speak hunt paint fight defend broadcast garden interview buy bank hold test fish "
        "murder keep sleep walk dream print seek kill cook point follow find command preach "
        "research start record boil learn climb golf view box talk break develop",
    ),
    "-less": (
        ("", "less"),
        "time use life name end form power home law point thought head land mother help heart mind "
        "child meaning need voice rest sense friend care blood color hope speech defense match "
        "motion price fear shape soul hair score pain limit worth sleep bottom noise spot fruit "
        "aim passion taste wire smoke harm breath blame shame cheer tire relent",
    ),
    "re-": (
        ("re", ""),
        "make take build write open name unite produce create design appear place organize gain "
        "visit define launch settle distribute print marry capture join issue structure shape "
        "introduce establish locate invent start work play construct direct develop generate "
        "consider affirm elected discovered opened named built published printed claimed "
        "designed located organized joined united captured arranged",
    ),
}
_OTHERS = {
    "adjective-adverb": "quick quickly, slow slowly, clear clearly, easy easily, happy happily, "
    "usual usually, rare rarely, strong strongly, final finally, sudden suddenly, rapid rapidly, "
    "complete completely, recent recently, serious seriously, near nearly, direct directly, "
    "original originally, general generally, similar similarly, common commonly, wide widely, "
    "possible possibly, probable probably, formal formally, local locally, deep deeply, safe "
    "safely, full fully, certain certainly, equal equally, quiet quietly, true truly, exact "
    "exactly, simple simply, gentle gently, careful carefully, successful successfully, official "
    "officially, political politically, economic economically, frequent frequently, immediate "
    "immediately, special specially, specific specifically, typical typically, necessary "
    "necessarily, primary primarily, heavy heavily, firm firmly, free freely, calm calmly, proper "
    "properly, perfect perfectly, bad badly",
    "-able": "use usable, work workable, love lovable, change changeable, value valuable, believe "
    "believable, read readable, reason reasonable, question questionable, account accountable, "
    "note notable, pay payable, prevent preventable, understand understandable, measure "
    "measurable, respect respectable, consider considerable, desire desirable, count countable, "
    "transfer transferable, debate debatable, accept acceptable, honor honorable, fashion "
    "fashionable, achieve achievable, wear wearable, suit suitable, define definable, remove "
    "removable, notice noticeable, profit profitable, distinguish distinguishable, comfort "
    "comfortable, recognize recognizable, manage manageable, enjoy enjoyable, trace traceable, "
    "detect detectable, observe observable, recover recoverable, imagine imaginable, prefer "
    "preferable, afford affordable, compare comparable, remark remarkable, enforce enforceable, "
    "predict predictable, sustain sustainable, attain attainable, adapt adaptable, adjust "
    "adjustable, compute computable, admire admirable, conceive conceivable, dispose disposable",
}


def lists() -> dict[str, Relation]:
    """Return the lists by name, each of at least 50 pairs."""
    found = {
        name: tuple((word, before + word + after) for word in words.split())
        for name, ((before, after), words) in _SAME.items()
    }
    for name, listed in _OTHERS.items():
        found[name] = tuple(tuple(pair.split()) for pair in listed.split(", "))  # type: ignore[misc]
    return {name: Relation(name, pairs) for name, pairs in found.items()}


@dataclass(frozen=True)
class Derived:
    """How often the mean offset of the other pairs finds a derived form.

    Attributes
    ----------
    n_pairs : int
        Pairs whose words have vectors.
    choosing, reported : float
        Share found, of each half of the list.
    nearest : float
        Control: share of forms that are the word nearest to their base.
    """

    n_pairs: int
    choosing: float
    reported: float
    nearest: float


def find_derived(vectors: WordVectors) -> Mapping[str, Derived]:
    """Search the derived forms by the mean offset of the other pairs of their list (3CosAvg)."""
    found = {}
    for name, relation in lists().items():
        report = measure(vectors, relation, n_shuffles=1, with_pairing=False, with_control=False)
        place = {pair: number for number, pair in enumerate(relation.pairs)}
        hits = np.array([fit.rank == 1 for fit in report.fits], dtype=bool)
        numbers = np.array([place[fit.source, fit.target] for fit in report.fits], dtype=int)
        found[name] = Derived(
            report.n_pairs,
            _share(hits[numbers % 2 == 0]),
            _share(hits[numbers % 2 == 1]),
            float(report.nearest_rate or 0.0),
        )
    return found


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0
