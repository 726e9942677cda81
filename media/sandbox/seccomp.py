"""The system calls that are left to a decoder, as a filter of the kernel: reading and writing what is open, memory, time, its end."""
import ctypes
import platform
import struct

_ALLOWED = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
        "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "getcwd": 79, "exit": 60,
        "gettimeofday": 96, "getrusage": 98, "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
        "restart_syscall": 219, "clock_gettime": 228, "clock_nanosleep": 230, "exit_group": 231, "set_robust_list": 273, "getrandom": 318,
        "rseq": 334,
    },
    "aarch64": {
        "read": 63, "write": 64, "close": 57, "fstat": 80, "lseek": 62, "munmap": 215, "brk": 214, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "sched_yield": 124, "mremap": 216, "madvise": 233, "nanosleep": 101, "getpid": 172,
        "getcwd": 17, "exit": 93, "gettimeofday": 169, "getrusage": 165, "sigaltstack": 132, "gettid": 178, "futex": 98,
        "sched_getaffinity": 123,
        "restart_syscall": 128, "clock_gettime": 113, "clock_nanosleep": 115, "exit_group": 94, "set_robust_list": 99, "getrandom": 278,
        "rseq": 293,
    },
}  # fmt: skip
_NOT_EXECUTABLE = {"x86_64": {"mmap": 9, "mprotect": 10}, "aarch64": {"mmap": 222, "mprotect": 226}}  # allowed, but for new code
_THREAD = {"x86_64": {"clone": 56}, "aarch64": {"clone": 220}}  # allowed for a thread, which libde265 wants; not for a process
_UNKNOWN = {"x86_64": {"clone3": 435}, "aarch64": {"clone3": 435}}  # its flags can't be seen from here: the C library then takes clone
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # instructions of the classic packet filter
_ALLOW, _REFUSE, _ABSENT, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # go on; EPERM; ENOSYS; end the process
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT, _THIRD_ARGUMENT_AT = 0, 4, 16, 32  # in the kernel's struct seccomp_data
_PROT_EXEC, _CLONE_THREAD = 4, 0x10000
_PR_SET_SECCOMP, _MODE_FILTER, _PR_GET_SECCOMP = 22, 2, 21
_SECCOMP_GET_ACTION_AVAIL = 2
_SECCOMP_CALL = {"x86_64": 317, "aarch64": 277}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _step(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _if_bit(number: int, argument_at: int, bit: int, then: int, otherwise: int) -> list[bytes]:
    """Of the call `number`, an answer by one bit of an argument."""
    return [_step(_EQUAL, 0, 4, number), _step(_LOAD, 0, 0, argument_at), _step(_ANY_BIT, 0, 1, bit),
            _step(_RETURN, 0, 0, then), _step(_RETURN, 0, 0, otherwise)]  # fmt: skip


def program(machine: str) -> bytes:
    """The filter's instructions for `machine`. Raises KeyError for one that it has no numbers for."""
    steps = [_step(_LOAD, 0, 0, _ARCHITECTURE_AT), _step(_EQUAL, 1, 0, _ARCHITECTURE[machine]), _step(_RETURN, 0, 0, _KILL),
             _step(_LOAD, 0, 0, _NUMBER_AT)]  # fmt: skip
    for number in _ALLOWED[machine].values():
        steps += [_step(_EQUAL, 0, 1, number), _step(_RETURN, 0, 0, _ALLOW)]
    for number in _UNKNOWN[machine].values():
        steps += [_step(_EQUAL, 0, 1, number), _step(_RETURN, 0, 0, _ABSENT)]
    for number in _NOT_EXECUTABLE[machine].values():
        steps += _if_bit(number, _THIRD_ARGUMENT_AT, _PROT_EXEC, _REFUSE, _ALLOW)
    for number in _THREAD[machine].values():
        steps += _if_bit(number, _FIRST_ARGUMENT_AT, _CLONE_THREAD, _ALLOW, _REFUSE)
    steps.append(_step(_RETURN, 0, 0, _REFUSE))
    return b"".join(steps)


def available() -> bool:
    """Whether this kernel and processor can shut a decoder in."""
    machine = platform.machine()
    if machine not in _ALLOWED:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    action = ctypes.c_uint32(_KILL)
    return bool(
        libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0
        and libc.syscall(_SECCOMP_CALL[machine], _SECCOMP_GET_ACTION_AVAIL, 0, ctypes.byref(action)) == 0
    )


def install(libc: ctypes.CDLL) -> bool:
    """Puts the filter around this process for good; `no_new_privs` must be set. Whether the kernel took it."""
    machine = platform.machine()
    if machine not in _ALLOWED:
        return False
    instructions = program(machine)
    wanted = _Program(len(instructions) // 8, instructions)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(wanted), 0, 0) == 0)
