#!/usr/bin/env python3
"""Checks that every message is said in some test.

  check-coverage.py ROOT

Messages are the literals in calls that make one: Error(...), fail(...), mistake(...),
emitOpError() << ..., Inferred::error(...). What stands between literals may be anything.
A message is covered if a text of tests/errors has it, or an expected-error of
tests/lit, or a literal of tests/unit. Exceptions are listed below, each with its reason.
"""
import re
import sys
from pathlib import Path

SOURCES = ["compiler/frontend", "compiler/keras", "compiler/cli", "compiler/tools", "compiler/driver",
           "compiler/codegen/EmitObject.cpp", "compiler/codegen/VerifyObject.cpp", "dialect/lib"]

MAKERS = re.compile(r"\b(?:throw Error|throw Unsupported|Error|Unsupported|fail|mistake|usageError|refuse|error|"
                    r"wrongType|failure|Inferred::error|emitError|emitOpError|emitRemark|expected|bug|Crash|Bug)\s*[({]")
STREAMED = ("emitError", "emitOpError")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Messages have at least a word and a blank.
WORDS = re.compile(r"[a-z]{2,}.* |. [a-z]")

EXCEPTIONS = {
    "there is not enough memory": "a test that takes all memory of the machine is none",
    "an exception was not expected": "there is none that a test could throw through the compiler",
    "the compiler crashed": "what crashes outside of a pass is not known, or it would be mended",
    "the compiler failed without saying why": "no stage does; a pass that does is tested by check-bugs.py",
    "the module cannot be translated to LLVM IR": "the verifier has seen the module, so it can",
    "this target cannot emit such a file": "every target of this LLVM can",
    "sparse input": "the name of a feature, for verify's JSON",
}


def unescape(literal):
    return literal.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def argument_end(text, begin):
    """Where the call whose parenthesis opens before `begin` ends; strings are skipped."""
    depth, i = 1, begin
    while i < len(text) and depth:
        if text[i] == '"':
            match = LITERAL.match(text, i)
            i = match.end() if match else i + 1
            continue
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[i], 0)
        i += 1
    return i


def templates(text):
    """(position, list of fragments) of each message in a file."""
    for match in MAKERS.finditer(text):
        end = argument_end(text, match.end())
        if match.group(0).rstrip("({ ").split()[-1] in STREAMED:
            end = text.find(";", end)
        part = text[match.end():end]
        fragments, last = [], 0
        for literal in LITERAL.finditer(part):
            between = part[last:literal.start()].strip()
            if fragments and between == "":
                fragments[-1] += unescape(literal.group(1))
            else:
                fragments.append(unescape(literal.group(1)))
            last = literal.end()
        yield match.start(), fragments


def pattern_of(fragment):
    """A regex for one literal, with anything for `{}`."""
    fragment = fragment.replace("{{", "\0").replace("}}", "\1")
    parts = re.split(r"\{[^{}]*\}", fragment)
    return ".*?".join(re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts)


def said(root):
    """All that tests expect, as one text."""
    lines = []
    for path in (root / "tests/errors").rglob("*"):
        if path.is_file() and path.suffix in {".cpp", ".mlir", ".json", ".commands"}:
            lines += re.findall(r"^//: ?(.*)$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    for path in (root / "tests/lit").rglob("*"):
        if path.suffix in {".mlir", ".test"}:
            text = path.read_text(encoding="utf-8")
            lines += re.findall(r"expected-\w+[^{]*\{\{(.*)\}\}", text) + re.findall(r"^[A-Z-]+: (.*error.*)$", text, re.MULTILINE)
    for path in (root / "tests").rglob("*.cpp"):
        text = re.sub(r'"\s*\n\s*"', "", path.read_text(encoding="utf-8"))
        lines += [unescape(literal) for literal in LITERAL.findall(text)]
    lines += LITERAL.findall((root / "tests/errors/check-bugs.py").read_text(encoding="utf-8"))
    return "\n".join(lines)


def main():
    root = Path(sys.argv[1])
    expected = said(root)
    missing, count, unused = [], 0, set(EXCEPTIONS)
    files = [path for source in SOURCES for path in
             ([root / source] if (root / source).is_file() else sorted((root / source).rglob("*.cpp")))]
    for path in files:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^(\s*)//.*$", "", text, flags=re.MULTILINE)
        for position, fragments in templates(text):
            for fragment in fragments:
                if not WORDS.search(fragment):
                    continue
                count += 1
                excused = [word for word in EXCEPTIONS if word in fragment]
                unused.difference_update(excused)
                if not excused and not re.search(pattern_of(fragment.strip("\n")), expected):
                    line = text.count("\n", 0, position) + 1
                    missing.append(f"{path.relative_to(root)}:{line}: no test gives \"{fragment}\"")
    missing = sorted(set(missing))
    missing += [f"check-coverage.py: the exception \"{word}\" is no message" for word in sorted(unused)]
    print("\n".join(missing + [f"{count} messages, {len(missing)} without a test"]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
