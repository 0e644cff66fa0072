# What it is built with, and the Node that is shipped. To update, set the version here and of "node" in package.json: the tests run on
# that. What it runs on: glibc and libstdc++, which Node needs, without a shell. See docs/install/image.md.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-trixie-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${NODE_IMAGE} AS build
ARG BUILD_FLAGS=""
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY dev dev
COPY src src
RUN node dev/build.ts ${BUILD_FLAGS}

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="impersonation-operator" \
      org.opencontainers.image.description="Turns ImpersonationGrant and UserBinding objects into exact, expiring impersonation RBAC" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /usr/local/LICENSE /app/LICENSE.node
COPY LICENSE /app/LICENSE
COPY --from=build /build/dist/ /app/
# Memory over speed: see "Memory" in bench/README.md.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
# A number, so that runAsNonRoot can be checked. Nothing is ever written to a file.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/node", "--optimize-for-size", "--max-semi-space-size=1", "/app/main.js"]
