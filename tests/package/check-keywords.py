#!/usr/bin/env python3
"""What ingot_add_model() makes of its keywords, and what it refuses.

  check-keywords.py BUILD_DIR SCRATCH_DIR CMAKE_ARGUMENT...
"""
import json
import math
import re
import struct
import sys
from pathlib import Path

from steps import build, check, copy_project, empty, run, succeed

ingot, scratch = map(Path, sys.argv[1:3])
arguments = [f"-DIngot_DIR={ingot}", *sys.argv[3:]]
empty(scratch)

ARTEFACTS = {
    "HEADER": "#define K_MAX_BATCH",
    "SUMMARY": 'Model: "tiny"',
    "DOT": "digraph",
    "REPORT": "dense",
    "REPORT_JSON": '"model": "tiny"',
    "HTML": "<!doctype html>",
    "INGOT": "ingot.dense",
    "TRAIN": "ingot.contract",
    "LINALG": "linalg.",
    "BUFFERIZED": "memref",
    "LLVM": "llvm.func",
    "LLVM_IR": "define ",
    "ASM": "k_predict",
}


def project(name, text):
    folder = copy_project("project", scratch / name)
    preamble = "cmake_minimum_required(VERSION 3.25)\nproject(Keywords C CXX)\nfind_package(Ingot REQUIRED)\n"
    (folder / "CMakeLists.txt").write_text(preamble + text)
    return folder


paths = "\n".join(f"  {keyword} out/{keyword}.txt" for keyword in ARTEFACTS if keyword != "HEADER")
source = project("all", f"""
ingot_add_model(tiny SOURCE tiny.model.cpp PREFIX k MAX_BATCH predict:1 train_step:4 ENTRIES predict train_step
  TARGET host NUMERICS portable HEADER include/net.h
{paths}
  OPTIONS --mcpu=x86-64)
get_target_property(report tiny INGOT_REPORT)
get_target_property(prefix tiny INGOT_PREFIX)
file(GENERATE OUTPUT properties.txt CONTENT "${{prefix}} ${{report}}\\n")
file(WRITE ${{CMAKE_BINARY_DIR}}/main.c "#include <net.h>\\nint main(void) {{ return K_PREDICT_MAX_BATCH + K_TRAIN_STEP_MAX_BATCH - 5; }}\\n")
add_executable(main ${{CMAKE_BINARY_DIR}}/main.c)
target_link_libraries(main PRIVATE tiny)
""")
folder = build(source, arguments)
for keyword, text in ARTEFACTS.items():
    path = folder / ("include/net.h" if keyword == "HEADER" else f"out/{keyword}.txt")
    check(text in path.read_text(), f"{keyword} is written, with `{text}`")
succeed("MAX_BATCH is by entry, the header is found", folder / "main")
check((folder / "properties.txt").read_text() == f"k {folder}/out/REPORT.txt\n", "targets have properties")
check("fma" not in (folder / "out/ASM.txt").read_text(), "OPTIONS and NUMERICS reach the compiler")
check("k_evaluate" not in (folder / "out/ASM.txt").read_text(), "ENTRIES reaches the compiler")
(folder / "out/ASM.txt").unlink()
succeed("it builds again", "cmake", "--build", folder)
check((folder / "out/ASM.txt").exists(), "an artefact that is lost is made again")
check("no work to do" in succeed("it is built once more", "cmake", "--build", folder), "and then nothing is left to do")


def write_weights(path, value):
    """A safetensors file in which every weight of `tiny` is `value`."""
    shapes = {"dense/kernel": [4, 8], "dense/bias": [8], "y/kernel": [8, 1], "y/bias": [1]}
    header, end = {}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<f", value) * (end // 4))


source = project("weights", """
ingot_add_model(tiny SOURCE tiny.model.cpp WEIGHTS tiny.safetensors OPTIMIZE_FOR size)
ingot_add_model(fast SOURCE tiny.model.cpp WEIGHTS tiny.safetensors OPTIMIZE_FOR speed ram)
add_executable(main main.c)
target_link_libraries(main PRIVATE tiny)
""")
(source / "main.c").write_text("""#include <tiny.h>
#include <stdio.h>
static _Alignas(TINY_ALIGN) float params[TINY_PARAMS_BYTES / 4];
int main(void) {
  int32_t status = tiny_init(params, NULL, 0);
  printf("%g %g\\n", params[TINY_DENSE_KERNEL_OFFSET / 4], params[TINY_Y_BIAS_OFFSET / 4]);
  return status;
}
""")
write_weights(source / "tiny.safetensors", 0.25)
folder = build(source, arguments)
output = succeed("the program with weights runs", folder / "main")
check(output == "0.25 0.25\n", "WEIGHTS are in the object", output)
write_weights(source / "tiny.safetensors", 0.5)
succeed("with other weights it builds", "cmake", "--build", folder)
output = succeed("the program runs again", folder / "main")
check(output == "0.5 0.5\n", "a file that changes is read again", output)
small, fast = ((folder / name).stat().st_size for name in ("tiny.o", "fast.o"))
check(small < fast, f"OPTIMIZE_FOR size is smaller: {small} < {fast}")

source = project("budget", "ingot_add_model(tiny SOURCE tiny.model.cpp MAX_RAM 1M MAX_FLASH 1K)\n")
succeed("it is configured", "cmake", "-S", source, "-B", source / "build", *arguments)
status, output = run("cmake", "--build", source / "build")
check(status != 0 and re.search(r"tiny\.model\.cpp:9:9: error: `tiny` needs \d+ bytes of flash; `--max-flash` allows 1024; ", output),
      "MAX_FLASH is kept, or the build fails at the model's line", output)
check("bytes of RAM" not in output and not (source / "build/tiny.o").exists(), "MAX_RAM is, and there is no object", output)

# What of a toolchain file reaches the compiler.
TARGETS = {
    "set(CMAKE_SYSTEM_PROCESSOR cortex-m7)": "cortex-m7",
    "set(CMAKE_SYSTEM_PROCESSOR rv32imafc)": "rv32imafc",
    'set(CMAKE_SYSTEM_PROCESSOR arm)\nset(CMAKE_C_FLAGS "-mthumb -mcpu=cortex-m33+nodsp -mfloat-abi=softfp -Os")':
        "arm-none-eabi --float-abi=softfp --mcpu=cortex-m33",
    "set(CMAKE_SYSTEM_PROCESSOR aarch64)\nset(CMAKE_SYSTEM_NAME Linux)": "aarch64-unknown-linux-gnu",
    "set(CMAKE_SYSTEM_PROCESSOR x)\nset(CMAKE_C_COMPILER_TARGET riscv64-linux-gnu)": "riscv64-linux-gnu",
    "set(CMAKE_SYSTEM_PROCESSOR arm)": "the toolchain file says `arm-unknown-none-elf`, which many processors are",
    "set(CMAKE_SYSTEM_PROCESSOR x)\nset(CMAKE_CXX_COMPILER_TARGET riscv32-unknown-elf)": "the toolchain file says `riscv32-unknown-elf`",
}
modules = next((path for path in (ingot, ingot / "lib/cmake/Ingot") if (path / "IngotModel.cmake").exists()))
for settings, wanted in TARGETS.items():
    script = scratch / "target.cmake"
    script.write_text(f"include({modules}/IngotModel.cmake)\nset(CMAKE_CROSSCOMPILING TRUE)\n{settings}\n"
                      'ingot_find_target(target "" "it")\nmessage(STATUS "is ${target} ${target_flags}")\n')
    _, output = run("cmake", "-P", script)
    said = " ".join(output.replace(";", " ").split())
    check(wanted in said, f"a toolchain file for {wanted}", output)

MODEL = "ingot_add_model(tiny SOURCE tiny.model.cpp"
REFUSED = {
    f"{MODEL} MAXBATCH 8)": "ingot_add_model(tiny): unknown argument `MAXBATCH`",
    f"{MODEL} MAX_BATCH)": "ingot_add_model(tiny): MAX_BATCH has no value",
    f"{MODEL} PREFIX NUMERICS portable)": "ingot_add_model(tiny): PREFIX has no value",
    f"{MODEL} PREFIX x-1)": "ingot_add_model(tiny): PREFIX `x-1` cannot begin names in C; `x_1` can",
    f"{MODEL} NUMERICS exact)": "ingot_add_model(tiny): NUMERICS is `exact`; must be `native` or `portable`",
    f"{MODEL} OPTIMIZE_FOR space)": "ingot_add_model(tiny): OPTIMIZE_FOR is `space`; must be `speed` or `size` or `ram`",
    f"{MODEL} INSTRUMENT ops)": "ingot_add_model(tiny): INSTRUMENT is `ops`; must be `layers`",
    f"{MODEL} FORM cpp)": "ingot_add_model(tiny): FORM is `cpp`; must be `object` or `c`",
    "ingot_add_model(tiny)": "ingot_add_model(tiny): SOURCE is missing; name the file that records the model",
    "ingot_add_model(tiny SOURCE none.cpp)": "ingot_add_model(tiny): SOURCE `.*/none.cpp` does not exist",
    f"{MODEL} WEIGHTS none.safetensors)": "ingot_add_model(tiny): WEIGHTS `.*/none.safetensors` does not exist",
    f"{MODEL} PREFIX p)\ningot_add_model(two SOURCE tiny.model.cpp PREFIX p)":
        "ingot_add_model(two): PREFIX is `p`, as of `tiny`; both would write p.o here",
}
for number, (text, message) in enumerate(REFUSED.items()):
    source = project(f"refused-{number}", text + "\n")
    status, output = run("cmake", "-S", source, "-B", source / "build", *arguments)
    said = " ".join(output.split())
    wanted = re.escape(message).replace(r"\.\*", ".*")
    check(status != 0 and re.search(wanted, said), f"refused: {message}", output)
    check(said.count("CMake Error") == 1, "with one error", output)
