# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/facteur
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY hub hub
COPY formats formats
COPY routing_rules routing_rules
COPY outbound outbound
COPY archive archive
RUN uv sync --locked --no-dev --no-editable

FROM python:3.13-slim-bookworm
RUN apt-get update \
  && apt-get install -y --no-install-recommends \
    fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --create-home --home-dir /var/lib/facteur facteur
COPY --from=build --chown=root:root /opt/facteur/.venv /opt/facteur/.venv
ENV PATH=/opt/facteur/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER facteur
WORKDIR /var/lib/facteur
VOLUME /var/lib/facteur
EXPOSE 8480 2222
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8480/health', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["facteur"]
CMD ["serve"]
