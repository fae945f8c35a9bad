//===- BuildTrainStep.cpp - the optimizer inside the step ----------------===//
//
// In: entries with `ingot.update`, and `ingot.compile`. Out: slots and counters
// as variables; reads, `ingot.apply_*` and writes. Formulas are in the ops.
//
//===----------------------------------------------------------------------===//

#include "train/Passes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_BUILDTRAINSTEPPASS
#include "train/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// What `compile` said about the optimizer.
class Hyperparameters {
public:
  explicit Hyperparameters(DictionaryAttr values) : values(values) {}
  StringRef className() const { return values.getAs<StringAttr>("class_name"); }
  double number(StringRef name) const {
    auto value = values.getAs<FloatAttr>(name);
    return value ? value.getValueAsDouble() : 0;
  }
  bool flag(StringRef name) const {
    auto value = values.getAs<BoolAttr>(name);
    return value && value.getValue();
  }

private:
  DictionaryAttr values;
};

/// An optimizer of Keras: its slots and its step on one variable.
struct OptimizerRule {
  StringLiteral className;
  SmallVector<StringRef> (*slots)(const Hyperparameters &);
  /// The step size of this entry, from the learning rate and the number of
  /// steps taken so far.
  Value (*rate)(OpBuilder &, Location, const Hyperparameters &, Value learningRate, Value step);
  ValueRange (*apply)(OpBuilder &, Location, const Hyperparameters &, Value weight, Value gradient,
                      Value rate, ValueRange slots);
};

Value plainRate(OpBuilder &, Location, const Hyperparameters &, Value learningRate, Value) {
  return learningRate;
}

SmallVector<Type> stepTypes(Value weight, ValueRange slots) {
  return SmallVector<Type>(slots.size() + 1, weight.getType());
}

UnitAttr unitIf(OpBuilder &b, bool flag) { return flag ? b.getUnitAttr() : UnitAttr(); }

const OptimizerRule sgd = {
    "SGD",
    [](const Hyperparameters &h) {
      return h.number("momentum") != 0 ? SmallVector<StringRef>{"momentum"} : SmallVector<StringRef>{};
    },
    plainRate,
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplySGDOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                           b.getF32FloatAttr(h.number("momentum")),
                                           unitIf(b, h.flag("nesterov")))->getResults());
    }};

const OptimizerRule rmsprop = {
    "RMSprop",
    [](const Hyperparameters &h) {
      SmallVector<StringRef> slots = {"velocity"};
      if (h.flag("centered"))
        slots.push_back("average_gradient");
      if (h.number("momentum") != 0)
        slots.push_back("momentum");
      return slots;
    },
    plainRate,
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplyRMSpropOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                               b.getF32FloatAttr(h.number("rho")),
                                               b.getF32FloatAttr(h.number("momentum")),
                                               b.getF32FloatAttr(h.number("epsilon")),
                                               unitIf(b, h.flag("centered")))->getResults());
    }};

const OptimizerRule adam = {
    "Adam",
    [](const Hyperparameters &h) {
      SmallVector<StringRef> slots = {"momentum", "velocity"};
      if (h.flag("amsgrad"))
        slots.push_back("velocity_hat");
      return slots;
    },
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value learningRate, Value step) -> Value {
      return AdamRateOp::create(b, loc, learningRate.getType(), learningRate, step,
                                b.getF64FloatAttr(h.number("beta_1")), b.getF64FloatAttr(h.number("beta_2")));
    },
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplyAdamOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                            b.getF32FloatAttr(h.number("beta_1")),
                                            b.getF32FloatAttr(h.number("beta_2")),
                                            b.getF32FloatAttr(h.number("epsilon")),
                                            unitIf(b, h.flag("amsgrad")))->getResults());
    }};

const OptimizerRule *findRule(StringRef className) {
  for (const OptimizerRule *rule : {&sgd, &rmsprop, &adam})
    if (rule->className == className)
      return rule;
  return nullptr;
}

/// Declares the optimizer's variables and rewrites the entries.
class TrainStepBuilder {
public:
  TrainStepBuilder(ModuleOp module, CompileOp compile, const OptimizerRule &rule)
      : module(module), compile(compile), builder(compile), loc(compile.getLoc()), rule(rule),
        hyperparameters(compile.getOptimizer()) {}

  void declareVariables() {
    auto counter = RankedTensorType::get({}, builder.getI32Type());
    auto scalar = RankedTensorType::get({}, builder.getF32Type());
    // The step count may be there already, for random layers.
    if (auto step = module.lookupSymbol<VariableOp>(names::iterations))
      builder.setInsertionPointAfter(step);
    else
      declare(names::iterations, counter, 0, "counter", {});
    declare(names::learningRate, scalar, hyperparameters.number("learning_rate"), "counter", {});
    builder.setInsertionPoint(compile);
    for (VariableOp weight : llvm::to_vector(module.getOps<VariableOp>()))
      if (weight.isTrainable())
        for (StringRef slot : rule.slots(hyperparameters))
          declare(slotName(weight.getSymName(), slot), weight.getTensorType(), 0, "slot",
                  FlatSymbolRefAttr::get(weight.getSymNameAttr()));
  }

  /// The entry that gives slots and counters their first values.
  void buildInitState(StringRef model) {
    auto entry = EntryOp::create(builder, loc, (model + ".init_state").str(),
                                 builder.getFunctionType({}, {}), "init_state", ArrayAttr(), ArrayAttr());
    OpBuilder body = OpBuilder::atBlockEnd(&entry.getBody().emplaceBlock());
    for (VariableOp variable : module.getOps<VariableOp>())
      if (!variable.isWeight())
        WriteOp::create(body, loc, firstValue(entry, body, variable),
                        FlatSymbolRefAttr::get(variable.getSymNameAttr()));
    ReturnOp::create(body, loc, ValueRange());
  }

  void rewrite(EntryOp entry) {
    auto updates = llvm::to_vector(entry.block().getOps<UpdateOp>());
    if (updates.empty())
      return;
    Location entryLoc = entry.getLoc();
    builder.setInsertionPointToStart(&entry.block());
    Value taken = read(names::iterations, RankedTensorType::get({}, builder.getI32Type()));
    Value one = createFill(builder, entryLoc, taken.getType(), 1);
    Value step = AddOp::create(builder, entryLoc, taken, one);
    Value base = read(names::learningRate, RankedTensorType::get({}, builder.getF32Type()));
    Value rate = rule.rate(builder, entryLoc, hyperparameters, base, step);
    SmallVector<std::pair<Value, std::string>> writes = {{step, names::iterations.str()}};
    for (UpdateOp update : updates) {
      expand(update, rate, writes);
      update.erase();
    }
    builder.setInsertionPoint(entry.block().getTerminator());
    for (auto &[value, symbol] : writes)
      WriteOp::create(builder, value.getLoc(), value, FlatSymbolRefAttr::get(builder.getContext(), symbol));
  }

private:
  Value firstValue(EntryOp entry, OpBuilder &body, VariableOp variable) {
    if (variable.getInit().getAs<StringAttr>("kind") != "seed_key")
      return createFill(body, loc, variable.getType(), variable.getInit().getAs<FloatAttr>("a").getValueAsDouble());
    NamedAttribute attributes[] = {body.getNamedAttr(names::role, body.getStringAttr("seed")),
                                   body.getNamedAttr(names::name, body.getStringAttr("seed"))};
    (void)entry.insertArgument(0, body.getI64Type(), body.getDictionaryAttr(attributes), loc);
    return SeedKeyOp::create(body, loc, entry.getArgument(0), IntegerAttr());
  }

  static std::string slotName(StringRef weight, StringRef slot) { return (weight + "." + slot).str(); }

  void declare(StringRef name, RankedTensorType type, double value, StringRef role, FlatSymbolRefAttr of) {
    auto init = builder.getDictionaryAttr({builder.getNamedAttr("kind", builder.getStringAttr("constant")),
                                           builder.getNamedAttr("a", builder.getF64FloatAttr(value))});
    VariableOp::create(builder, loc, name, type, init, role, of, /*frozen=*/false, FloatAttr(), FloatAttr());
  }

  Value read(StringRef symbol, Type type) {
    return ReadOp::create(builder, loc, type, FlatSymbolRefAttr::get(builder.getContext(), symbol));
  }

  void expand(UpdateOp update, Value rate, SmallVectorImpl<std::pair<Value, std::string>> &writes) {
    builder.setInsertionPoint(update);
    StringRef weight = update.getVariable();
    Type type = update.getGradient().getType();
    Location at = update.getLoc();
    Value w = ReadOp::create(builder, at, type, update.getVariableAttr());
    SmallVector<std::string> symbols = {weight.str()};
    SmallVector<Value> slots;
    for (StringRef slot : rule.slots(hyperparameters)) {
      symbols.push_back(slotName(weight, slot));
      slots.push_back(ReadOp::create(builder, at, type, FlatSymbolRefAttr::get(builder.getContext(), symbols.back())));
    }
    ValueRange next = rule.apply(builder, at, hyperparameters, w, update.getGradient(), rate, slots);
    for (auto [value, symbol] : llvm::zip(next, symbols))
      writes.push_back({value, symbol});
  }

  ModuleOp module;
  CompileOp compile;
  OpBuilder builder;
  Location loc;
  const OptimizerRule &rule;
  Hyperparameters hyperparameters;
};

struct BuildTrainStepPass : ingot::impl::BuildTrainStepPassBase<BuildTrainStepPass> {
  void runOnOperation() override {
    auto compiles = llvm::to_vector(getOperation().getOps<CompileOp>());
    if (compiles.empty())
      return;
    CompileOp compile = compiles.front();
    auto className = compile.getOptimizer().getAs<StringAttr>("class_name");
    const OptimizerRule *rule = findRule(className);
    if (!rule) {
      compile.emitError("optimizer ") << className << " is unknown; must be SGD, RMSprop or Adam";
      return signalPassFailure();
    }
    TrainStepBuilder builder(getOperation(), compile, *rule);
    builder.declareVariables();
    builder.buildInitState(compile.getModel());
    for (EntryOp entry : getOperation().getOps<EntryOp>())
      builder.rewrite(entry);
    compile.erase();
  }
};

} // namespace
