"""The page Train, as a file that Streamlit runs."""

from embedviz.dashboard import train_page

if __name__ == "__main__":
    train_page.show()
