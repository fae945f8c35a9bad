"""Tables in Markdown from what was measured."""
import statistics

from cases import GOALS, ONE_THREAD, Case
from programs import INGOT, WIDE_INGOT, stand_in


def in_units(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def in_minima(result):
    return f"{in_units(result['minimum'])} ({in_units(result['median'])})" if result else ""


def rows(lines):
    head, *body = lines
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *body])


class Report:
    """`result[case][program]` is a minimum and a median."""

    def __init__(self, cases, programs, result, roofline):
        self.cases, self.programs, self.result, self.roofline = cases, programs, result, roofline

    def of(self, case, program):
        return self.result.get(stand_in(program, case), {}).get(program.name)

    def ratio(self, ours, peer):
        return f"{peer['minimum'] / ours['minimum']:.2f} ({peer['median'] / ours['median']:.2f})"

    def models(self):
        """Ingot beside its peers, a row a case."""
        peers = [program for program in self.programs if program.name not in (INGOT, WIDE_INGOT)]
        wide = any(program.name == WIDE_INGOT for program in self.programs)
        lines = [["case", "batch", "Ingot: minimum (median)", "of the bound", *([WIDE_INGOT] if wide else []),
                  *(peer.name for peer in peers)]]
        for case in self.cases:
            ours = self.result[case].get(INGOT)
            if not ours:
                continue
            bound, kind = self.roofline.seconds_at_least(case)
            cells = [case.title + (f", {case.threads} threads" if case.threads > 1 else ""), str(case.batch),
                     in_minima(ours), f"{100 * bound / ours['minimum']:.0f} % of {in_units(bound)} ({kind})"]
            if wide:
                cells.append(in_minima(self.result[case].get(WIDE_INGOT)))
            for peer in peers:
                theirs = self.of(case, peer)
                cells.append(f"{in_units(theirs['minimum'])}: {self.ratio(ours, theirs)}" if theirs else "")
            lines.append(cells)
        return rows(lines)

    def goals(self):
        """Ratios that are wanted, beside those that were measured, in minima (medians)."""
        lines = [["case", "batch", "against", "must", "aim", "ratio", "prepared", "reached"]]
        for goal in GOALS:
            best = self.best(goal)
            if best is None:
                continue
            reached = ("aim" if best >= goal.aim else "must" if best >= goal.must
                       else f"{100 * (1 - best / goal.must):.0f} % short")
            plain, after = self.against(goal, goal.case), self.against(goal, prepared(goal.case))
            cells = {"predict": [plain, after], "prepared": ["", plain], "train": [plain, ""], "half": [plain, ""]}[goal.case.mode]
            title = goal.case.title + (f", {goal.case.threads} threads" if goal.case.threads > 1 else "")
            lines.append([title, str(goal.case.batch), goal.peer, f"{goal.must:g}", f"{goal.aim:g}", *cells, reached])
        return rows(lines)

    def best(self, goal):
        """The ratio of minima of the case or of its prepared form, or None."""
        pairs = [(self.result.get(case, {}).get(INGOT), self.peer_of(goal, case)) for case in (goal.case, prepared(goal.case))]
        return max((peer["minimum"] / ours["minimum"] for ours, peer in pairs if ours and peer), default=None)

    def against(self, goal, case):
        ours, theirs = self.result.get(case, {}).get(INGOT), self.peer_of(goal, case)
        return self.ratio(ours, theirs) if ours and theirs else ""

    def peer_of(self, goal, case):
        if goal.peer == ONE_THREAD:
            return self.result.get(Case(case.model, case.mode, case.batch), {}).get(INGOT)
        return next((self.of(case, program) for program in self.programs if program.name == goal.peer), None)

    def missed(self):
        return [f"{goal.case.key}: {best:.2f} of {goal.peer}, must be {goal.must:g}" for goal in GOALS
                for best in [self.best(goal)] if best is not None and best < goal.must]


def prepared(case):
    return Case(case.model, "prepared", case.batch) if case.mode == "predict" else case


def summarize(passes):
    return {"minimum": min(one["minimum"] for one in passes), "median": statistics.median(one["median"] for one in passes),
            "passes": passes}
