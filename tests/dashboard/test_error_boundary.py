"""No exception reaches a visitor: of a page, of a callback, or of a forged widget value."""

from __future__ import annotations

import ast

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import ANALOGIES, COMPARE, DASHBOARD, EXPORT, RELATIONS, planted, switch_page
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.widgets.error_boundary import UNEXPECTED

CALLBACKS = ("on_change", "on_click", "on_select", "on_pick")
_HARMLESS = {"ignore", "rerun"}


def callbacks():
    """Every callback that is given to a widget: its place, and the expression."""
    for file in sorted(DASHBOARD.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            is_widget = isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
                ("st.", "word_map.", "_select")
            )
            for keyword in node.keywords if is_widget else ():
                if keyword.arg in CALLBACKS:
                    yield f"{file.name}:{node.lineno}", keyword.value


def is_guarded(value, source):
    if isinstance(value, ast.Constant):
        return value.value in _HARMLESS
    if isinstance(value, ast.Lambda):
        return isinstance(value.body, ast.Constant)
    text = ast.unparse(value)
    name = text.partition("(")[0]
    return (
        text.startswith("guarded(")
        or f"{name} = guarded(" in source
        or f"{name} = _run_on_click(" in source
        or (name == "_run_on_click" and "return guarded(run_action)" in source)
    )


def test_every_callback_is_guarded():
    found = list(callbacks())
    assert len(found) > 15
    sources = {file.name: file.read_text() for file in DASHBOARD.rglob("*.py")}
    bare = [place for place, value in found if not is_guarded(value, sources[place.split(":")[0]])]
    assert not bare


def failing():
    import streamlit as st

    from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
    from embedviz.errors import InputError

    def act(error):
        raise error

    def page():
        st.button("known", on_click=guarded(act), args=(InputError("too long"),))
        st.button("unknown", on_click=guarded(act), args=(ZeroDivisionError(),))
        st.markdown("the controls")
        if st.session_state.get("bad"):
            raise ValueError
        if "hopeless" in st.query_params:
            raise ValueError

    run_safely(page)


@pytest.mark.parametrize(("label", "says"), [("known", "too long"), ("unknown", UNEXPECTED)])
def test_a_callback_that_fails_leaves_the_page(label, says):
    at = AppTest.from_function(failing).run()
    next(button for button in at.button if button.label == label).click().run()
    assert [error.value for error in at.error] == [says]
    assert at.markdown[0].value == "the controls"
    at.run()
    assert not at.error


def test_a_page_that_fails_is_run_again_without_its_widgets_values():
    at = AppTest.from_function(failing).run()
    at.session_state["bad"] = "a forged value"
    at.session_state["uploads"] = "kept"
    at.run()
    assert not at.error and not at.exception
    assert at.session_state["uploads"] == "kept"
    assert "bad" not in at.session_state
    at.query_params["hopeless"] = "1"
    at.run()
    assert [error.value for error in at.error] == [UNEXPECTED]


FORGED = (
    {"int_value": 10**6},
    {"string_value": "\U0001f600" * 3_000},
    {"bool_value": True},
    {"double_value": float("nan")},
    {"json_value": "{"},
    {"json_value": '{"a": [1, {}]}'},
    {"bytes_value": b"\xff\x00"},
    {"trigger_value": True},
    {"int_array_value": [-1, 10**9]},
    {"string_array_value": ["a", ""]},
    {"double_array_value": [float("inf"), -1.0, 3.0]},
)


@pytest.mark.parametrize("page", ["", ANALOGIES, RELATIONS, COMPARE, EXPORT])
def test_widget_values_of_the_wrong_type_show_no_error(serve, page):
    """As a browser could send them, for each widget of a page one after another."""
    at = serve(planted(), planted(seed=1))
    if page:
        switch_page(at, page).run()
    assert not at.error
    widgets = [node.id for node in at._tree if hasattr(node, "_widget_state") and node.id]
    assert len(widgets) > 2
    for number, widget in enumerate(widgets):
        if widget.endswith("-own"):  # any text is a list of pairs, perhaps a wrong one
            continue
        forge(at, widget, FORGED[number % len(FORGED)])
        assert not at.exception
        assert not at.error, [one.value for one in at.error] + [widget, number]


def forge(at, widget, value):
    """Run the page with a value of some type for a widget."""
    state = WidgetState(id=widget)
    ((name, content),) = value.items()
    if name.endswith("array_value"):
        getattr(state, name).data.extend(content)
    else:
        setattr(state, name, content)
    at._run(WidgetStates(widgets=[state]))
