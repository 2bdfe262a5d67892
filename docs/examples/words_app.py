"""A Streamlit app with the word map: streamlit run docs/examples/words_app.py."""

import streamlit as st

import embedviz as ev
from embedviz.streamlit import word_map

st.set_page_config(page_title="My words", layout="wide")
st.title("My words")
vectors = st.cache_resource(ev.load)("english")

relation = st.selectbox("Relation", ["male-female", "country-capital", "verb-past"])
shown = word_map(vectors, relations=[relation], words=3_000)
if shown.focus:
    st.subheader(f"Nearest to {shown.focus}")
    near = vectors.most_similar(shown.focus)
    st.dataframe([{"word": one.word, "cosine": one.cosine} for one in near])
st.write("Selected:", ", ".join(shown.selection) or "nothing; draw a box or a lasso")
