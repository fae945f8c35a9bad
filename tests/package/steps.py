"""What the tests of the package share: running CMake, and saying what holds."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(*command, **options):
    """(exit code, stdout and stderr)."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    return done.returncode, done.stdout


def check(holds, what, output=""):
    if not holds:
        sys.exit(f"error: not so: {what}\n{output}")
    print(f"ok: {what}", flush=True)


def succeed(what, *command, **options):
    """Runs a command that must succeed; its output."""
    status, output = run(*command, **options)
    check(status == 0, what, output)
    return output


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def copy_project(name, folder):
    """A project of this folder, where nothing but the package can lead to Ingot."""
    shutil.copytree(HERE / name, folder)
    return folder


def build(source, arguments, targets=()):
    """Configures and builds `source`, or these targets of it, in its folder `build`, which is returned."""
    folder = source / "build"
    succeed(f"`{source.name}` configures", "cmake", "-S", source, "-B", folder, *arguments)
    succeed(f"`{source.name}` builds", "cmake", "--build", folder, *(["--target", *targets] if targets else []))
    return folder


def spoil(source, old, new):
    text = source.read_text()
    check(old in text, f"`{source.name}` has `{old}`")
    source.write_text(text.replace(old, new))


def line_of(source, text):
    return next(number for number, line in enumerate(source.read_text().splitlines(), 1) if text in line)


def check_training(output):
    """The program's last line: the loss before and after."""
    match = re.search(r"^loss (\S+) -> (\S+)$", output, re.M)
    check(match and float(match[2]) < 0.5 * float(match[1]), "the loss has halved at least", output)
