"""The child shuts itself in, before it has seen a byte of the file. Every wall is tried; which of them stand is told to the parent."""
import ctypes
import os
import resource
import signal

from media.sandbox import bounds, seccomp

_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITIES_V3 = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)


class _CapabilityHead(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def leave_network() -> bool:
    """A network of its own without any device, where the kernel gives one; before a library starts a thread, or it gives none."""
    return bool(_LIBC.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) == 0 or _LIBC.unshare(_NEW_NET) == 0)


def shut_in(parent: int) -> dict[str, bool]:
    """No rights, no more memory than is due, no new files, no system calls but a few, and the end when `parent` ends."""
    nothing = (ctypes.c_uint32 * 6)()
    head = _CapabilityHead(_CAPABILITIES_V3, 0)
    walls = {"powerless": _LIBC.capset(ctypes.byref(head), nothing) == 0}
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core file, which would hold the file in clear
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os._exit(0)
    spent = int(sum(os.times()[:2]))
    limits = [
        (resource.RLIMIT_DATA, bounds.MEMORY_BYTES, bounds.MEMORY_BYTES),
        (resource.RLIMIT_CPU, spent + bounds.CHECK_S, spent + bounds.CHECK_S + bounds.WORK_S),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 3, 3),
    ]
    for what, soft, hard in limits:
        resource.setrlimit(what, (soft, hard))
    walls["bounded"] = True
    walls["alone"] = _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and seccomp.install(_LIBC)
    return walls
