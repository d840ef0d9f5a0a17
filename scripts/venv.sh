#!/bin/sh
# Make .venv with the Python given and put uv into it.
set -eu
python=${1:-}

if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3.12 ..." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python can't make a virtual environment: install its venv package (Debian: apt-get install python3-venv)." >&2
    exit 1
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
touch .venv/bin/uv # make compares with the time of the file
