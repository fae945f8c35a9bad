//===- ScanCases.cpp - recurrences whose gradient is checked -------------===//

#include "OpCase.h"

namespace ingot::numeric {

static const std::string row = "tensor<2x3xf32>", rows = "tensor<4x2x3xf32>", square = "tensor<3x3xf32>";
static const std::string product = "ingot.contract \"bi,io->bo\" ";

std::vector<OpCase> scanCases() {
  const std::string onMatrix = " : " + row + ", " + square + " -> " + row + "\n";
  std::vector<OpCase> cases;

  // The loss sees the last carry alone; the first one and the weights are active.
  cases.push_back({"scan", "_final", {{"h0", row}, {"w", square}, {"u", square}}, row,
                   "%y = ingot.scan 4 inits(%h0 : " + row + ") xs(%x : " + rows + ") -> (" + row + ") {\n"
                   "^bb0(%h: " + row + ", %step: " + row + "):\n"
                   "  %0 = " + product + "%step, %w" + onMatrix +
                   "  %1 = " + product + "%h, %u" + onMatrix +
                   "  %2 = ingot.add %0, %1 : " + row + "\n"
                   "  %3 = ingot.tanh %2 : " + row + "\n"
                   "  ingot.yield %3 : " + row + "\n}\n",
                   {{"x", rows}}});

  // From the last step to the first one; slices are active, the first carry is not.
  cases.push_back({"scan", "_reverse", {{"a", rows}, {"u", square}}, rows,
                   "%zero = ingot.fill 0.0 : f32 : " + row + "\n"
                   "%last, %y = ingot.scan 4 reverse inits(%zero : " + row + ") xs(%a : " + rows + ") -> (" + row + ", " + rows + ") {\n"
                   "^bb0(%h: " + row + ", %step: " + row + "):\n"
                   "  %0 = " + product + "%h, %u" + onMatrix +
                   "  %1 = ingot.mul %0, %step : " + row + "\n"
                   "  %2 = ingot.sigmoid %1 : " + row + "\n"
                   "  %3 = ingot.add %2, %step : " + row + "\n"
                   "  ingot.yield %3, %2 : " + row + ", " + row + "\n}\n"});

  // Two carries that feed each other, a batch, a bias, and a loss on one last carry and one stack.
  const std::string batch = "tensor<?x3xf32>", batches = "tensor<4x?x3xf32>";
  cases.push_back({"scan", "_two_carries", {{"w", square}, {"b", "tensor<3xf32>"}}, batch,
                   "%zero = ingot.fill 0.0 : f32 batch %n : " + batch + "\n"
                   "%one = ingot.fill 1.0 : f32 batch %n : " + batch + "\n"
                   "%h, %c, %hs = ingot.scan 4 inits(%zero, %one : " + batch + ", " + batch + ") xs(%x : " + batches + ") -> (" +
                       batch + ", " + batch + ", " + batches + ") {\n"
                   "^bb0(%h: " + batch + ", %c: " + batch + ", %step: " + batch + "):\n"
                   "  %size = ingot.batch\n"
                   "  %0 = " + product + "%h, %w : " + batch + ", " + square + " -> " + batch + "\n"
                   "  %1 = ingot.broadcast %b dims [1] batch %size : tensor<3xf32> -> " + batch + "\n"
                   "  %2 = ingot.add %0, %1 : " + batch + "\n"
                   "  %3 = ingot.add %2, %step : " + batch + "\n"
                   "  %gate = ingot.sigmoid %3 : " + batch + "\n"
                   "  %4 = ingot.mul %gate, %c : " + batch + "\n"
                   "  %5 = ingot.tanh %4 : " + batch + "\n"
                   "  %6 = ingot.mul %5, %1 : " + batch + "\n"
                   "  ingot.yield %6, %4, %6 : " + batch + ", " + batch + ", " + batch + "\n}\n"
                   "%sum = ingot.reduce_sum %hs axes [0] : " + batches + " -> " + batch + "\n"
                   "%y = ingot.mul %sum, %c : " + batch + "\n",
                   {{"x", batches}}});

  // One weight in two recurrences, the second over what the first one stacks; another weight in front.
  cases.push_back({"scan", "_shared", {{"w", square}, {"h0", row}}, rows,
                   "%ww = ingot.mul %w, %w : " + square + "\n"
                   "%l0, %s0 = ingot.scan 4 inits(%h0 : " + row + ") xs(%x : " + rows + ") -> (" + row + ", " + rows + ") {\n"
                   "^bb0(%h: " + row + ", %step: " + row + "):\n"
                   "  %0 = " + product + "%h, %ww" + onMatrix +
                   "  %1 = ingot.add %0, %step : " + row + "\n"
                   "  %2 = ingot.tanh %1 : " + row + "\n"
                   "  ingot.yield %2, %2 : " + row + ", " + row + "\n}\n"
                   "%l1, %y = ingot.scan 4 reverse inits(%l0 : " + row + ") xs(%s0 : " + rows + ") -> (" + row + ", " + rows + ") {\n"
                   "^bb0(%h: " + row + ", %step: " + row + "):\n"
                   "  %0 = " + product + "%h, %w" + onMatrix +
                   "  %1 = " + product + "%step, %ww" + onMatrix +
                   "  %2 = ingot.mul %0, %1 : " + row + "\n"
                   "  %3 = ingot.tanh %2 : " + row + "\n"
                   "  ingot.yield %3, %3 : " + row + ", " + row + "\n}\n",
                   {{"x", rows}}});

  // A recurrence in each step of another one: residuals of the inner are residuals of the outer.
  const std::string all = "tensor<3x4x2x3xf32>";
  cases.push_back({"scan", "_nested", {{"a", all}, {"w", square}, {"h0", row}}, row,
                   "%y, %all = ingot.scan 3 inits(%h0 : " + row + ") xs(%a : " + all + ") -> (" + row + ", " + all + ") {\n"
                   "^bb0(%outer: " + row + ", %steps: " + rows + "):\n"
                   "  %before = " + product + "%outer, %w" + onMatrix +
                   "  %last, %inner = ingot.scan 4 reverse inits(%before : " + row + ") xs(%steps : " + rows + ") -> (" + row + ", " + rows + ") {\n"
                   "  ^bb0(%h: " + row + ", %step: " + row + "):\n"
                   "    %0 = " + product + "%h, %w" + onMatrix +
                   "    %1 = ingot.mul %0, %step : " + row + "\n"
                   "    %2 = ingot.tanh %1 : " + row + "\n"
                   "    %3 = ingot.add %2, %outer : " + row + "\n"
                   "    ingot.yield %3, %2 : " + row + ", " + row + "\n  }\n"
                   "  %sum = ingot.reduce_sum %inner axes [0] : " + rows + " -> " + row + "\n"
                   "  %4 = ingot.mul %sum, %last : " + row + "\n"
                   "  %5 = ingot.sigmoid %4 : " + row + "\n"
                   "  ingot.yield %5, %inner : " + row + ", " + rows + "\n}\n"});

  // No carry at all, a weight read in the body, one stack nobody needs.
  cases.push_back({"scan", "_map", {{"a", rows}, {"w", square}}, rows,
                   "%y, %unused = ingot.scan 4 xs(%a : " + rows + ") -> (" + rows + ", " + rows + ") {\n"
                   "^bb0(%step: " + row + "):\n"
                   "  %inside = ingot.read @w : " + square + "\n"
                   "  %0 = " + product + "%step, %inside" + onMatrix +
                   "  %1 = ingot.mul %0, %step : " + row + "\n"
                   "  %2 = ingot.exp %step : " + row + "\n"
                   "  ingot.yield %1, %2 : " + row + ", " + row + "\n}\n"});

  // Carries that change places, one that is replaced by a constant, and steps that are left out.
  cases.push_back({"scan", "_masked", {{"p", row}, {"q", row}, {"r", row}, {"w", square}}, row,
                   "%one = ingot.fill 1.0 : f32 : " + row + "\n"
                   "%zeros = ingot.fill 0.0 : f32 : " + rows + "\n"
                   "%mask = ingot.compare \"gt\" %x, %zeros : " + rows + " -> tensor<4x2x3xi1>\n"
                   "%p1, %q1, %r1 = ingot.scan 4 inits(%p, %q, %r : " + row + ", " + row + ", " + row +
                       ") xs(%mask : tensor<4x2x3xi1>) -> (" + row + ", " + row + ", " + row + ") {\n"
                   "^bb0(%pt: " + row + ", %qt: " + row + ", %rt: " + row + ", %valid: tensor<2x3xi1>):\n"
                   "  %0 = " + product + "%pt, %w" + onMatrix +
                   "  %1 = ingot.mul %0, %rt : " + row + "\n"
                   "  %positive = ingot.compare \"gt\" %1, %qt : " + row + " -> tensor<2x3xi1>\n"
                   "  %2 = ingot.select %positive, %1, %qt : tensor<2x3xi1>, " + row + "\n"
                   "  %3 = ingot.select %valid, %2, %qt : tensor<2x3xi1>, " + row + "\n"
                   "  ingot.yield %3, %pt, %one : " + row + ", " + row + ", " + row + "\n}\n"
                   "%y = ingot.add %p1, %q1 : " + row + "\n",
                   {{"x", rows}}});
  return cases;
}

} // namespace ingot::numeric
