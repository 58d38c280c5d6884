"""Chapter 9's service: a small application that embeds texts and searches the book.

=============== ======================================================================
``refusals``    what the service says when it says no
``encoders``    what makes vectors of texts, and what the service must know about it
``snapshots``   the book's paragraphs with their index, of one version
``batching``    texts of several requests go through the encoder together
``metrics``     numbers for Prometheus
``engine``      embed and search, with a cache; a new index takes the old one's place
``access``      keys, and how often each may ask
``requests``    reading a body that nobody has promised to be short, fast or right
``logs``        one line of JSON for each request, without texts and keys
``app``         the routes
``connections`` how the server holds connections
``command``     what ``embedlab serve`` does
``commands``    its options
=============== ======================================================================

Each module imports only from those above it. Start the service with ``embedlab serve``; a program
of one's own calls ``app.create_app``.
"""
