#!/usr/bin/env python3
"""Fails if a test that ctest knows was skipped, disabled or not run.

  check-ran.py JUNIT_FILE

The file is what `ctest --output-junit` wrote. Prints nothing when every test ran.
"""
import sys
import xml.etree.ElementTree as ElementTree

cases = ElementTree.parse(sys.argv[1]).getroot().findall("testcase")
idle = [case for case in cases if case.get("status") not in ("run", "fail")]
for case in idle:
    reason = case.find("skipped")
    message = reason.get("message", "") if reason is not None else ""
    print(f"error: test `{case.get('name')}` did not run: {message or case.get('status')}", file=sys.stderr)
if not cases:
    print(f"error: {sys.argv[1]} holds no test", file=sys.stderr)
sys.exit(1 if idle or not cases else 0)
