#!/usr/bin/env python3
"""What fit does with signals, terminals and files, seen from outside.

  check-fit.py plot|signals|terminal APP

APP is tests/e2e/fit/fit_app.cpp.
"""
import csv
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def require(holds, what):
    if not holds:
        sys.exit(f"error: {what}")


#===-----------------------------------------------------------------------===#
# The files of a History
#===-----------------------------------------------------------------------===#


def check_plot(app):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([app, "plot", folder], check=True)
        with open(Path(folder) / "history.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        root = ElementTree.parse(Path(folder) / "history.svg").getroot()
    keys = ["epoch", "loss", "accuracy", "learning_rate", "val_loss", "val_accuracy"]
    require(sorted(rows[0]) == sorted(keys), f"columns are {list(rows[0])}")
    require([int(row["epoch"]) for row in rows] == list(range(30)), "a line of each epoch")
    for row in rows:
        validated = int(row["epoch"]) % 2 == 1
        for key in keys[1:]:
            require((row[key] != "") == (validated or not key.startswith("val_")), f"epoch {row['epoch']}: {key}")
            require(row[key] == "" or float(row[key]) >= 0, f"epoch {row['epoch']}: {key} is {row[key]}")

    require(root.tag == SVG + "svg", f"the root is {root.tag}")
    require("http" not in "".join(root.attrib.values()), "it refers to something")
    panels = root.findall(SVG + "g")
    names = [panel.find(f"{SVG}text[@class='name']").text for panel in panels]
    require(names == ["loss", "accuracy", "learning_rate"], f"panels are {names}")
    require(root.find(f"{SVG}text[@class='title']").text == "shapes & <sides>", "the title")
    width, height = float(root.get("width")), float(root.get("height"))
    for name, panel in zip(names, panels):
        marks = {kind: panel.findall(f"{SVG}circle[@class='{kind}']") for kind in ("training", "validation")}
        require(len(marks["training"]) == 30, f"{name}: {len(marks['training'])} marks of training")
        wanted = 0 if name == "learning_rate" else 15
        require(len(marks["validation"]) == wanted, f"{name}: {len(marks['validation'])} marks of validation")
        legend = [text.text for text in panel.findall(f"{SVG}text[@class='legend']")]
        require(legend == ["training", "validation"][:len(legend)] and len(legend) == (2 if wanted else 1), f"{legend}")
        require(len(panel.findall(f"{SVG}text[@class='y']")) >= 3, f"{name}: an axis with less than 3 numbers")
        # The greater the value, the higher the mark; all inside the picture.
        values = [float(row[name]) for row in rows]
        heights = [float(mark.get("cy")) for mark in marks["training"]]
        for (value, at), (other, there) in zip(zip(values, heights), zip(values[1:], heights[1:])):
            require((value - other) * (there - at) >= -1e-9 * abs(value) - 0.11 * abs(value - other), f"{name}: marks and values disagree")
        for mark in panel.findall(SVG + "circle"):
            require(0 < float(mark.get("cx")) < width and 0 < float(mark.get("cy")) < height, f"{name}: a mark outside")


#===-----------------------------------------------------------------------===#
# Ctrl-C
#===-----------------------------------------------------------------------===#


def started(app, mode):
    """The program once it trains. SIGINT has its default disposition, whatever it is here."""
    process = subprocess.Popen([app, mode], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    require(process.stdout.readline() == "ready\n", "the program does not train")
    return process


def check_signals(app):
    process = started(app, "interrupt")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    require(process.returncode == 0, f"after Ctrl-C the exit code is {process.returncode}")
    match = re.fullmatch(r"settled at epoch (\d+), step (\d+)\ntrain_end\ninterrupted 1, default 1, epochs few\n", out)
    require(match, f"after Ctrl-C: {out}")
    epoch, step = map(int, match.groups())
    where = f"after step {step} of epoch {epoch + 1}/1000000" if step else f"after epoch {epoch}/1000000"
    require(err == f"warning: Ctrl-C ended `fit` {where}\n", f"after Ctrl-C on stderr: {err}")

    process = started(app, "hang")
    process.send_signal(signal.SIGINT)
    while process.stdout.readline() != "train_end\n":
        pass
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    require(process.returncode == -signal.SIGINT, f"after the second Ctrl-C the exit code is {process.returncode}")

    process = started(app, "ignore")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    require(process.returncode == 0 and err == "", f"a program that ignores Ctrl-C: {err}")
    require("interrupted 0, default 0" in out, f"a program that ignores Ctrl-C: {out}")


#===-----------------------------------------------------------------------===#
# A terminal, and none
#===-----------------------------------------------------------------------===#


def on_terminal(app, columns):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([app, "train", "2"], stdout=slave, stderr=slave, stdin=slave)
    # Where nobody has the slave open any more, what is on its way may be lost: this process
    # keeps it, and writes what comes behind all else.
    text, last = b"", b"\0"
    ended = False
    while not text.endswith(last):
        if not ended and process.poll() is not None:
            ended = True
            os.write(slave, last)
        if select.select([master], [], [], 0.02)[0]:
            text += os.read(master, 4096)
    os.close(slave)
    os.close(master)
    require(process.returncode == 0, "the program fails on a terminal")
    return text.removesuffix(last).decode()


def check_terminal(app):
    for columns in (200, 60, 30, 10):
        lines = on_terminal(app, columns).split("\r\n")
        require(lines[0] == "Epoch 1/2" and lines[2] == "Epoch 2/2" and lines[4:] == [""], f"{columns} columns: {lines}")
        for line in (lines[1], lines[3]):
            drawn = line.split("\r\x1b[K")[1:]
            for redrawn in drawn[:-1]:
                require(len(redrawn) < columns and "\n" not in redrawn, f"{columns} columns: {redrawn!r} wraps")
                require(re.match(r"\d+/30", redrawn), f"{columns} columns: {redrawn!r}")
                require(columns < 30 or "ETA: " in redrawn, f"{columns} columns: {redrawn!r}")
            require(re.search(r"^30/30.* - \d+s \d+[mu]?s/step - loss: .* - val_accuracy: [\d.]+$", drawn[-1]), drawn[-1])
    done = subprocess.run([app, "train", "2"], capture_output=True, text=True, check=True)
    require(re.fullmatch(r"(Epoch \d/2 - 30/30 - \d+s \d+[mu]?s/step - loss: .*\n){2}", done.stdout), done.stdout)
    require(done.stderr == "", done.stderr)


{"plot": check_plot, "signals": check_signals, "terminal": check_terminal}[sys.argv[1]](sys.argv[2])
