"""What is kept between runs of a page: models, links, training runs, options of the server."""
