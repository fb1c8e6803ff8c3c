# The image of jenkins-agent-probe: Node.js, the built program and its dependencies; no shell, no npm, no package manager.
#
#   docker build --tag jenkins-agent-probe:0.1.0 .
#
# Pin both images by digest for a build that can be repeated, see docs/install.md:
#   --build-arg NODE_IMAGE=node@sha256:… --build-arg BASE_IMAGE=…@sha256:… --build-arg SOURCE_DATE_EPOCH=…

# Where it is built, and where the node program comes from.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
# Where it runs: a C and C++ library and the certificates of the usual authorities.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

# What runs, and nothing that only describes it; every file as old as the sources.
ARG SOURCE_DATE_EPOCH=0
COPY LICENSE ./
RUN mkdir -p /image/app /image/usr/local/bin \
 && cp -R package.json LICENSE dist node_modules /image/app/ \
 && find /image/app \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \) -type f -delete \
 && rm -rf /image/app/node_modules/.bin /image/app/node_modules/.package-lock.json \
 && cp "$(command -v node)" /image/usr/local/bin/node \
 && printf '%s\n' '#!/usr/local/bin/node' 'import("/app/dist/cli/main.js");' > /image/usr/local/bin/jenkins-agent-probe \
 && chmod 0755 /image/usr/local/bin/* \
 && find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="jenkins-agent-probe" \
      org.opencontainers.image.description="Can a Jenkins inbound agent in this network reach its controller, and if not, which hop breaks and what mends it?" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 9180
# About the process alone: a Jenkins that is down is no reason to start the probe anew.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/local/bin/jenkins-agent-probe", "alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/jenkins-agent-probe"]
CMD ["serve"]
