"""The page Analogies, as a file that Streamlit runs."""

from embedviz.dashboard import analogy_page

if __name__ == "__main__":
    analogy_page.show()
