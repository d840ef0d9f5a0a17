#!/bin/sh
# Print the path of a Chromium for the panel's tests; on Debian and as root, install it when there is none.
set -eu

find_one() {
    for name in "${CABLEGRAM_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "${HOME:-/}"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome; do
        if [ -n "$name" ] && command -v "$name" 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

find_one && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the panel's tests ..." >&2
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium) \
        >&2 </dev/null || true
    find_one && exit 0
fi
echo "Chromium is needed for the panel's tests: install it (Debian: apt-get install chromium), or set CABLEGRAM_TEST_CHROMIUM to one." >&2
exit 1
