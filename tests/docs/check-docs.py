#!/usr/bin/env python3
"""Checks that what the documents name is there.

  check-docs.py ROOT INGOTC INGOT_OPT

Every .md file of the tree: relative links and their headings, paths, flags of
our tools and scripts, artefacts of --emit, entries of --entries, passes, ops
and attributes; and that every pass is described. Prints one line a mistake, `file:line: error: ...`, and exits 1
if there is one.
"""
import fnmatch
import functools
import glob
import re
import subprocess
import sys
from pathlib import Path

FOLDERS = ["benchmarks", "cmake", "compiler", "dialect", "docs", "runtime", "samples", "scripts", "tests"]
OUR_TOOLS = {"ingot-opt", "ingot-lsp-server"}

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
PATH = re.compile(rf"(?<![\w./<-])(?:{'|'.join(FOLDERS)})/[\w./{{}},*<>-]*")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FLAG = re.compile(r"(?<![\w-])--([a-z][\w-]*)")
EMIT = re.compile(r"--emit=([\w,-]+)")
ENTRIES = re.compile(r"--entries=([\w,]+)")


class Tree:
    def __init__(self, root, ingotc, ingot_opt):
        self.root, self.ingotc, self.ingot_opt = root, ingotc, ingot_opt
        self.mistakes = []
        self.documents = sorted(root.glob("*.md")) + sorted(p for f in FOLDERS for p in (root / f).rglob("*.md"))

    def error(self, path, number, message):
        self.mistakes.append(f"{path.relative_to(self.root)}:{number}: error: {message}")

    @functools.cached_property
    def compiler_flags(self):
        return flags_of(self.ingotc)

    @functools.cached_property
    def opt_flags(self):
        return flags_of(self.ingot_opt)

    @functools.lru_cache
    def script_flags(self, name):
        script = self.root / name
        return set(FLAG.findall(script.read_text(encoding="utf-8"))) if script.is_file() else set()

    @functools.cached_property
    def all_flags(self):
        scripts = [self.script_flags(path) for path in (self.root / "scripts").iterdir() if path.is_file()]
        scripts.append(self.script_flags("benchmarks/run"))
        return self.compiler_flags.union(self.opt_flags, *scripts)

    @functools.cached_property
    def dialect_names(self):
        """Every `ingot.x` that the code writes or the dialect defines."""
        names = set(re.findall(r"^### `(ingot\.\w+)`", self.text("docs/reference/dialect.md"), re.MULTILINE))
        for folder in ("compiler", "dialect"):
            for path in (self.root / folder).rglob("*"):
                if path.suffix in {".h", ".cpp", ".td"}:
                    names.update(re.findall(r"\"(ingot\.\w+)\"", self.text(path)))
        return names

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    @functools.lru_cache
    def refused(self, flag, value):
        """Whether ingotc does not know `value`. Without a file it always fails, but then later."""
        result = subprocess.run([self.ingotc, f"--{flag}={value}"], capture_output=True, text=True)
        return "there is no " in result.stderr


def flags_of(tool):
    text = subprocess.run([tool, "--help-hidden"], check=True, capture_output=True, text=True).stdout
    return set(FLAG.findall(text))


def headings(text):
    """Anchors of a document, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def check_links(tree, path, number, line):
    for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            tree.error(path, number, f"the link `{target}` leads nowhere")
        elif anchor and anchor not in headings(file.read_text(encoding="utf-8")):
            tree.error(path, number, f"`{file.name}` has no heading `#{anchor}`")


def alternatives(path):
    """a/{b,c}.h -> a/b.h, a/c.h"""
    match = re.search(r"\{([^{}]*)\}", path)
    if not match:
        return [path]
    return [p for part in match.group(1).split(",") for p in alternatives(path[:match.start()] + part + path[match.end():])]


def check_paths(tree, path, number, line):
    # Links have been looked at; addresses are of other places.
    line = re.sub(r"\]\([^)]*\)|https?://\S+", "", line)
    for found in PATH.findall(line):
        if "<" in found:
            continue  # a placeholder
        for name in alternatives(found.rstrip(".,")):
            if not glob.glob(str(tree.root / name)):
                tree.error(path, number, f"there is no `{name}`")


def known_flags(tree, words):
    """Flags of the command that `words` are, or None if it is not ours."""
    tool = words[0].rsplit("/", 1)[-1]
    if tool == "ingotc" or tool.endswith("_recorder"):
        return tree.compiler_flags
    if tool == "ingot-opt":
        return tree.opt_flags
    if words[0].startswith("scripts/") or words[0] == "benchmarks/run":
        return tree.script_flags(words[0])
    return tree.all_flags if tool.startswith("--") else None


def check_code(tree, path, number, code):
    words = code.split("#")[0].removeprefix("$ ").split()
    if not words:
        return
    known = known_flags(tree, words)
    for flag in FLAG.findall(" ".join(words)) if known is not None else []:
        if flag not in known:
            tree.error(path, number, f"`{words[0]}` has no flag `--{flag}`")
    for flag, values in (("emit", EMIT), ("entries", ENTRIES)):
        for names in values.findall(code):
            for name in names.split(","):
                if tree.refused(flag, name):
                    tree.error(path, number, f"`--{flag}` does not know `{name}`")
    if re.fullmatch(r"-?ingot-[a-z-]+", code) and code not in OUR_TOOLS and code.lstrip("-") not in tree.opt_flags:
        tree.error(path, number, f"there is no pass or tool `{code}`")
    for name in re.findall(r"(?<![\w.<@/-])ingot\.[a-z]\w*\*?", code):
        if not fnmatch.filter(tree.dialect_names, name):
            tree.error(path, number, f"neither dialect nor compiler knows `{name}`")


def check(tree, path):
    fence = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        check_paths(tree, path, number, line)
        if line.lstrip().startswith("```"):
            fence = line.strip()[3:] if fence is None else None
        elif fence is None:
            check_links(tree, path, number, line)
            for code in SPAN.findall(line):
                check_code(tree, path, number, code)
        elif fence not in ("c", "cpp", "cmake"):
            check_code(tree, path, number, line)


def check_reference(tree):
    """Every pass and pipeline is in the reference."""
    path = tree.root / "docs/reference/passes.md"
    described = path.read_text(encoding="utf-8")
    for flag in sorted(tree.opt_flags):
        if flag.startswith("ingot-") and not re.search(rf"-{flag}`", described):
            tree.error(path, 1, f"`--{flag}` is not described")


def check_reference_examples(tree):
    """The examples of ops parse and verify, in what reference-examples.mlir puts around them."""
    path = tree.root / "docs/reference/dialect.md"
    examples = {}
    for section in re.split(r"^### `", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        example = re.search(r"^```mlir\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        if example:
            examples[section.split("`")[0]] = example.group(1)
    text = re.sub(r"^EXAMPLE (\S+)\n", lambda match: examples.pop(match.group(1)),
                  tree.text("tests/docs/reference-examples.mlir"), flags=re.MULTILINE)
    for name in examples:
        tree.error(path, 1, f"tests/docs/reference-examples.mlir does not have the example of `{name}`")
    result = subprocess.run([tree.ingot_opt, "--split-input-file", "-"], input=text, capture_output=True, text=True)
    if result.returncode:
        tree.error(path, 1, f"an example is refused\n{result.stderr}")


def main():
    tree = Tree(Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3])
    for path in tree.documents:
        check(tree, path)
    check_reference(tree)
    check_reference_examples(tree)
    print("\n".join(tree.mistakes) or f"{len(tree.documents)} documents: nothing found")
    return 1 if tree.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
