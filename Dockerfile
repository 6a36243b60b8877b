# Lineside as an image: pages built once, the server's own dependencies, and nothing to write but /data.

FROM node:26-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY domain/package.json domain/
COPY server/package.json server/
COPY simulators/package.json simulators/
COPY tests/package.json tests/

FROM manifests AS pages
RUN npm ci
COPY tsconfig.base.json ./
COPY domain/ domain/
COPY client/ client/
RUN npm run build

FROM manifests AS server
# The Node that npm would bring is this image's own.
RUN npm ci --omit=dev --omit=optional --workspace server --workspace simulators
COPY domain/ domain/
COPY server/ server/
COPY simulators/ simulators/
COPY --from=pages /app/client/dist/ client/dist/
# Whoever built this may keep files to himself; the user below reads them all the same.
RUN rm -rf tests client/package.json && chmod -R a+rX /app

FROM node:26-bookworm-slim
LABEL org.opencontainers.image.title="Lineside" \
      org.opencontainers.image.description="Real-time production monitoring: where output falls short of its target" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
COPY --from=server /app/ /app/
# Pages older than their sources would be built anew at the start. Here they never are, whatever the
# clocks said and however files were copied.
RUN touch /app/client/dist/index.html && install -d -o 1000 -g 1000 /data
ENV NODE_ENV=production HOST=0.0.0.0 MQTT_HOST=0.0.0.0 DATA_DIR=/data
# A plant.yaml in this folder is found by itself; without one and without MQTT_URL the demo runs.
WORKDIR /plant
USER 1000:1000
VOLUME /data
EXPOSE 3000 1883
STOPSIGNAL SIGTERM
# 503 is "still starting". A broker or database that is away is told with 200: no restart brings it back.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/app/server/src/main.ts"]
