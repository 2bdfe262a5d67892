"""The web server: launcher, request filter, and the Streamlit script."""
