# What is built is JavaScript, the same for every platform, so it is built on the platform of the
# machine at hand and nothing runs under emulation. Only BuildKit tells that platform.
ARG BUILD_ON=${BUILDPLATFORM:-linux/amd64}

FROM --platform=$BUILD_ON node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script is run: no package needs one.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY hack/build.ts hack/
COPY server server
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian12:nonroot
# Before WORKDIR and USER, so that all of it, /app too, belongs to root whatever builds it.
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/dist /app/dist
WORKDIR /app
USER 65532:65532
ENV NODE_ENV=production HOST=::
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
