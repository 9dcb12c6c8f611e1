"""What the reader gives up before it opens anything: memory, time, files, sockets, other programs.

The filter needs no rights (`no_new_privs`). On a system other than Linux on x86_64 or aarch64 it is not available;
the header then says so, and the parent tells the person who imports.
"""

import contextlib
import ctypes
import errno
import platform
import resource
import socket
import struct
import sys

MEMORY_BYTES = 1500 * 1024 * 1024
CPU_SECONDS = 60
OPEN_FILES = 64
FILE_BYTES = 1024 * 1024 * 1024

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
LOAD_WORD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW = 0x7FFF0000
DENY = 0x00050000 | errno.EACCES
KILL = 0x80000000
X32_CALLS = 0x40000000

# Per machine: the kernel's name of the architecture, and the numbers of
# socket, socketpair, connect, execve, execveat, ptrace, process_vm_readv, io_uring_setup, bpf, kill, fork, vfork.
CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 53, 42, 59, 322, 101, 310, 425, 321, 62, 57, 58)),
    "aarch64": (0xC00000B7, (198, 199, 203, 221, 281, 117, 270, 425, 280, 129)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def limit_resources() -> None:
    """Hard limits on memory, processor time, open files and the size of any file written."""
    for name, wanted in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(name)[1]
        value = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        # Some systems (macOS) refuse to limit the address space; the wall clock of the parent still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def _filter(architecture: int, denied: tuple[int, ...]) -> bytes:
    """A classic BPF program over `struct seccomp_data`: the call number is at byte 0, the architecture at byte 4."""
    count = len(denied)
    steps = [(LOAD_WORD, 0, 0, 4), (JUMP_EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD_WORD, 0, 0, 0)]
    steps.append((JUMP_AT_LEAST, count + 1, 0, X32_CALLS))
    steps += [(JUMP_EQUAL, count - position, 0, number) for position, number in enumerate(denied)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, DENY)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def deny_calls() -> str:
    """Forbid sockets and other programs to this process for good; "denied" once proved, else "unavailable"."""
    known = CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return "unavailable"
    code = _filter(*known)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        return "unavailable"
    if prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(program)) != 0:
        return "unavailable"
    try:
        socket.socket().close()
    except PermissionError:
        return "denied"
    return "unavailable"


def enter() -> dict[str, str]:
    """Give everything up; what came of it, for the header."""
    limit_resources()
    return {"sockets": deny_calls()}
