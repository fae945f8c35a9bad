#!/usr/bin/env python3
"""Looks at the page of a model in a browser without a window.

  check-page.py CHROMIUM INGOTC FOLDER RECORDER:LAYER...

Of each model: what `ingotc explain` makes of a dump is whole by itself, and selecting LAYER
shows its lines in every stage, its line of the source, its numbers and remarks. No name of the
user becomes HTML. FOLDER is what the source's paths begin in. Exits with 77 without CHROMIUM.
"""
import html
import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

STAGES = ["ingot", "train", "linalg", "bufferized", "llvm"]
EVIL = '</script><img src=x onerror="document.body.dataset.evil=1"><script>document.body.dataset.evil=1</script>'


class Page:
    def __init__(self, chromium, path, folder):
        self.chromium, self.path, self.folder, self.mistakes = chromium, path, folder, []

    def check(self, condition, what):
        if not condition:
            self.mistakes.append(f"{self.path.name}: error: {what}")

    def show(self, **place):
        """The document after its script has run, at `#place`."""
        command = [self.chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000",
                   f"--user-data-dir={self.folder}/browser", "--dump-dom", f"{self.path.as_uri()}#{urllib.parse.urlencode(place)}"]
        dom = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
        error = re.search(r'<html[^>]* data-error="([^"]*)"', dom)
        self.check(re.search(r'<html[^>]* data-ready="\d+"', dom), f"the script did not get to its end at {place}")
        self.check(not error, f"the script failed at {place}: {error and error.group(1)}")
        return re.sub(r'<script type="application/json".*?</script>', "", dom, flags=re.DOTALL)


def text_of(fragment):
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


def check_layer(page, dom, layer, report):
    columns = dict(re.findall(r'<article class="column" data-stage="(\w+)" data-lines="(\d+)"', dom))
    for stage in STAGES:
        page.check(int(columns.get(stage, 0)) > 0, f"`{layer}` has no line of `{stage}`")
    first = re.search(r'data-stage="ingot".*?</article>', dom, re.DOTALL)
    page.check(first and re.search(r"= ingot\.\w+ %", text_of(first.group(0))), f"the call of `{layer}` is not among its lines")
    row = next(row for row in report["layers"] if row["name"] == layer)
    for number in (row["macs"]["forward"], row["parameters"]["trainable"], row["bytes"]["slots"]):
        page.check(f"<b>{number:,}</b>" in dom, f"{number:,} of `{layer}` is not shown")
    for remark in (remark for remark in report["remarks"] if remark["layer"] == layer):
        page.check(remark["message"].replace("`", "") in text_of(dom), f"a remark is not shown: {remark['message']}")
    page.check(any(remark["layer"] == layer for remark in report["remarks"]), f"there is no remark of `{layer}`")
    for call in row["calls"]:
        page.check(f"{call['file']}:{call['line']}:{call['column']}" in dom, f"a call of `{layer}` has no place")
    page.check('class="row mark"' in dom, f"the source of `{layer}` is not shown")
    selected = re.findall(r'<g class="node[^"]* selected"', dom)
    page.check(len(selected) == len(row["calls"]), f"{len(selected)} boxes are selected for {len(row['calls'])} calls of `{layer}`")


def check_model(chromium, ingotc, root, recorder, layer, folder):
    dump, path = folder / "ir", folder / f"{Path(recorder).name}.html"
    subprocess.run([recorder, "--emit=report-json", f"--dump-ir={dump}", "-o", folder / "report.json"], check=True, cwd=root)
    subprocess.run([ingotc, "explain", dump, "-o", path], check=True)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    page, text = Page(chromium, path, folder), path.read_text(encoding="utf-8")
    page.check(len(text) < 20_000_000, f"the page has {len(text)} characters")
    page.check(not re.search(r'(src|href)\s*=\s*"?(https?:)?//|@import|url\((?!#)', text), "the page loads something")
    check_layer(page, page.show(layer=layer), layer, report)
    return page, report


def check_tabs(page, report):
    everything = text_of(page.show(report=""))
    page.check(all(f"{entry['arena_bytes']:,}" in everything for entry in report["entries"]), "an arena is not in the report")
    missed = [remark["message"].replace("`", "") for remark in report["remarks"] if remark["kind"] == "missed"]
    page.check(all(message in text_of(page.show(remarks="")) for message in missed[:3]), "a remark is not in the list")
    page.check("llvm.func" in page.show(stage="llvm"), "the text of `llvm` is not shown")


def check_names(chromium, ingotc, folder):
    """Names that would be HTML if they were not text."""
    name = EVIL.replace('"', '\\"')
    source = folder / "evil.mlir"
    source.write_text(f"""
module @"{name}" {{
  ingot.model @m(%x: tensor<?x4xf32> {{ingot.name = "x"}} loc("x"("{name}":1:1))) -> (tensor<?x4xf32> {{ingot.name = "y"}}) {{
    %0 = ingot.activation "relu" %x : tensor<?x4xf32> -> tensor<?x4xf32> loc("{name}"("{name}":2:1))
    ingot.return %0 : tensor<?x4xf32>
  }}
}}
""", encoding="utf-8")
    path = folder / "evil.html"
    subprocess.run([ingotc, source, "--prefix=evil", "--emit=html", "-o", path], check=True)
    page = Page(chromium, path, folder)
    for place in ({"layer": EVIL}, {"report": ""}, {"remarks": ""}, {"stage": "ingot"}):
        dom = page.show(**place)
        page.check("data-evil" not in dom, f"a name was run at {place}")
        page.check("<img" not in dom, f"a name became an element at {place}")
    page.check(html.escape(EVIL, quote=False) in page.show(layer=EVIL), "the name is not shown as it is")
    return page.mistakes


def main():
    chromium, ingotc, root = sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve()
    if not Path(chromium).exists():
        print("skipped: there is no browser; Debian's package is chromium")
        return 77
    mistakes = []
    for argument in sys.argv[4:]:
        recorder, layer = argument.rsplit(":", 1)
        with tempfile.TemporaryDirectory() as folder:
            page, report = check_model(chromium, ingotc, root, recorder, layer, Path(folder))
            if argument == sys.argv[4]:
                check_tabs(page, report)
            mistakes += page.mistakes
    with tempfile.TemporaryDirectory() as folder:
        mistakes += check_names(chromium, ingotc, Path(folder))
    print("\n".join(mistakes) or f"{len(sys.argv) - 3} pages: nothing found")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
