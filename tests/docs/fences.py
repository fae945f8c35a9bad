"""The code in the documents: which there is, and what a comment before it promises.

  <!-- from FILE -->         its lines stand in FILE, of the tree or generated, in this order; blank
                             lines and lines of `...` alone stand for anything
  <!-- compiles -->          C: builds with the sample's object, runs, exits with 0; C++: is accepted
  <!-- runs -->              C++: links the front end, the runtime and the sample's object, runs, exits with 0;
                             files that it writes are there for the commands that follow
  <!-- prints -->            lines that the block before it prints, in this order, as for `from`
  <!-- file NAME -->         what the commands that follow find as NAME
  <!-- checked by TEST -->   the ctest TEST does
  <!-- not run: REASON -->

A block of ```sh needs none: its lines are commands that succeed, in the order of the document, in a
folder that sees the tree. Documents that are generated are compared with what generates them.
"""
import re
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ["benchmarks", "cmake", "compiler", "dialect", "docs", "runtime", "samples", "scripts", "tests"]
GENERATED = "<!-- Written by "
MARKER = re.compile(r"<!-- (?:(from|checked by|file) (\S+)|(compiles|runs|prints)|(not run): (\S.*)) -->")


@dataclass
class Block:
    document: Path
    line: int
    language: str
    text: str
    kind: str  # "" without a marker
    argument: str

    @property
    def place(self):
        return f"{self.document}:{self.line}"


def documents(root):
    return sorted(root.glob("*.md")) + sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.md"))


def blocks_of(root, path):
    """The blocks of a document; none of a generated one."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if lines and lines[0].startswith(GENERATED):
        return []
    blocks, start = [], None
    for number, line in enumerate(lines):
        if not line.lstrip().startswith("```"):
            continue
        if start is None:
            start = number
            continue
        marker = MARKER.fullmatch(lines[start - 1].strip()) if start else None
        found = [group for group in marker.groups() if group] if marker else []
        language = lines[start].strip()[3:]
        kind = found[0] if found else "sh" if language == "sh" else ""
        blocks.append(Block(path.relative_to(root), start + 1, language, "\n".join(lines[start + 1:number]) + "\n",
                            kind, found[1] if len(found) > 1 else ""))
        start = None
    return blocks


def missing_line(block, text):
    """The first line of `block` that does not follow the ones before it in `text`."""
    def normal(line):
        return " ".join(line.split())

    lines = iter([normal(line) for line in text.splitlines()])
    for line in block.splitlines():
        wanted = normal(line)
        if wanted and wanted != "..." and wanted not in lines:
            return line
    return None
