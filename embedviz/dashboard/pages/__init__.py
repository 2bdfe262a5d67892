"""The pages of the dashboard, one module each; its function ``show_page`` draws the page."""
