# The sidecar that removes stopped containers, as autodestroy.json says. Built by `npm run image`.
# It needs the engine's socket, and a user who may open it: root, or `user: "1000:GROUP"` with the group of the socket.
ARG BASE=node:22-alpine
FROM ${BASE}
COPY dist/image/tutum-stack /usr/local/bin/tutum-stack
ENTRYPOINT ["tutum-stack"]
