#!/bin/sh
# Writes .env with random secrets, for compose.yaml. It replaces none: the database has its password, cursors are sealed with its secret.
set -eu
cd "$(dirname "$0")"
umask 077
random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
urlsafe() { random | tr '+/' '-_' | tr -d '='; }

key="chg_$(urlsafe)"
set -C
cat > .env <<EOF
POSTGRES_PASSWORD=$(urlsafe)
REDIS_PASSWORD=$(urlsafe)
GATEWAY_SECRET=$(random)
GATEWAY_KEY=$key
GATEWAY_KEY_SHA256=$(printf %s "$key" | sha256sum | cut -d ' ' -f 1)
GRAFANA_PASSWORD=$(urlsafe)
EOF
echo "Wrote .env. GATEWAY_KEY is the API key, GRAFANA_PASSWORD the password of Grafana's user admin."
