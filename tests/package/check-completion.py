#!/usr/bin/env python3
"""Completions and manual pages, as shells and man read them.

  check-completion.py BUILD_DIR SOURCE_DIR INGOTC

Real shells complete real command lines: bash at a terminal, by the tab key. What is
offered is what --help prints and what the compiler takes.
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

from steps import check, run, succeed

share, sources, ingotc = Path(sys.argv[1]) / "share", Path(sys.argv[2]), sys.argv[3]
missing = [program for program in ("bash", "fish", "mandoc", "man") if not shutil.which(program)]
if missing:
    print(f"SKIPPED: needs {', '.join(missing)}")
    sys.exit(77)


class Terminal:
    """An interactive bash that knows the completion, and an `ingotc` that prints its arguments."""

    def __init__(self, script):
        pid, self.fd = pty.fork()
        if pid == 0:
            os.environ.update(TERM="dumb", PS1="", INPUTRC="/dev/null")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
        self.type(f"source {script}; ingotc() {{ printf '<%s>' \"$@\"; echo; }}; bind 'set bell-style none'; echo rea\"\"dy\n")
        self.wait(r"ready\r?\n")

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def wait(self, pattern):
        text, end = "", time.monotonic() + 30
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                text += os.read(self.fd, 65536).decode(errors="replace")
            match = re.search(pattern, text)
            if match:
                return match
        sys.exit(f"error: bash does not print {pattern}\n{text}")

    def arguments(self, keys):
        self.type(keys + "\n")
        return self.wait(r"(?m)^((?:<[^<>\n]*>)+)\r?\n")[1]


bash = Terminal(share / "bash-completion/completions/ingotc")
for keys, expected in {
    "ingotc --emit=su\t": "<--emit=summary>",
    "ingotc --emit=obj,summ\t": "<--emit=obj,summary>",
    "ingotc --entries=predict,tr\t": "<--entries=predict,train_step>",
    "ingotc --num\tport\t": "<--numerics=portable>",
    "ingotc --reloc\tst\t": "<--relocation-model=static>",
    "ingotc -O\t2": "<-O2>",
    "ingotc ver\t": "<verify>",
    "ingotc -o /usr/sh\tman": "<-o></usr/share/man>",
}.items():
    got = bash.arguments(keys)
    check(got == expected, f"bash makes {expected} of `{keys.encode('unicode_escape').decode()}`", got)


def fish(line):
    output = succeed(f"fish completes `{line}`", "fish", "--no-config", "-c",
                     f"source {share}/fish/vendor_completions.d/ingotc.fish; complete -C '{line}'")
    return [candidate.split("\t")[0] for candidate in output.splitlines()]


check(fish("ingotc --emit=su") == ["--emit=summary"], "with a name")
check(fish("ingotc --emit=obj,su") == ["--emit=obj,summary"], "with another name")
check("verify" in fish("ingotc ver"), "with a verb")

# The same table everywhere.
shown = set(re.findall(r"^\s+--([\w-]+)", succeed("--help prints", ingotc, "--help"), re.M)) - {"help-list"}
offered = {candidate.rstrip("=")[2:] for candidate in fish("ingotc --") if candidate.startswith("--")}
check(shown <= offered | {"help"} and len(shown) > 10, "every flag of --help is offered", f"{shown} {offered}")
artefacts = [candidate.split("=")[1] for candidate in fish("ingotc --emit=")]
check("obj" in artefacts and "all" in artefacts, "every artefact is offered", str(artefacts))
status, output = run(ingotc, f"--emit={','.join(artefacts)}")
check("there is no artefact" not in output and "input file" in output, "and is taken", output)

pages = [share / "man/man1/ingotc.1", *sorted((sources / "docs/man").glob("*.1"))]
check(len(pages) == 3, "each tool has a page")
for page in pages:
    succeed(f"mandoc has no warning for {page.name}", "mandoc", "-T", "lint", "-W", "warning", page)
    warnings = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80"}).stderr
    check(not warnings, f"man has none for {page.name}", warnings)
text = succeed("the page can be read", "mandoc", "-T", "ascii", "-O", "width=200", pages[0])
text = re.sub(".\b", "", text)
for flag in shown:
    check(f"--{flag}" in text, f"the page has --{flag}")
