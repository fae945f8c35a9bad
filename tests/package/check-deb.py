#!/usr/bin/env python3
"""The Debian packages, unpacked into a root of their own.

  check-deb.py BUILD_DIR SCRATCH_DIR CMAKE_ARGUMENT...

lintian has no error, dependencies are those of what is in them, and a stranger's
project builds and trains with them. Exits with 77 without Debian's tools.
"""
import shutil
import subprocess
import sys
from pathlib import Path

from steps import build, check, check_training, copy_project, empty, succeed

ingot, scratch = map(Path, sys.argv[1:3])
arguments = sys.argv[3:]
missing = [program for program in ("cpack", "dpkg-deb", "dpkg-shlibdeps", "fakeroot", "lintian") if not shutil.which(program)]
if missing:
    print(f"SKIPPED: needs {', '.join(missing)}")
    sys.exit(77)
empty(scratch)

# Whose name it is does not matter here; that it is taken does.
who = "Ingot developers <ingot@packages.debian.org>"
succeed("cpack makes packages", "cpack", "-G", "DEB", "-B", scratch / "deb", "-D", f"CPACK_PACKAGE_CONTACT={who}", cwd=ingot)
packages = {path.name.split("_")[0]: path for path in (scratch / "deb").glob("*.deb")}
check(set(packages) == {"ingot", "libingot-dev"}, "compiler and runtime are one each", str(packages))


def field(package, name):
    return succeed(f"{package} has {name}", "dpkg-deb", "--field", packages[package], name).strip()


check(field("ingot", "Maintainer") == who, "the maintainer is who was given")
for package, needs in {"ingot": ["libmlir-22 ", "libllvm22", "libc6 ", "libstdc++6 ", "libingot-dev (= "], "libingot-dev": ["libfmt-dev", "libomp-22-dev", "libzip-dev", "zlib1g-dev"]}.items():
    depends = field(package, "Depends")
    for need in needs:
        check(need in depends, f"{package} needs {need.strip()}", depends)
check("mlir" not in field("libingot-dev", "Depends"), "the runtime does without MLIR")

# Warnings are printed for who reads the log.
said = subprocess.run(["lintian", "--allow-root", *map(str, packages.values())], stdout=subprocess.PIPE, text=True)
print(said.stdout)
check(said.returncode == 0 and "E: " not in said.stdout, "lintian has no error")

root = scratch / "root"
for path in packages.values():
    succeed(f"{path.name} unpacks", "dpkg-deb", "--extract", path, root)
for name in ("ingotc", "ingot-opt", "ingot-lsp-server"):
    check((root / f"usr/share/man/man1/{name}.1.gz").is_file(), f"there is a page of {name}")
check((root / "usr/share/bash-completion/completions/ingotc").is_file(), "there is a completion")
folder = build(copy_project("project", scratch / "project"), [f"-DCMAKE_PREFIX_PATH={root}/usr", *arguments])
check_training(succeed("the program trains", folder / "app"))
