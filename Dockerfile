# The sidecar that removes stopped containers, as autodestroy.json says. Built by `npm run image`.
# It needs the engine's socket, and a user who may open it: root, or `user: "1000:GROUP"` with the group of the socket.
ARG BASE=node:22-alpine
FROM ${BASE}
COPY dist/image/tutum-stack /usr/local/bin/tutum-stack
# A small space for new objects: with more, Node lets the garbage of many containers pile up before it collects any.
ENV NODE_OPTIONS=--max-semi-space-size=1
ENTRYPOINT ["tutum-stack"]
