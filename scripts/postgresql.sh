#!/bin/sh
# Run a command against a throw-away server of the PostgreSQL that Debian installed: in a folder of its own, on a socket
# of its own, without fsync, in memory where there is room. The command finds it in CABLEGRAM_TEST_DATABASE_URL. Exit
# status 69: there is none.
set -eu

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | head -n 1)
if [ -z "$programs" ]; then
    echo "No PostgreSQL of Debian's is installed (apt-get install postgresql)." >&2
    exit 69
fi
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else
        "$@"
    fi
}
free=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
[ "${free:-0}" -gt 4000000 ] && root=/dev/shm || root=/tmp
place=$(mktemp -d "$root/cablegram-postgresql-XXXXXX")
[ "$(id -u)" != 0 ] || chown postgres "$place"
leave() {
    as_postgres "$programs/pg_ctl" --silent --pgdata="$place/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap leave EXIT
trap 'exit 130' INT TERM
careless="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
as_postgres "$programs/initdb" --pgdata="$place/data" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >/dev/null
as_postgres "$programs/pg_ctl" --silent --pgdata="$place/data" --log="$place/log" --wait start \
    --options="-c listen_addresses= -c unix_socket_directories=$place $careless" >/dev/null
CABLEGRAM_TEST_DATABASE_URL="postgresql://postgres@/postgres?host=$place" "$@"
