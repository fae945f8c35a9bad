//===- BuildTrainStep.cpp - the optimizer inside the step ----------------===//
//
// In: entries with `ingot.update`, and `ingot.compile`. Out: slots and counters
// as variables; reads, `ingot.apply_*` and writes. Formulas are in the ops.
//
// Where a step without a gradient leaves a weight alone, that of a `sparse` table
// is taken by the rows that have one. Slots that decay meanwhile do so when their
// row is next touched: `last_step` tells since when.
//
//===----------------------------------------------------------------------===//

#include "train/Passes.h"

#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_BUILDTRAINSTEPPASS
#include "train/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

constexpr StringLiteral lastStep = "last_step";

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

struct Slot {
  StringRef name;
  double first = 0; ///< what each element begins as
};

/// An optimizer of Keras: its slots and its step on one variable.
struct OptimizerRule {
  StringLiteral className;
  SmallVector<Slot> (*slots)(const Hyperparameters &);
  /// If a step without a gradient leaves the weight as it is: what it multiplies
  /// slots by.
  std::optional<double> (*decay)(const Hyperparameters &);
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

std::optional<double> neverLazy(const Hyperparameters &) { return std::nullopt; }

UnitAttr unitIf(OpBuilder &b, bool flag) { return flag ? b.getUnitAttr() : UnitAttr(); }

const OptimizerRule sgd = {
    "SGD",
    [](const Hyperparameters &h) {
      return h.number("momentum") != 0 ? SmallVector<Slot>{{"momentum"}} : SmallVector<Slot>{};
    },
    [](const Hyperparameters &h) { return h.number("momentum") == 0 ? std::optional(1.0) : std::nullopt; },
    plainRate,
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplySGDOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                           b.getF32FloatAttr(h.number("momentum")),
                                           unitIf(b, h.flag("nesterov")))->getResults());
    }};

const OptimizerRule rmsprop = {
    "RMSprop",
    [](const Hyperparameters &h) {
      SmallVector<Slot> slots = {{"velocity"}};
      if (h.flag("centered"))
        slots.push_back({"average_gradient"});
      if (h.number("momentum") != 0)
        slots.push_back({"momentum"});
      return slots;
    },
    // As a step has it: a float.
    [](const Hyperparameters &h) {
      return h.number("momentum") == 0 ? std::optional<double>(static_cast<float>(h.number("rho"))) : std::nullopt;
    },
    plainRate,
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplyRMSpropOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                               b.getF32FloatAttr(h.number("rho")),
                                               b.getF32FloatAttr(h.number("momentum")),
                                               b.getF32FloatAttr(h.number("epsilon")),
                                               unitIf(b, h.flag("centered")))->getResults());
    }};

const OptimizerRule adagrad = {
    "Adagrad",
    [](const Hyperparameters &h) {
      return SmallVector<Slot>{{"accumulator", h.number("initial_accumulator_value")}};
    },
    [](const Hyperparameters &) { return std::optional(1.0); },
    plainRate,
    [](OpBuilder &b, Location loc, const Hyperparameters &h, Value w, Value g, Value rate, ValueRange slots) {
      return ValueRange(ApplyAdagradOp::create(b, loc, stepTypes(w, slots), w, g, rate, slots,
                                               b.getF32FloatAttr(h.number("epsilon")))->getResults());
    }};

const OptimizerRule adam = {
    "Adam",
    [](const Hyperparameters &h) {
      SmallVector<Slot> slots = {{"momentum"}, {"velocity"}};
      if (h.flag("amsgrad"))
        slots.push_back({"velocity_hat"});
      return slots;
    },
    neverLazy,
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
  for (const OptimizerRule *rule : {&sgd, &rmsprop, &adagrad, &adam})
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
    for (VariableOp weight : llvm::to_vector(module.getOps<VariableOp>())) {
      if (!weight.isTrainable())
        continue;
      RankedTensorType type = weight.getTensorType();
      auto of = FlatSymbolRefAttr::get(weight.getSymNameAttr());
      for (const Slot &slot : rule.slots(hyperparameters))
        declare(slotName(weight.getSymName(), slot.name), type, slot.first, "slot", of);
      if (isLate(weight))
        declare(slotName(weight.getSymName(), lastStep),
                RankedTensorType::get(type.getShape().take_front(1), builder.getI32Type()), 0, "slot", of);
    }
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
    Location entryLoc = inDirection(entry.getLoc(), directions::update);
    builder.setInsertionPointToStart(&entry.block());
    taken = read(names::iterations, RankedTensorType::get({}, builder.getI32Type()));
    Value one = createFill(builder, entryLoc, taken.getType(), 1);
    step = AddOp::create(builder, entryLoc, taken, one);
    Value base = read(names::learningRate, RankedTensorType::get({}, builder.getF32Type()));
    rate = rule.rate(builder, entryLoc, hyperparameters, base, step);
    writes = {{step, names::iterations.str()}};
    for (UpdateOp update : updates) {
      expand(update);
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

  /// Can the step on `weight` be taken row by row, as gradients come?
  bool isByRow(VariableOp weight) const { return weight.getSparse() && rule.decay(hyperparameters); }
  /// Do its slots decay meanwhile?
  bool isLate(VariableOp weight) const { return isByRow(weight) && *rule.decay(hyperparameters) != 1; }

  void expand(UpdateOp update) {
    builder.setInsertionPoint(update);
    loc = inDirection(update.getLoc(), directions::update);
    auto weight = SymbolTable::lookupNearestSymbolFrom<VariableOp>(update, update.getVariableAttr());
    SmallVector<std::string> symbols = {weight.getSymName().str()};
    for (const Slot &slot : rule.slots(hyperparameters))
      symbols.push_back(slotName(weight.getSymName(), slot.name));
    if (isLate(weight))
      symbols.push_back(slotName(weight.getSymName(), lastStep));
    SmallVector<Value> now;
    for (StringRef symbol : symbols)
      now.push_back(read(symbol, SymbolTable::lookupNearestSymbolFrom<VariableOp>(
                                     update, builder.getStringAttr(symbol)).getType()));
    auto scatter = update.getGradient().getDefiningOp<ScatterRowsOp>();
    if (weight.getSparse())
      remarkRows(update, weight, scatter);
    SmallVector<Value> next = isByRow(weight) && scatter ? rowStep(weight, scatter, now)
                                                         : wholeStep(weight, update.getGradient(), now);
    for (auto [value, symbol] : llvm::zip(next, symbols))
      writes.push_back({value, symbol});
  }

  void remarkRows(UpdateOp update, VariableOp weight, ScatterRowsOp scatter) {
    int64_t rows = weight.getTensorType().getDimSize(0);
    if (isByRow(weight) && scatter)
      remark::passed(loc, remarkOn(update, "optimizer", "rows"))
          << remark::add("of `{0}` the rows that a batch looks up are updated, not all {1}", weight.getSymName().str(), rows);
    else
      remark::missed(loc, remarkOn(update, "optimizer", "rows"))
          << remark::add("all {1} rows of `{0}` are updated in each step", weight.getSymName().str(), rows)
          << (isByRow(weight) ? remark::reason("its gradient is not one list of rows here")
                              : remark::reason("{0} moves a row also in steps without a gradient", rule.className.str()));
  }

  /// What weight and slots become, of which `now` are all elements or a row.
  SmallVector<Value> wholeStep(VariableOp weight, Value gradient, ValueRange now) {
    SmallVector<Value> slots(now.drop_front());
    Value last = isLate(weight) ? slots.pop_back_val() : Value();
    if (last)
      for (Value &slot : slots)
        slot = DecayOp::create(builder, loc, slot.getType(), slot, last, taken,
                               builder.getF64FloatAttr(*rule.decay(hyperparameters)));
    SmallVector<Value> next = llvm::to_vector_of<Value>(
        rule.apply(builder, loc, hyperparameters, now.front(), gradient, rate, slots));
    if (last)
      next.push_back(AssignOp::create(builder, loc, last.getType(), last, step));
    return next;
  }

  /// The same for the rows that have a gradient.
  SmallVector<Value> rowStep(VariableOp weight, ScatterRowsOp scatter, ValueRange now) {
    auto op = UpdateRowsOp::create(builder, loc, now.getTypes(), scatter.getIds(), scatter.getRows(), now);
    Block &body = op.getBody().emplaceBlock();
    auto addRow = [&](Value table) {
      RankedTensorType type = tensorType(table);
      return body.addArgument(RankedTensorType::get(type.getShape().drop_front(), type.getElementType()), loc);
    };
    Value gradient = addRow(now.front());
    SmallVector<Value> rows;
    for (Value table : now)
      rows.push_back(addRow(table));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&body);
    YieldOp::create(builder, loc, wholeStep(weight, gradient, rows));
    return llvm::to_vector_of<Value>(op.getResults());
  }

  ModuleOp module;
  CompileOp compile;
  OpBuilder builder;
  Location loc;
  const OptimizerRule &rule;
  Hyperparameters hyperparameters;
  /// Of the entry that is rewritten: the number of steps before this one and with
  /// it, and the step size.
  Value taken, step, rate;
  SmallVector<std::pair<Value, std::string>> writes;
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
      compile.emitError("optimizer ") << className << " is unknown; must be SGD, RMSprop, Adagrad or Adam";
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
