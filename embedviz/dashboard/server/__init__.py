"""The server: its start, the gate before Streamlit, and the script that Streamlit runs."""
