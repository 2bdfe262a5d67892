"""The page Compare, as a file that Streamlit runs."""

from embedviz.dashboard import compare_page

if __name__ == "__main__":
    compare_page.show()
