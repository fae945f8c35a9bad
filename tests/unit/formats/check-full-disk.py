#!/usr/bin/env python3
"""Writes to a disk that is full and to one that is read-only.

  check-full-disk.py TESTS

TESTS is the program of the unit tests. Both disks are file systems in memory, in
a mount namespace of their own. Exits 77 where such a namespace is not allowed.
"""
import subprocess
import sys
import tempfile

SCRIPT = """
set -e
mkdir "$1/full" "$1/read-only"
mount -t tmpfs -o size=64k tmpfs "$1/full"
mount -t tmpfs -o ro tmpfs "$1/read-only"
export INGOT_FULL_DISK="$1/full" INGOT_READ_ONLY_DISK="$1/read-only"
"$0" --gtest_filter='AtomicFileOnADisk.*'
"""


def main():
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        subprocess.run(namespace + ["true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: no mount namespace can be made: {error}")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(namespace + ["sh", "-c", SCRIPT, sys.argv[1], directory], text=True, capture_output=True)
    print(done.stdout + done.stderr)
    return 0 if done.returncode == 0 and "[  PASSED  ] 1 test" in done.stdout else 1


if __name__ == "__main__":
    sys.exit(main())
