# Settings shared by up.sh and down.sh; each can be set in the environment.
export LAB_HOME=${LAB_HOME:-${TMPDIR:-/tmp}/openstack-lab} # everything the lab writes
export LAB_VENV=${LAB_VENV:-$LAB_HOME/venv}       # may be a cached one
export LAB_PORT_OFFSET=${LAB_PORT_OFFSET:-0}      # added to every port
export LAB_COMPUTES=${LAB_COMPUTES:-10}           # fake compute hosts
export LAB_SERVICES=${LAB_SERVICES:-keystone placement glance neutron cinder nova gnocchi}

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RUN=$LAB_HOME/run

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
die() { say "FAILED: $*" >&2; exit 1; }

alive() {   # alive NAME: is the process recorded under NAME running?
    local pid
    pid=$(cat "$RUN/$1.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
        ! grep -q '^State:.*zombie' "/proc/$pid/status" 2>/dev/null
}

ours() {    # ours PID: a pid file can be older than a reboot
    tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null |
        grep -qF -e "$LAB_HOME" -e "$LAB_DIR/lab/"
}

stop() {    # stop NAME...: end the recorded processes, by their pids
    local name pid n
    for name in "$@"; do
        alive "$name" && pid=$(cat "$RUN/$name.pid") && ours "$pid" &&
            kill "$pid" 2>/dev/null
    done
    for name in "$@"; do
        for n in $(seq 200); do
            alive "$name" && ours "$(cat "$RUN/$name.pid")" || break
            [ "$n" != 150 ] || kill -9 "$(cat "$RUN/$name.pid")"
            sleep 0.1
        done
        rm -f "$RUN/$name.pid"
    done
}

discard() { # discard PATH...: remove, in the background (Gnocchi keeps its data
            # in so many small files that rm can take a minute)
    local path
    for path in "$@"; do
        [ -e "$path" ] || continue
        mv "$path" "$path.gone.$$"
        setsid nice rm -rf "$path.gone.$$" </dev/null >/dev/null 2>&1 9>&- &
    done
}
