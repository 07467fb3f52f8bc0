# What is built is JavaScript, the same for every platform, so it is built on the platform of the
# machine at hand and nothing runs under emulation. Only BuildKit tells that platform.
ARG BUILD_ON=${BUILDPLATFORM:-linux/amd64}

# By digest, so that a build takes what was reviewed; renovate.json brings newer ones. The digests
# are those of the multi-platform index. As arguments for those who have them from a mirror.
ARG BUILD_IMAGE=node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20
# Of Debian 12 the distroless images for Node are no longer updated.
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e

FROM --platform=$BUILD_ON $BUILD_IMAGE AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script is run: no package needs one.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY hack/build.ts hack/
COPY server server
RUN npm run build

FROM $RUNTIME_IMAGE
# Before WORKDIR and USER, so that all of it, /app too, belongs to root whatever builds it.
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/dist /app/dist
WORKDIR /app
USER 65532:65532
# SIGUSR1 would open Node's inspector, which reads and changes everything in the process.
ENV NODE_ENV=production HOST=:: NODE_OPTIONS=--disable-sigusr1
EXPOSE 8080 9090
# The base's entry point is node, so that is process 1 and hears SIGTERM.
CMD ["dist/main.js"]

# Last, since they differ with every commit; hack/docker-build.ts sets them.
ARG SOURCE=https://example.com/coinflip-operator
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="coinflip-operator" \
      org.opencontainers.image.description="Kubernetes operator as a Metacontroller webhook: three tails in a row become one message on NATS JetStream" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
