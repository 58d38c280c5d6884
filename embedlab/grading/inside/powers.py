"""System calls that no notebook needs, refused by the kernel for a process and all that it starts.

What stands behind the wall could otherwise make memory that is counted for nobody (files without a
name, System V segments, file systems in a user namespace of its own), leave things behind for the
next notebook (keys, message queues), and reach what no network namespace hides (vsock). A filter is
a small program of the kernel's; seccomp(2) describes it. Everything else stays allowed.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _IS, _HAS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
# Where the kernel puts the number of the call, the machine, and the first argument.
_NUMBER, _MACHINE, _FIRST = 0, 4, 16

_NAMESPACES = 0x7E020000
"""The flags of ``clone`` that make one."""

_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, netlink: those that a network namespace hides from the machine's own."""

_COMMON = (*range(425, 434), 438, 442, 447)
"""io_uring_*, open_tree, move_mount, fsopen to fspick, pidfd_getfd, mount_setattr and so on."""

_MACHINES = {
    # unshare setns mount umount2 pivot_root chroot | memfd_create shmget semget msgget mq_open |
    # add_key request_key keyctl | ptrace process_vm_readv _writev kcmp | bpf perf_event_open
    # userfaultfd syslog name_to_handle_at open_by_handle_at personality fanotify_init
    "x86_64": (0xC000003E, 56, 41, (272, 308, 165, 166, 155, 161, 319, 29, 64, 68, 240, 248, 249,
               250, 101, 310, 311, 312, 321, 298, 323, 103, 303, 304, 135, 300)),
    "aarch64": (0xC00000B7, 220, 198, (97, 268, 40, 39, 41, 51, 279, 194, 190, 186, 180, 217, 218,
                219, 117, 270, 271, 272, 280, 241, 282, 116, 264, 265, 92, 262)),
}  # fmt: skip
_CLONE3 = 435


def give_up() -> None:
    """Give up, for this process and all its children, what no notebook needs.

    Raises:
        OSError: If the kernel does not take the filter.
    """
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _MACHINES:
        return
    steps = list(_steps(*_MACHINES[machine]))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    # A length, the padding that a pointer needs, the pointer.
    head = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_PR_SET_SECCOMP, _FILTER, head):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


def _steps(
    machine: int, clone: int, socket: int, refused: tuple[int, ...]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the filter: operation, how far to jump if so, how far if not, a number."""
    yield _LOAD, 0, 0, _MACHINE
    yield _IS, 1, 0, machine
    yield _RETURN, 0, 0, _REFUSE | _EPERM
    yield _LOAD, 0, 0, _NUMBER
    # The second table of calls of x86-64 begins here; no other machine has numbers so large.
    yield _AT_LEAST, 0, 1, 0x40000000
    yield _RETURN, 0, 0, _REFUSE | _ENOSYS
    for number in (*refused, *_COMMON):
        yield _IS, 0, 1, number
        yield _RETURN, 0, 0, _REFUSE | _EPERM
    # Its flags cannot be seen; whoever gets this answer uses ``clone``.
    yield _IS, 0, 1, _CLONE3
    yield _RETURN, 0, 0, _REFUSE | _ENOSYS
    yield _IS, 0, 4, clone
    yield _LOAD, 0, 0, _FIRST
    yield _HAS, 0, 1, _NAMESPACES
    yield _RETURN, 0, 0, _REFUSE | _EPERM
    yield _RETURN, 0, 0, _ALLOW
    yield _IS, 1, 0, socket
    yield _RETURN, 0, 0, _ALLOW
    yield _LOAD, 0, 0, _FIRST
    for family in _FAMILIES:
        yield _IS, 0, 1, family
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _REFUSE | _EAFNOSUPPORT
