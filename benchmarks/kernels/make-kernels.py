#!/usr/bin/env python3
"""Compiles matrix products through the compiler's own pipelines.

  make-kernels.py INGOT_OPT LLVM_TOOLS RECORDER FOLDER CPU...

Each product is a function on its own, as an entry is at the stage `linalg`, in a
module of its own with the attributes that RECORDER's model has there: so it is
compiled for each CPU as it would be within a model. FOLDER gets
kernels.o and Kernels.inc, a table of `Kernel` (Products.cpp).
"""
import re
import subprocess
import sys
from pathlib import Path

# (form, bound of the batch, the other two of M, N, K in this order); `fused` adds a bias
# and relu. Batches of the samples: 256, 32, and 32 times 100 or 140 steps.
KERNELS = [
    ("nn", 256, 64, 784), ("nn", 256, 64, 64), ("nn", 256, 10, 64),
    ("fused", 256, 64, 784), ("fused", 256, 64, 64),
    ("tn", 256, 784, 64), ("tn", 256, 64, 64), ("tn", 256, 64, 10), ("tn", 4480, 256, 256),
    ("nt", 256, 784, 64), ("nt", 256, 64, 64), ("nt", 32, 64, 256),
    ("nn", 3200, 128, 512), ("nn", 4480, 256, 256),
    ("nn", 32, 128, 32), ("nn", 32, 256, 64),
    ("nn", 1024, 1024, 1024),
]
MAPS = {"a": {"nn": "(m, n, k) -> (m, k)", "nt": "(m, n, k) -> (m, k)", "tn": "(m, n, k) -> (k, m)"},
        "b": {"nn": "(m, n, k) -> (k, n)", "nt": "(m, n, k) -> (n, k)", "tn": "(m, n, k) -> (k, n)"}}


def run(command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"error: `{' '.join(map(str, command))}` has ended with {done.returncode}")
    return done.stdout


def module_attributes(recorder, cpu):
    """Those of any model: what passes know of the target."""
    text = run([recorder, f"--mcpu={cpu}", "--emit=linalg", "--entries=predict", "-o", "-"])
    return re.search(r"^module @\S+ attributes \{(.*)\} \{$", text, re.MULTILINE).group(1)


class Operand:
    """A matrix of which one dimension may be the batch."""

    def __init__(self, name, dims, bound):
        self.name, self.dims, self.bound = name, dims, bound
        self.dynamic = f"tensor<{'x'.join('?' if dim is None else str(dim) for dim in dims)}xf32>"
        self.memory = f"memref<{'x'.join(str(dim or bound) for dim in dims)}xf32>"

    def parameter(self):
        role = "output" if self.name == "c" else "input"
        return f'%{self.name}: {self.memory} {{ingot.name = "{self.name}", ingot.role = "{role}", llvm.noalias}}'

    def view(self):
        """As memory of the size of this call."""
        sizes = ", ".join("%batch" if dim is None else str(dim) for dim in self.dims)
        strides = [str(self.dims[1]), "1"] if len(self.dims) == 2 else ["1"]
        view = self.dynamic.replace("tensor", "memref")
        return (f"    %{self.name}_view = memref.reinterpret_cast %{self.name} to offset: [0], sizes: [{sizes}], "
                f"strides: [{', '.join(strides)}] : {self.memory} to {view}\n"
                f"    %{self.name}_tensor = bufferization.to_tensor %{self.name}_view restrict"
                f"{' writable' if self.name == 'c' else ''} : {view} to {self.dynamic}\n")


def function(form, bound, first, second):
    """(name, text, n, k)"""
    base = "nn" if form == "fused" else form
    if base == "tn":
        m, n, k = first, second, None
        name = f"{form}_{m}x{n}x{bound}"
    else:
        m, n, k = None, first, second
        name = f"{form}_{bound}x{n}x{k}"
    a = Operand("a", {"nn": (m, k), "nt": (m, k), "tn": (k, m)}[base], bound)
    b = Operand("b", {"nn": (k, n), "nt": (n, k), "tn": (k, n)}[base], bound)
    bias, c = Operand("bias", (n,), bound), Operand("c", (m, n), bound)
    operands = [a, b, *([bias] if form == "fused" else []), c]
    size = "%batch" if m is None else ""
    text = (f'  func.func @{name}(%batch: index {{ingot.role = "batch"}}, '
            f'{", ".join(operand.parameter() for operand in operands)}) '
            f'attributes {{ingot.kind = "kernel", ingot.max_batch = {bound} : i64}} {{\n'
            "    %zero = arith.constant 0.0 : f32\n" + "".join(operand.view() for operand in operands if operand is not c))
    text += c.view().splitlines()[0] + "\n"
    text += (f"    %empty = tensor.empty({size}) : {c.dynamic}\n"
             f"    %filled = linalg.fill ins(%zero : f32) outs(%empty : {c.dynamic}) -> {c.dynamic}\n"
             f"    %product = linalg.contract indexing_maps = [affine_map<{MAPS['a'][base]}>, "
             f"affine_map<{MAPS['b'][base]}>, affine_map<(m, n, k) -> (m, n)>] "
             f"ins(%a_tensor, %b_tensor : {a.dynamic}, {b.dynamic}) outs(%filled : {c.dynamic}) -> {c.dynamic}\n")
    result = "%product"
    if form == "fused":
        result = "%activated"
        text += f"""    %room = tensor.empty({size}) : {c.dynamic}
    %activated = linalg.generic {{indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>,
        affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}}
        ins(%product, %bias_tensor : {c.dynamic}, {bias.dynamic}) outs(%room : {c.dynamic}) {{
    ^bb0(%x: f32, %y: f32, %old: f32):
      %sum = arith.addf %x, %y : f32
      %below = arith.cmpf ogt, %zero, %sum : f32
      %relu = arith.select %below, %zero, %sum : f32
      linalg.yield %relu : f32
    }} -> {c.dynamic}
"""
    view = c.dynamic.replace("tensor", "memref")
    text += f"    bufferization.materialize_in_destination {result} in restrict writable %c_view : ({c.dynamic}, {view}) -> ()\n"
    return name, text + "    return\n  }\n", n, k


class Compiler:
    """Compiles products for one processor."""

    def __init__(self, ingot_opt, tools, recorder, cpu, folder):
        self.ingot_opt, self.tools, self.cpu, self.folder = ingot_opt, tools, cpu, folder
        self.attributes = module_attributes(recorder, cpu)

    def compile(self, symbol, name, text, bound):
        """The object file, with `name` under `symbol`, and the bytes of its arena."""
        own = re.sub(r"ingot.max_batch = \d+", f"ingot.max_batch = {bound}", self.attributes)
        own = re.sub(r'ingot.prefix = "\w+"', f'ingot.prefix = "{symbol}"', own)
        bufferized = run([self.ingot_opt, "--ingot-linalg-to-bufferized"], f"module @{name} attributes {{{own}}} {{\n{text}}}\n")
        low = run([self.ingot_opt, "--ingot-bufferized-to-llvm"], bufferized)
        ir = run([self.tools / "mlir-translate", "--mlir-to-llvmir"], low)
        ir = ir.replace(f"define internal void @{name}(", f"define void @{symbol}(")
        target = ["-mtriple=x86_64-linux-gnu", f"-mcpu={self.cpu}"]
        ir = run([self.tools / "opt", *target, "-passes=default<O2>", "-S"], ir)
        compiled = self.folder / f"{symbol}.o"
        run([self.tools / "llc", *target, "-O2", "-relocation-model=pic", "-filetype=obj", "-function-sections", "-o", compiled], ir)
        return compiled, int(re.search(r"ingot.arena_bytes = (\d+)", bufferized).group(1))


def main():
    ingot_opt, tools, recorder, folder, *cpus = sys.argv[1:]
    folder = Path(folder)
    declared, lines, objects = [], [], []
    for cpu in cpus:
        compiler = Compiler(ingot_opt, Path(tools), recorder, cpu, folder)
        for form, bound, first, second in KERNELS:
            name, text, n, k = function(form, bound, first, second)
            symbol = f"{name}_for_{re.sub('[^a-z0-9]', '_', cpu)}"
            compiled, arena = compiler.compile(symbol, name, text, bound)
            objects.append(compiled)
            own = ", bias" if form == "fused" else ""
            room = ", arena" if arena else ""
            declared.append(f'extern "C" void {symbol}(int64_t, const float *, const float *'
                            f'{", const float *" if own else ""}, float *{", void *" if room else ""});\n')
            lines.append(f'    {{"{name}", "{cpu}", Form::{form}, {n}, {k or first}, {arena},\n'
                         "     [](int64_t batch, const float *a, const float *b, [[maybe_unused]] const float *bias, float *c,\n"
                         f"        [[maybe_unused]] void *arena) {{ {symbol}(batch, a, b{own}, c{room}); }}}},\n")
    run(["ld", "-r", "-o", folder / "kernels.o", *objects])
    (folder / "Kernels.inc").write_text("".join(declared) + "static const Kernel kernels[] = {\n" + "".join(lines) + "};\n")


if __name__ == "__main__":
    main()
