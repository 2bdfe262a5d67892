"""The Streamlit script of `embedviz app`; it does the same as ``app.py``."""

from embedviz.dashboard.server.launcher import main

if __name__ == "__main__":
    main()
