# syntax=docker/dockerfile:1
# Two images of one static program:
#   docker build --target kubevet .   nothing but the program: for Jobs, hooks, sidecars (the default)
#   docker build --target shell .     with a shell and git: for CI systems that run scripts in an image
ARG RUST=1.95
ARG ALPINE=3.22

FROM rust:${RUST}-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bin kubevet \
    && mkdir -p /out/usr/local/bin /out/usr/share/doc/kubevet \
    && strip -o /out/usr/local/bin/kubevet target/dist/kubevet \
    && cp LICENSE NOTICE /out/usr/share/doc/kubevet/

FROM alpine:${ALPINE} AS shell
RUN apk add --no-cache bash git jq
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /work
CMD ["kubevet", "--help"]

FROM scratch AS kubevet
COPY --from=build /out/ /
# Writes nothing and needs nothing: any user, a read-only root.
USER 65532:65532
WORKDIR /work
ENV PATH=/usr/local/bin
ENTRYPOINT ["/usr/local/bin/kubevet"]
CMD ["check"]
