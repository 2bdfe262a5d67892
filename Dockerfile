# The dashboard for the public: read-only, without PyTorch, as a user without rights.
# Notes on what to put before it: docs/hosting.md.
#
#     docker build --tag embedviz .
#     docker run --rm --publish 127.0.0.1:8501:8501 embedviz
#     docker run --rm --publish 127.0.0.1:8501:8501 --volume "$PWD/models:/models:ro" embedviz \
#         embedviz app --read-only --address 0.0.0.0 --host words.example.org /models/mine
FROM python:3.11-slim

ENV PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY corpora corpora
COPY embedviz embedviz
RUN pip install --constraint constraints.txt '.[app]' && rm -rf /source/*

RUN useradd --create-home --uid 10001 reader
USER reader
WORKDIR /home/reader

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["embedviz", "app", "--read-only", "--address", "0.0.0.0"]
