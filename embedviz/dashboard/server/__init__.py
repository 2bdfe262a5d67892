"""The web server: the launcher, the request filter before Streamlit, the script Streamlit runs."""
