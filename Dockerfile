# What both stages run on. A tag can be moved: where an image is built for others, pin the digest as well. To update, set the version
# here and of "node" in package.json (the tests run on that), then
#   docker buildx imagetools inspect docker.io/library/node:VERSION-bookworm-slim
#   docker build --build-arg NODE_IMAGE=docker.io/library/node:VERSION-bookworm-slim@sha256:DIGEST .
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY dev dev
COPY src src
RUN node dev/build.ts

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="impersonation-operator" \
      org.opencontainers.image.description="Turns ImpersonationGrant and UserBinding objects into exact, expiring impersonation RBAC" \
      org.opencontainers.image.licenses="Apache-2.0"
# The program needs Node alone; a package manager would serve whoever breaks in.
RUN rm -rf /opt/yarn* /usr/local/lib/node_modules \
    && cd /usr/local/bin && rm -f corepack npm npx yarn yarnpkg
COPY --from=build /build/dist/ /app/
# Memory over speed: see "Memory" in bench/README.md.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
# A number, so that runAsNonRoot can be checked. Nothing is ever written to a file.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["node", "--optimize-for-size", "--max-semi-space-size=1", "/app/main.js"]
