"""Whole models: programs take turns over the cases, and must agree."""
import os
import sys

from cases import all_cases
from programs import INGOT, Ingot, Peers, WideIngot
from report import Report, summarize


def wanted(case, patterns):
    return not patterns or any((case.key + ":").startswith(pattern + ":") for pattern in patterns)


def agree(ours, theirs, outputs=1e-5):
    """Are losses and outputs equal, but for rounding? 1e-5 is a tenth of what a fifth step may differ by."""
    return all(len(ours[key]) == len(theirs[key]) and
               all(abs(a - b) <= tolerance * max(abs(b), 1) for a, b in zip(ours[key], theirs[key]))
               for key, tolerance in (("losses", 1e-4), ("outputs", outputs)) if key in ours)


def measure(options, machine, roofline, programs, cases):
    """Passes over all cases, in which programs take turns: runs by case and program."""
    runs = {case: {program.name: [] for program in programs if program.can(case)} for case in cases}
    for number in range(options.passes):
        roofline.measure()
        for case in cases:
            for program in programs:
                if program.can(case):
                    runs[case][program.name].append(program.measure(machine, case, options.seconds))
        print(f"pass {number + 1} of {options.passes}", file=sys.stderr)
    return runs


def rounded(runs):
    """Weights of half precision have 11 bits."""
    return [f"{case.key}: {ours[0]['outputs']} differs from {plain[0]['outputs']} by more than weights are rounded"
            for case, row in runs.items() if case.mode == "half"
            for ours, plain in [(row[INGOT], runs.get(case.inference, {}).get(INGOT))]
            if plain and not agree(ours[0], plain[0], outputs=2**-11)]


def differing(runs):
    return [f"{case.key}: {name} differs: {INGOT} {ours[0].get('losses') or ours[0]['outputs']}, "
            f"{name} {theirs[0].get('losses') or theirs[0]['outputs']}"
            for case, row in runs.items() for ours in [row.get(INGOT)] if ours
            for name, theirs in row.items() if name != INGOT and not agree(ours[0], theirs[0])]


class Models:
    """A run over whole models: its tables, its numbers, and what is wrong with it."""

    def __init__(self, options, machine, roofline):
        peers = Peers(options)
        found = [peer for peer in peers.found if not options.peer or peer.name in options.peer]
        ours = Ingot(machine, options.build / "benchmarks")
        wide = WideIngot(ours, options.build / "benchmarks")
        programs = [ours, *([wide] if wide.is_here else []), *found]
        cases = [case for case in all_cases() if wanted(case, options.case) and programs[0].can(case)]
        if not cases:
            sys.exit("error: there is no such case")
        self.missing = {name: why for name, why in peers.missing.items() if not options.peer or name in options.peer}
        self.extent = f"{options.passes} passes over models of {options.seconds:g} s a program"
        self.runs = measure(options, machine, roofline, programs, cases)
        self.load = os.getloadavg()[2]
        self.result = {case: {name: summarize(passes) for name, passes in row.items()} for case, row in self.runs.items()}
        self.versions = {name: passes[0]["version"] for row in self.runs.values() for name, passes in row.items()
                         if "version" in passes[0]}
        self.report = Report(cases, programs, self.result, roofline)

    def tables(self):
        """By the names of their places in a document."""
        told = [f"{name}: {version}." for name, version in self.versions.items()]
        told += [f"Not measured: {name}, {why}." for name, why in self.missing.items()]
        return {"models": "\n".join(told) + "\n\n" + self.report.models(), "goals": self.report.goals()}

    def numbers(self):
        return {"versions": self.versions, "missing": self.missing, "load": self.load,
                "cases": {case.key: row for case, row in self.result.items()}}

    def mistakes(self):
        return differing(self.runs) + rounded(self.runs)

    def missed(self):
        return self.report.missed()
