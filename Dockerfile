# Three stages: the console, the packages, and what runs. See docs/operations.md, "With Docker Compose".
FROM node:24.19.0-trixie-slim AS console
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY ui ./
RUN npm run build -- --logLevel warn

FROM python:3.11.14-slim-trixie AS packages
RUN python -m venv /opt/strongroom/.venv
COPY requirements/run.txt /tmp/run.txt
RUN /opt/strongroom/.venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/run.txt

FROM python:3.11.14-slim-trixie AS run
# By number as in docker-compose.yml: operator 7000, api 7001, projector 7002, worker 7003, servers 7004, signer 7005.
RUN groupadd --gid 7004 strongroom \
 && useradd --uid 7004 --gid 7004 --no-create-home --shell /usr/sbin/nologin strongroom \
 && for user in operator=7000 api=7001 projector=7002 worker=7003 signer=7005; do \
      groupadd --gid "${user#*=}" "strongroom-${user%=*}" \
      && useradd --uid "${user#*=}" --gid "${user#*=}" --no-create-home --shell /usr/sbin/nologin "strongroom-${user%=*}" \
      || exit 1; done \
 && install -d -o 7004 -g 7004 -m 700 /var/lib/nats \
 && install -d -o 7005 -g 7005 -m 700 /var/lib/strongroom-signer \
 && install -d -m 1777 /traces
WORKDIR /opt/strongroom
COPY --from=packages /opt/strongroom/.venv .venv
COPY LICENSE pyproject.toml strongroom.py ./
COPY domain domain
COPY commands commands
COPY projections projections
COPY workers workers
COPY api api
COPY ops ops
COPY --from=console /src/ui/dist ui/dist
RUN .venv/bin/python -m compileall -q domain commands projections workers api ops strongroom.py
ENV PATH=/opt/strongroom/.venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/opt/strongroom PYTHONDONTWRITEBYTECODE=1
USER 7000:7000
EXPOSE 7272
ENTRYPOINT ["/opt/strongroom/.venv/bin/python", "-s", "-E", "/opt/strongroom/strongroom.py"]
CMD ["--help"]
