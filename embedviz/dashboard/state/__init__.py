"""State kept between reruns of a page: models, links, the job queue, options of the server."""
