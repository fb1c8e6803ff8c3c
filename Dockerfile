# The image of jenkins-agent-probe: Node.js and the built program; no shell, no npm, no package manager.
#
#   docker build --tag jenkins-agent-probe:0.1.0 .
#
# docker-bake.hcl builds it for several architectures. For a reproducible build, pin both images by digest, see
# docs/install.md:
#   --build-arg NODE_IMAGE=node@sha256:… --build-arg BASE_IMAGE=…@sha256:… --build-arg SOURCE_DATE_EPOCH=…

# The build image, from which the node executable is copied. It has `strip`, which the slim image lacks.
ARG NODE_IMAGE=docker.io/library/node:24-trixie
# The base image: C and C++ libraries and the certificates of public authorities.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build scripts/build
COPY src src
RUN npm run build

# The files of the image, all with the date of the sources.
ARG SOURCE_DATE_EPOCH=0
COPY LICENSE ./
RUN mkdir -p /image/app /image/usr/local/bin \
 && cp -R package.json LICENSE dist /image/app/ \
 && cp "$(command -v node)" /image/usr/local/bin/node \
 && strip --strip-all /image/usr/local/bin/node \
 && printf '%s\n' '#!/usr/local/bin/node' 'require("/app/dist/start.cjs");' > /image/usr/local/bin/jenkins-agent-probe \
 && chmod 0755 /image/usr/local/bin/* \
 && find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="jenkins-agent-probe" \
      org.opencontainers.image.description="Shows whether a Jenkins inbound agent in this network can reach its controller, which hop fails, and how to fix it." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
COPY --from=build /image/ /
# One arena of malloc for all threads, instead of up to eight for each core. The heap may take half of the container's
# memory limit; without that, V8 ignores the limit and many clients at once could get the container killed.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    NODE_OPTIONS=--max-old-space-size-percentage=50
USER 65532:65532
EXPOSE 9180
# Checks only the process: a restart of the probe does not help if Jenkins is down.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/local/bin/jenkins-agent-probe", "alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/jenkins-agent-probe"]
CMD ["serve"]
