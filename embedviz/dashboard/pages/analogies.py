"""The Analogies page: a formula or three words, and the best answers."""

from __future__ import annotations

import itertools
from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from embedviz.analogies import METHODS, MethodPanel
from embedviz.dashboard.widgets import method_panel, own_pairs, parallelogram
from embedviz.dashboard.widgets.answers import show_answers, show_spellings
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.known_relations import KnownRelations
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.model_choice import choose_model
from embedviz.errors import InputError, UnknownWordError
from embedviz.relations import FAMILIES
from embedviz.support import arrow_name
from embedviz.vectors import (
    WordVectors,
    format_expression,
    match_analogy,
    parse_expression,
    quote_word,
)

_FORMULA, _MATCHED = "formula", "formula-matched"
_PARTS = ("first-word", "second-word", "third-word")
_N_ANSWERS = 10
_N_EXAMPLES = 6
# a is to b as c is to ?
_WELL_KNOWN = (
    ("man", "king", "woman"),
    ("france", "paris", "germany"),
    ("walk", "walked", "play"),
    ("king", "queen", "uncle"),
    ("japan", "tokyo", "italy"),
    ("go", "went", "see"),
)


def show_page() -> None:
    """Show the page."""
    model = choose_model()
    vectors = model.vectors
    query, answer = st.columns(2, gap="large")
    with query:
        query, beneath = st.container(), st.container()
    with beneath, st.popover("Your own pairs"):
        relations = KnownRelations(model, own_pairs.choose_pairs_here(vectors))
    examples = _choose_examples(relations)
    if examples and _FORMULA not in {*st.session_state, *st.query_params}:
        _fill_in(examples[0])
    below = st.container()
    with query:
        st.markdown("#### Query by formula", anchors=False)
        expression = st.text_input(
            "Formula",
            key=_FORMULA,
            placeholder="king - man + woman",
            help="Words joined by + and -, with spaces around the signs; 2*king weights a word, "
            "avg(paris, rome) is a mean. Words that contain a space are quoted.",
            label_visibility="collapsed",
            bind="query-params",
            persist_state="session",
        )
        st.markdown("#### or by three words", anchors=False)
        _match_parts(vectors, (expression or "").strip())
        _show_three_words()
        if examples:
            st.caption("Examples from this model's vocabulary:")
            with st.container(horizontal=True, gap="small", key="examples"):
                for place, parts in enumerate(examples):
                    st.button(
                        escape(build_formula(*parts), 60),
                        key=f"example-{place}",
                        on_click=guarded(_fill_in),
                        args=(parts,),
                    )
    with answer:
        weights = _parse(vectors, (expression or "").strip())
    if weights is not None:
        question = match_analogy(weights)
        if question is None:
            _answer_sum(vectors, expression, weights, answer, below)
        else:
            _answer_question(relations, expression, question, answer, below)


def build_formula(first: str, second: str, third: str) -> str:
    """Return the formula for "first is to second as third is to ?".

    >>> build_formula("man", "king", "woman")
    'king - man + woman'
    """
    return f"{quote_word(second)} - {quote_word(first)} + {quote_word(third)}"


def _show_three_words() -> None:
    """Show three text fields in a sentence, from which the formula is built."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for key, between in zip(_PARTS, ("is to", "as", "is to **?**"), strict=True):
            st.text_input(
                f"The {key.replace('-', ' ')}",
                key=key,
                label_visibility="collapsed",
                on_change=guarded(_join_parts),
                persist_state="session",
                width=112,
            )
            st.markdown(between, width="content")


def _fill_in(parts: tuple[str, str, str]) -> None:
    """Fill an example into the formula."""
    st.session_state[_FORMULA] = build_formula(*parts)


def _join_parts() -> None:
    """Build the formula once all three fields are filled; it is empty until then."""
    parts = [st.session_state.get(key, "").strip() for key in _PARTS]
    formula = build_formula(*parts) if all(parts) else ""
    st.session_state[_FORMULA] = st.session_state[_MATCHED] = formula


def _match_parts(vectors: WordVectors, formula: str) -> None:
    """Fill the three fields with the words of a new formula, typed, of a link or of going back."""
    if st.session_state.get(_MATCHED) == formula:
        return
    st.session_state[_MATCHED] = formula
    parts: tuple[str, ...] = ("", "", "")
    with suppress(InputError, UnknownWordError):
        if question := match_analogy(parse_expression(formula, known=vectors)):
            parts = question
    for key, word in zip(_PARTS, parts, strict=True):
        st.session_state[key] = word


def _parse(vectors: WordVectors, expression: str) -> dict[str, float] | None:
    """Parse a formula, or show why it cannot be answered."""
    if not expression:
        st.caption("Write a formula, or fill in the three words, to see the answers.")
        return None
    try:
        weights = parse_expression(expression, known=vectors)
        vectors.solve(weights, 1)
    except UnknownWordError as error:
        st.error(escape(str(error)))
        _suggest_spellings(vectors, expression, error)
        return None
    except InputError as error:
        st.error(escape(str(error)))
        return None
    return weights


def _answer_question(
    known: KnownRelations,
    expression: str,
    question: tuple[str, str, str],
    answer: DeltaGenerator,
    below: DeltaGenerator,
) -> None:
    """Show the answers to a* - a + b: of the chosen method first, of all methods below."""
    model, vectors = known.model, known.model.vectors
    source, target, word = question
    relations = {name: there for name in known.names if (there := known.find(name))}
    names = list(relations)
    own = next(
        (name for name, relation in relations.items() if (source, target) in relation.pairs),
        None,
    )
    with below:
        st.divider()
        method = method_panel.choose_method()
        chosen = method_panel.choose_relation(names, own)
        beside, title, progress, others = st.empty(), st.empty(), st.empty(), st.empty()
    with answer:
        headline, confidence, picture = st.empty(), st.empty(), st.container()
    # what is said of the question before must not stand below the new answer
    for place in (beside, title, progress, others):
        place.empty()
    confidence.caption("Asking the other methods …")
    relation = relations.get(own if chosen == "own" and own else chosen)
    pairs = ((source, target), *(relation.pairs if relation else ()))
    learnt_from = arrow_name(relation.name) if relation else None
    panels = model.iterate_methods(pairs, word, _N_ANSWERS, method)
    first = next(panels)
    answers = first[method].excluded
    if answers:
        _show_headline(headline, expression, answers[0].word)
        with picture:
            corners = (source, target, word)
            parallelogram.show_parallelogram(vectors, corners, [one.word for one in answers])
    else:
        headline.info(escape(first[method].unanswered or "The vocabulary contains no other word."))

    def show_figures(panel: MethodPanel) -> None:
        if answers:
            method_panel.show_confidence(confidence, panel, method, learnt_from)
        else:
            confidence.empty()
        method_panel.show_every_method(others, panel, source, target)

    is_compared = False
    for panel in itertools.chain([first], panels):
        if panel.is_answered and not is_compared:
            is_compared = True
            if answers:
                method_panel.show_side_by_side(beside, panel, method)
            title.markdown("#### All methods", anchors=False)
            show_figures(panel)
        # each message is also where Streamlit stops this run when the visitor asks something else
        progress.caption(_describe_progress(panel))
    progress.empty()
    show_figures(panel)


def _describe_progress(panel: MethodPanel) -> str:
    if not panel.is_answered:
        return f"{len(panel.methods)} of {len(METHODS)} methods have answered …"
    return f"Resampling the pairs: {panel.n_drawn} of {panel.n_draws} draws …"


def _answer_sum(
    vectors: WordVectors,
    expression: str,
    weights: dict[str, float],
    answer: DeltaGenerator,
    below: DeltaGenerator,
) -> None:
    """Show the words nearest to the sum of a formula that is not an analogy question."""
    found = vectors.solve(weights, _N_ANSWERS)
    with answer:
        if not found:
            st.caption("The vocabulary contains no words other than those in the formula.")
            return
        _show_headline(st.empty(), expression, found[0].word)
        st.markdown(
            f"Nearest to the sum, at a cosine of {found[0].cosine:.2f}. The other methods need a "
            "formula of three words, such as king - man + woman."
        )
    with below:
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown("**Query words excluded**")
            show_answers(found, key="answers")
        with right:
            st.markdown("**Query words included**", help="Often a query word is nearest of all.")
            show_answers(vectors.nearest(vectors.combine(weights), _N_ANSWERS), key="honest")


def _show_headline(place: DeltaGenerator, expression: str, word: str) -> None:
    place.markdown(f"### {escape(expression, 80)} ≈ :primary[{escape(word, 60)}]", anchors=False)


def _suggest_spellings(vectors: WordVectors, expression: str, error: UnknownWordError) -> None:
    """Show near spellings of an unknown word as buttons that replace it in the formula."""
    unknown = error.words[0]
    near = vectors.vocabulary.near_spellings(unknown)
    if not near:
        return
    st.caption(f"Instead of {escape(unknown, 60)}:")

    def replace(spelling: str) -> None:
        weights: dict[str, float] = {}
        for word, weight in parse_expression(expression).items():
            instead = spelling if word == unknown else word
            weights[instead] = weights.get(instead, 0.0) + weight
        st.session_state[_FORMULA] = format_expression(weights)

    show_spellings(near, key="instead", on_choose=replace)


def _choose_examples(relations: KnownRelations) -> list[tuple[str, str, str]]:
    """Choose example questions whose words, including the answer, are in the vocabulary.

    One of each of the visitor's lists comes first.
    """
    vectors = relations.model.vectors
    well_known = [parts for parts in _WELL_KNOWN if all(word in vectors for word in parts)]
    examples: list[tuple[str, str, str]] = []
    for name in (*relations.own_names, *FAMILIES):
        if name == FAMILIES[0]:
            examples += well_known
        relation = relations.find(name)
        if relation and len(relation.pairs) > 1:
            (source, target), (other, _) = relation.pairs[:2]
            examples.append((source, target, other))
    return list(dict.fromkeys(examples))[:_N_EXAMPLES]
