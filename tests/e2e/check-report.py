#!/usr/bin/env python3
"""Checks reports against their schema.

  check-report.py SCHEMA RECORDER...

What --emit=report-json of each RECORDER prints is valid, and is not if anything in it is
renamed, left out or of another kind. Exits with 77 without Python's jsonschema.
"""
import copy
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: there is no module jsonschema; Debian's package is python3-jsonschema")
    sys.exit(77)


def damaged(report):
    """Reports that are wrong, with what is wrong."""
    for key in report:
        without = copy.deepcopy(report)
        del without[key]
        if key not in ("code", "linked", "needs"):  # machine code is not always there
            yield f"without `{key}`", without
    for what, change in {
            "a string for a count": lambda r: r["layers"][0]["bytes"].update(weights="many"),
            "an unknown key": lambda r: r["entries"][0].update(speed=1),
            "a need without parts": lambda r: r["needs"]["ram"].pop("parts"),
            "a stack of unknown depth": lambda r: r["linked"][0]["stack"].update(bytes=None),
            "a negative size": lambda r: r.update(params_bytes=-1),
            "another format": lambda r: r.update(format=2)}.items():
        other = copy.deepcopy(report)
        change(other)
        yield what, other


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    found = 0
    for recorder in sys.argv[2:]:
        report = json.loads(subprocess.run([recorder, "--emit=report-json"], check=True, capture_output=True, text=True).stdout)
        for error in validator.iter_errors(report):
            print(f"{recorder}: error: {error.json_path}: {error.message}")
            found += 1
        for what, other in damaged(report):
            if validator.is_valid(other):
                print(f"{sys.argv[1]}: error: accepts a report that is wrong: {what}")
                found += 1
    print(f"{len(sys.argv) - 2} reports, {found} mistakes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
