"""The page Export, as a file that Streamlit runs."""

from embedviz.dashboard import export_page

if __name__ == "__main__":
    export_page.show()
