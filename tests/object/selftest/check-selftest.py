#!/usr/bin/env python3
"""Lets an object test itself: as it is, with bad arguments, and with damage.

  check-selftest.py OBJECT PREFIX LLVM_TOOLS_DIR CC SHARE

An object as it came finds no error, in portable numerics not even a rounding. One bit
that is changed in a weight of the object is found, and so are sums that have become
differences in its kernels: of some 25 from all over them, a SHARE. The others are told;
they are in tiles that are for other numbers of rows, or for entries that are not called.
"""
import ctypes
import re
import subprocess
import sys
import tempfile
from pathlib import Path

obj, prefix, tools, cc, share = sys.argv[1:]
header = Path(obj).with_suffix(".h").read_text()
OK, NULL_ARGUMENT, MISALIGNED, FAILED = 0, 1, 3, 10
POISON = 0xA5


def macro(name, default=None):
    match = re.search(rf"#define {prefix.upper()}_{name} +([0-9.]+)", header)
    return float(match[1]) if match else default


class Block:
    """Memory of a size, aligned as callers must."""

    def __init__(self, size, shift=0):
        self.memory = ctypes.create_string_buffer(bytes([POISON]) * (int(size) + 128), int(size) + 128)
        self.address = (ctypes.addressof(self.memory) + 63) // 64 * 64 + shift

    def is_untouched(self):
        return set(self.memory.raw) == {POISON}


def blocks():
    return [Block(macro("PARAMS_BYTES")), Block(macro("STATE_BYTES")), Block(macro("SELFTEST_ARENA_BYTES"))]


class Object:
    """The object as a library of its own, some of its bytes changed."""

    def __init__(self, folder, number=0, at=None, bit=0):
        data = bytearray(Path(obj).read_bytes())
        if at is not None:
            data[at] ^= 1 << bit
        changed, library = folder / f"{number}.o", folder / f"{number}.so"
        changed.write_bytes(data)
        subprocess.run([cc, "-shared", "-o", library, changed], check=True)
        self.selftest = getattr(ctypes.CDLL(str(library)), f"{prefix}_selftest")

    def run(self, memory=None, worst=True):
        error = ctypes.c_float(-1)
        memory = memory or blocks()
        status = self.selftest(*[ctypes.c_void_p(block.address if block else None) for block in memory],
                               ctypes.byref(error) if worst else None)
        return status, error.value


def run_tool(tool, *arguments):
    return subprocess.run([f"{tools}/{tool}", *arguments, obj], check=True, capture_output=True, text=True).stdout


def sections():
    """Offset in the file and bytes, by name."""
    pattern = re.compile(r"^\s*\[\s*\d+\]\s+(\S+)\s+\S+\s+[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+) ")
    lines = run_tool("llvm-readelf", "--sections", "--wide").splitlines()
    return {match[1]: (int(match[2], 16), int(match[3], 16)) for match in filter(None, map(pattern.match, lines))}


def weights():
    """Places all over the weights in the object: (offset in the file, bit, section)."""
    name = f".rodata.{prefix}_weights"
    offset, size = sections().get(name, (0, 0))
    return [(offset + i, 0, name) for i in range(0, size, size // 12 // 4 * 4 + 1)] if size else []


def sums():
    """Some of the additions of kernels, and the bit that makes a subtraction of each."""
    found, section, where = [], None, sections()
    for line in run_tool("llvm-objdump", "--disassemble", "--no-print-imm-hex").splitlines():
        if match := re.match(r"Disassembly of section (\S+):", line):
            section = match[1]
        match = re.match(r"\s*([0-9a-f]+): ((?:[0-9a-f]{2} )+)\s+(v?add[ps]s|vfmadd231[ps]s)", line)
        if not match or not section.startswith(".text.ingot_kernel"):
            continue
        # 58 is an addition and 5c a subtraction, b8 and b9 add to a sum and bc and bd subtract from it.
        codes = bytes.fromhex(match[2])
        opcode = next(i for i, code in enumerate(codes) if code in ((0x58,) if "add" in match[3][:4] else (0xB8, 0xB9)))
        found.append((where[section][0] + int(match[1], 16) + opcode, 2, section))
    return found[:: max(1, len(found) // 24)]


errors = []


def check(good, what):
    if not good:
        errors.append(what)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    tolerance = macro("SELFTEST_TOLERANCE")
    whole = Object(folder)
    status, worst = whole.run()
    check((status, 0 <= worst <= tolerance) == (OK, True), f"status {status}, worst error {worst} of {tolerance}")
    check(whole.run() == (status, worst), "a second run has another result")
    print(f"worst error {worst:g} of {tolerance:g}")

    trains = f"{prefix}_train_step(" in header
    needed = {"params": trains or not macro("FROZEN_WEIGHTS"), "state": trains, "arena": macro("SELFTEST_ARENA_BYTES")}
    for i, what in enumerate(needed):
        if not needed[what]:
            continue
        for size, status in ((None, NULL_ARGUMENT), (Block(64, shift=4), MISALIGNED)):
            memory = blocks()
            memory[i] = size
            check(whole.run(memory)[0] == status, f"`{what}` with {status}: status {whole.run(memory)[0]}")
            check(all(block.is_untouched() for block in memory if block), f"`{what}`: a refused call wrote")
    memory = blocks()
    check(whole.run(memory, worst=False)[0] == NULL_ARGUMENT, "NULL for `worst` is not refused")
    check(all(block.is_untouched() for block in memory), "`worst`: a refused call wrote")

    number = 0
    for what, places, least in (("weights", weights(), 1), ("sums", sums(), float(share))):
        missed = []
        for at, bit, section in places:
            number += 1
            status, worst = Object(folder, number, at, bit).run()
            check(status == (FAILED if not worst <= tolerance else OK), f"{what}: status {status}, worst error {worst}")
            if status != FAILED:
                missed.append(section)
        found = len(places) - len(missed)
        print(f"{found} of {len(places)} changes in {what} were found", *(f"not one in {name}" for name in missed), sep="\n  ")
        check(found >= least * len(places), f"few changes in {what} were found")
        check(what == "sums" or bool(places) == bool(macro("FROZEN_WEIGHTS")), "no weights were found in the object")
        check(what == "weights" or places, "no sums were found in the object")

for error in errors:
    print(f"{obj}: error: {error}")
sys.exit(1 if errors else 0)
