"""The lit suites: textual IR in, FileCheck on what comes out.

A RUN line is the command that a reader would type, so the tools are found on
PATH: ours first, then LLVM's (FileCheck, not, split-file).
"""
import os

import lit.formats

config.name = "ingot"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.ingot_lit_binary_dir

path = config.ingot_tool_dirs.split(";") + [config.llvm_tools_dir, config.environment["PATH"]]
config.environment["PATH"] = os.pathsep.join(path)
# A variable that one function captured says nothing about the next one.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"
