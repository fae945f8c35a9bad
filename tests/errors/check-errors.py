#!/usr/bin/env python3
"""Runs what must fail and compares every word that is said about it.

  check-errors.py FOLDER --tools DIR [--program FILE] [--update] [--only NAME]

A case is a piece of a file of FOLDER, followed by the lines of stderr that it must
give, each after `//: `. Nothing else may be printed, and no file written.

  *.cpp            a case is a function `MISTAKE(name)`; --program takes the name. `@3`
                   in a text is line 3 of the function.
  *.mlir, *.json   a case is `//--- name` and the file; `ingotc FILE` must refuse it. `@3`
                   is line 3 of the file.
  *.commands       a case is `//--- name` and one command line after `$ `, run where
                   copies of FOLDER/inputs are.

Before a case, or in it: `//! flags: ...` for further flags, `//! exit: N` for another
exit code than 1, `//! command: ...` for another command than ingotc's.
--update writes the texts as they are; read the difference before it is committed.
"""
import argparse
import concurrent.futures
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = re.compile(r"^//: ?(.*)$")
OPTION = re.compile(r"^//! (flags|exit|command): (.*)$")
TIMEOUT = 60


class Case:
    def __init__(self, file, name, first):
        self.file, self.name, self.first = file, name, first
        self.body, self.expected = [], []
        self.options = {}
        self.end = first  # behind the last line of the body, where the text stands

    @property
    def exit(self):
        return int(self.options.get("exit", 1))

    @property
    def flags(self):
        return self.options.get("flags", "")


def cases_of(file):
    """Cases are begun by a line that names them. A function ends at its brace, a file at its text."""
    is_code = file.suffix == ".cpp"
    begin = re.compile(r"^MISTAKE\((\w+)\)" if is_code else r"^//--- (\S+)")
    cases, pending, is_open = [], {}, False
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="surrogateescape").splitlines(), 1):
        option, text, opening = OPTION.match(line), TEXT.match(line), begin.match(line)
        if opening:
            cases.append(Case(file, opening.group(1), number))
            cases[-1].options, pending, is_open = pending, {}, True
        elif option:
            # Before its function, behind the name of a file.
            (pending if is_code else cases[-1].options)[option.group(1)] = option.group(2)
        elif text:
            cases[-1].expected.append(text.group(1))
            is_open = False
        elif is_open and line:
            cases[-1].body.append(line)
            cases[-1].end = number
            is_open = not (is_code and line == "}")
        elif is_open and not is_code:
            cases[-1].body.append(line)
    return cases


class Runner:
    def __init__(self, folder, tools, program):
        self.folder, self.tools, self.program = folder, tools, program

    def prepare(self, case, directory):
        """Puts the case's files where it runs; returns its command line and the line before its first."""
        if case.file.suffix == ".cpp":
            return f"{self.program} {case.name} {case.flags}", case.first - 1
        if case.file.suffix == ".commands":
            inputs = self.folder / "inputs"
            for path in sorted(inputs.iterdir()) if inputs.is_dir() else []:
                (shutil.copytree if path.is_dir() else shutil.copy)(path, directory / path.name)
            return next(line[2:] for line in case.body if line.startswith("$ ")), 0
        name = case.name + case.file.suffix
        (directory / name).write_bytes(("\n".join(case.body).rstrip("\n") + "\n").encode("utf-8", "surrogateescape"))
        return case.options.get("command", f"ingotc {name}").replace("FILE", name) + " " + case.flags, 0

    def run(self, case):
        """What is wrong, and the text as it is, in the form of the case's own."""
        with tempfile.TemporaryDirectory(prefix="ingot-errors-") as temporary:
            directory = Path(temporary)
            command, offset = self.prepare(case, directory)
            before = snapshot(directory)
            environment = {**os.environ, "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C"}
            try:
                result = subprocess.run(["/bin/sh", "-c", "exec " + command], cwd=directory, env=environment, timeout=TIMEOUT,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            except subprocess.TimeoutExpired:
                return [f"no end after {TIMEOUT} s"], case.expected
            wrong = []
            if result.returncode < 0:
                wrong.append(f"killed by {signal.Signals(-result.returncode).name}")
            elif result.returncode != case.exit:
                wrong.append(f"exit code {result.returncode}; must be {case.exit}")
            if result.stdout:
                wrong.append(f"stdout is not empty: {result.stdout[:200]!r}")
            written = sorted(snapshot(directory).items() ^ before.items())
            if written:
                wrong.append("files were written: " + ", ".join(sorted({name for name, _ in written})))
            said = result.stderr.decode("utf-8", "backslashreplace").replace(str(directory), "DIR").splitlines()
        if case.file.suffix == ".cpp":
            said = [relative(line, case, offset) for line in said]
        return wrong, said


def relative(line, case, offset):
    """A line of the case's own file, counted from its first one."""
    def count(match):
        number = int(match.group(2)) - offset
        return f"{match.group(1)}:@{number}:" if 0 < number <= case.end - offset else match.group(0)
    return re.sub(rf"\b({re.escape(case.file.name)}):(\d+):", count, line)


def snapshot(directory):
    return {str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
            for path in directory.rglob("*")}


def update(file, said):
    """Puts each text behind its case, in place of the one that is there."""
    lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    result = []
    texts = {case.end: said[case.name] for case in said["cases"]}
    for number, line in enumerate(lines, 1):
        if not TEXT.match(line):
            result.append(line)
        if number in texts:
            result += [f"//: {text}".rstrip() for text in texts[number]]
    file.write_text("\n".join(result) + "\n", encoding="utf-8", errors="surrogateescape")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tools", type=Path, required=True, help="folder of ingotc and ingot-opt")
    parser.add_argument("--program", type=Path, help="what takes the names of the mistakes")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    runner = Runner(arguments.folder.resolve(), arguments.tools.resolve(),
                    arguments.program.resolve() if arguments.program else None)
    files = sorted(path for path in arguments.folder.iterdir()
                   if path.suffix in {".cpp", ".mlir", ".json", ".commands"})
    cases = [case for file in files for case in cases_of(file) if arguments.only in case.name]
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(runner.run, cases))
    for case, (wrong, said) in zip(cases, results):
        if said != case.expected and not arguments.update:
            wrong = wrong + ["another text:"] + list(
                difflib.unified_diff(case.expected, said, "expected", "said", lineterm="", n=0))[2:]
        elif not case.expected and not said:
            wrong = wrong + ["nothing was said"]
        if wrong:
            failures += 1
            print(f"{case.file.name}:{case.first}: {case.name}:", *wrong, sep="\n  ")
    if arguments.update:
        for file in files:
            own = [(case, said) for case, (_, said) in zip(cases, results) if case.file == file]
            if own and not arguments.only:
                update(file, {"cases": [case for case, _ in own], **{case.name: said for case, said in own}})
    if len({case.name for case in cases}) != len(cases):
        print("two cases have one name")
        failures += 1
    print(f"{len(cases)} cases, {failures} not as they must be")
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
