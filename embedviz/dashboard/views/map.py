"""The page Map, as a file that Streamlit runs."""

from embedviz.dashboard import map_page

if __name__ == "__main__":
    map_page.show()
