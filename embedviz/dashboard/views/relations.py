"""The page Relations, as a file that Streamlit runs."""

from embedviz.dashboard import relation_page

if __name__ == "__main__":
    relation_page.show()
