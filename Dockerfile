# syntax=docker/dockerfile:1
# Accord in a container.
#
#   docker build -t accord .                          the CUDA build of vLLM
#   docker build -t accord --build-arg DEVICE=cpu .   the CPU build
#   docker run --gpus all -p 8000:8000 -v accord-cache:/cache accord --model Qwen/Qwen3-8B

FROM python:3.12.12-slim-bookworm AS build
ARG DEVICE=cuda
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Debian keeps one version of a package a release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends -y make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/accord
COPY Makefile pyproject.toml README.md LICENSE ./
COPY requirements requirements
RUN make env DEVICE="${DEVICE}"
COPY src src
RUN make installed sbom DEVICE="${DEVICE}" && rm -rf .venv-audit

FROM python:3.12.12-slim-bookworm
# Debian keeps one version of a package a release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends -y g++ libnuma1 \
    && rm -rf /var/lib/apt/lists/* \
    && python -m compileall -q -x 'test|site-packages' "$(python -c 'import os; print(os.path.dirname(os.__file__))')" \
    && dpkg-query --show > /usr/share/debian-packages.tsv \
    && useradd --uid 1000 --create-home accord \
    && install -d -o accord -g accord /cache
COPY --from=build /opt/accord /opt/accord
COPY deploy/nim/model_manifest.yaml /opt/nim/etc/default/model_manifest.yaml
USER 1000
ENV PATH=/opt/accord/.venv/bin:$PATH \
    NIM_CACHE_PATH=/cache \
    HF_HOME=/cache/huggingface \
    PYTHONUNBUFFERED=1
LABEL org.opencontainers.image.title="Accord" \
    org.opencontainers.image.licenses="Apache-2.0"
LABEL org.opencontainers.image.version="0.2.0"
VOLUME /cache
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["accord", "probe"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["accord", "serve"]
