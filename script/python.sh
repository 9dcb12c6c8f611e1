# Sourced by every command: sets ROOT (the checkout) and PYTHON (an interpreter, 3.11 or newer, that can make
# virtual environments). Where there is none, a Debian or Ubuntu package manager is asked for one.
# The rest of the logic is standard-library Python, run by script/run.py.

self=$(readlink -f -- "$0" 2>/dev/null || printf '%s' "$0")
ROOT=$(CDPATH='' cd -- "$(dirname -- "$self")/.." && pwd -P)

say() { printf 'mappa-comune: %s\n' "$*" >&2; }

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for PYTHON in python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3 \
        /opt/homebrew/bin/python3 /usr/local/bin/python3; do
        if command -v "$PYTHON" >/dev/null 2>&1 && fits "$PYTHON"; then return 0; fi
    done
    return 1
}

install_python() {
    if ! command -v apt-get >/dev/null 2>&1; then
        say 'Python 3.11 or newer with the venv module is needed. Install it (macOS: brew install python), then try again.'
        exit 1
    fi
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say 'Python 3.11 or newer is needed and there is no sudo here.'
            say 'Ask an administrator for: apt-get install --no-install-recommends python3 python3-venv'
            exit 1
        fi
        sudo=sudo
    fi
    say 'Installing the distribution packages python3 and python3-venv.'
    apt="env DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy=$http_proxy}"
    apt="$sudo $apt ${https_proxy:+https_proxy=$https_proxy} apt-get -q"
    { $apt update && $apt -y install --no-install-recommends python3 python3-venv; } >&2 || {
        say 'The packages could not be installed: the reason is above. Put it right and try again; nothing is lost.'
        exit 1
    }
}

if ! find_python; then
    install_python
    if ! find_python; then
        say 'The Python of this release is older than 3.11. Use Debian 12 or newer, or install python3.11 with venv.'
        exit 1
    fi
fi
