//===- BuildEntries.cpp - from a model to entry points -------------------===//
//
// In: a module with variables, models and at most one `ingot.compile`. Out: the
// same module with one `ingot.entry` a kind, and tables that are only looked up
// marked `sparse`. Nothing else is changed.
//
//===----------------------------------------------------------------------===//

#include "entries/Passes.h"

#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/Targets.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_BUILDENTRIESPASS
#include "entries/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// One output that `compile` gave a loss or metrics.
struct TrainedOutput {
  DictionaryAttr spec;
  Value prediction;
  Value target;       ///< null without a loss
  Value sampleWeight; ///< null without a loss
  StringRef name() const { return spec.getAs<StringAttr>("name"); }
  StringAttr loss() const { return spec.getAs<StringAttr>("loss"); }
};

/// Writes the entries of one model.
class EntryBuilder {
public:
  EntryBuilder(ModuleOp module, ModelOp model, CompileOp compile)
      : module(module), model(model), compile(compile),
        builder(OpBuilder::atBlockEnd(module.getBody())), loc(model.getLoc()) {}

  /// What random layers read: the step count, and the key of `init`'s seed, kept with
  /// it so that training goes on where it was. Declared whatever entries are built,
  /// so that the layout is one.
  void declareRandomState() {
    bool isRandom = false, needsKey = false;
    module.walk([&](DropoutOp op) {
      isRandom |= !op.getRate().isZero();
      needsKey |= !op.getRate().isZero() && !op.getSeed();
    });
    if (!compile || !isRandom)
      return;
    auto number = builder.getF64FloatAttr(0);
    declareState(names::iterations, {}, {builder.getNamedAttr("kind", builder.getStringAttr("constant")),
                                         builder.getNamedAttr("a", number)});
    if (needsKey)
      declareState(names::randomKey, {2}, {builder.getNamedAttr("kind", builder.getStringAttr("seed_key"))});
  }

  void build(StringRef kind) {
    begin(kind);
    if (kind == "init")
      buildInit();
    else if (kind == "predict")
      finish(call());
    else if (kind == "apply_gradients")
      buildApply();
    else
      buildLoss(kind);
    builder.setInsertionPointToEnd(module.getBody());
  }

private:
  void declareState(StringRef name, ArrayRef<int64_t> shape, ArrayRef<NamedAttribute> init) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(compile);
    VariableOp::create(builder, loc, name, RankedTensorType::get(shape, builder.getI32Type()),
                       builder.getDictionaryAttr(init), "counter", FlatSymbolRefAttr(), /*frozen=*/false, FloatAttr(),
                       FloatAttr());
  }

  void begin(StringRef kind) {
    entry = EntryOp::create(builder, loc, (model.getSymName() + "." + kind).str(),
                            builder.getFunctionType({}, {}), kind, ArrayAttr(), ArrayAttr());
    entry.getBody().emplaceBlock();
    builder.setInsertionPointToEnd(&entry.block());
  }

  Value addArgument(Type type, StringRef role, StringRef name) {
    unsigned index = entry.block().getNumArguments();
    NamedAttribute attributes[] = {
        builder.getNamedAttr(names::role, builder.getStringAttr(role)),
        builder.getNamedAttr(names::name, builder.getStringAttr(name))};
    Location named = NameLoc::get(builder.getStringAttr(name), loc);
    (void)entry.insertArgument(index, type, builder.getDictionaryAttr(attributes), named);
    return entry.getArgument(index);
  }

  /// Ends the entry; results are the model's outputs, or none.
  void finish(ValueRange results) {
    ReturnOp::create(builder, loc, results);
    entry.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), results.getTypes()));
    if (!results.empty() && model.getResAttrs())
      entry.setAllResultAttrs(*model.getResAttrs());
  }

  ValueRange call() {
    SmallVector<Value> inputs;
    for (unsigned i = 0; i < model.getNumArguments(); ++i) {
      auto name = model.getArgAttrOfType<StringAttr>(i, names::name);
      inputs.push_back(addArgument(model.getArgumentTypes()[i], "input", name ? name.getValue() : ""));
    }
    return CallOp::create(builder, loc, model.getResultTypes(),
                          FlatSymbolRefAttr::get(model.getSymNameAttr()), inputs).getOutputs();
  }

  void buildInit() {
    // The object holds the weights; its entry point copies them.
    if (module->hasAttr(names::frozenWeights))
      return finish({});
    Value seed = addArgument(builder.getI64Type(), "seed", "seed");
    int64_t stream = 0;
    for (VariableOp variable : weights()) {
      Value first = firstValue(variable.getLoc(), variable.getTensorType(), variable.getInit(), seed, stream);
      WriteOp::create(builder, variable.getLoc(), first, FlatSymbolRefAttr::get(variable.getSymNameAttr()));
    }
    finish({});
  }

  /// A tensor as `init` wants it; each has a stream of random numbers of its own.
  Value firstValue(Location at, RankedTensorType type, DictionaryAttr init, Value seed, int64_t &stream) {
    auto kind = init.getAs<StringAttr>("kind");
    if (kind == "concat")
      return concatenated(at, type, init, seed, stream);
    auto a = init.getAs<FloatAttr>("a");
    IntegerAttr own = builder.getI64IntegerAttr(stream++);
    if (kind == "constant")
      return createFill(builder, at, type, a.getValueAsDouble());
    auto random = [&](StringAttr distribution, FloatAttr low, FloatAttr high) -> Value {
      return RandomOp::create(builder, at, type, seed, distribution, low, high, own, init.getAs<IntegerAttr>("seed"));
    };
    if (kind == "orthogonal")
      return OrthogonalizeOp::create(
          builder, at, random(builder.getStringAttr("normal"), builder.getF64FloatAttr(0), builder.getF64FloatAttr(1)), a);
    return random(kind, a, init.getAs<FloatAttr>("b"));
  }

  Value concatenated(Location at, RankedTensorType type, DictionaryAttr init, Value seed, int64_t &stream) {
    SmallVector<Value> parts;
    SmallVector<int64_t> shape(type.getShape());
    for (auto [part, size] : llvm::zip(init.getAs<ArrayAttr>("parts").getAsRange<DictionaryAttr>(),
                                       init.getAs<DenseI64ArrayAttr>("sizes").asArrayRef())) {
      shape.back() = size;
      parts.push_back(firstValue(at, RankedTensorType::get(shape, type.getElementType()), part, seed, stream));
    }
    return ConcatOp::create(builder, at, type, parts, type.getRank() - 1);
  }

  void buildApply() {
    for (VariableOp variable : weights()) {
      if (!variable.isTrainable())
        continue;
      auto symbol = FlatSymbolRefAttr::get(variable.getSymNameAttr());
      Value gradient = GradientReadOp::create(builder, variable.getLoc(), variable.getType(), symbol);
      UpdateOp::create(builder, variable.getLoc(), gradient, symbol);
    }
    finish({});
  }

  /// evaluate, train_step and gradients: everything up to the total loss is
  /// the same.
  void buildLoss(StringRef kind) {
    SmallVector<Value> predictions = llvm::to_vector(call());
    batch = BatchOp::create(builder, loc);
    SmallVector<TrainedOutput> outputs;
    for (auto [spec, prediction] : llvm::zip(compile.getOutputs().getAsRange<DictionaryAttr>(), predictions))
      outputs.push_back(trainedOutput(spec, prediction));

    Value total;
    SmallVector<std::pair<std::string, Value>> partial;
    for (TrainedOutput &output : outputs) {
      if (!output.loss())
        continue;
      Value mean = meanLoss(output);
      partial.push_back({(output.name() + "_loss").str(), mean});
      auto weight = output.spec.getAs<FloatAttr>("loss_weight");
      Value weighted = scaled(mean, weight ? weight.getValueAsDouble() : 1.0);
      total = total ? AddOp::create(builder, loc, total, weighted).getResult() : weighted;
    }
    total = addRegularization(total);
    accumulateMean("loss", total);
    if (outputs.size() > 1)
      for (auto &[key, mean] : partial)
        accumulateMean(key, mean);
    for (TrainedOutput &output : outputs)
      accumulateMetrics(output);
    if (kind == "train_step")
      update(total);
    else if (kind == "gradients")
      writeGradients(total);
    finish({});
  }

  TrainedOutput trainedOutput(DictionaryAttr spec, Value prediction) {
    TrainedOutput output{spec, prediction, {}, {}};
    if (!output.loss())
      return output;
    Type target = spec.getAs<TypeAttr>("target").getValue();
    output.target = addArgument(target, "target", output.name());
    if (isSparse(output.loss()))
      entry.setArgAttr(entry.getNumArguments() - 1, names::classes,
                       builder.getI64IntegerAttr(tensorType(prediction).getShape().back()));
    auto weight = RankedTensorType::get({ShapedType::kDynamic}, builder.getF32Type());
    output.sampleWeight = addArgument(weight, "sample_weight", (output.name() + "_sample_weight").str());
    return output;
  }

  Value meanLoss(const TrainedOutput &output) {
    auto smoothing = output.spec.getAs<FloatAttr>("label_smoothing");
    auto op = LossOp::create(builder, loc, output.loss(), output.prediction, output.target,
                             output.spec.getAs<UnitAttr>("from_logits"),
                             smoothing ? smoothing : builder.getF64FloatAttr(0));
    return MeanLossOp::create(builder, loc, RankedTensorType::get({}, builder.getF32Type()), op.getValues(),
                              output.sampleWeight, Value());
  }

  Value scaled(Value value, double factor) {
    return MulOp::create(builder, loc, value, createFill(builder, loc, value.getType(), factor));
  }

  Value sumOfAll(Value value) {
    auto axes = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(value).getRank()));
    return ReduceSumOp::create(builder, loc, value, builder.getDenseI64ArrayAttr(axes));
  }

  /// l1 * sum|w| + l2 * sum w^2, once a variable.
  Value addRegularization(Value total) {
    for (VariableOp variable : weights()) {
      double l1 = variable.getL1() ? variable.getL1()->convertToDouble() : 0;
      double l2 = variable.getL2() ? variable.getL2()->convertToDouble() : 0;
      if (!variable.isTrainable() || (l1 == 0 && l2 == 0))
        continue;
      Value w = ReadOp::create(builder, variable.getLoc(), variable.getType(),
                               FlatSymbolRefAttr::get(variable.getSymNameAttr()));
      if (l1 != 0)
        total = AddOp::create(builder, loc, total, scaled(sumOfAll(AbsOp::create(builder, loc, w)), l1));
      if (l2 != 0)
        total = AddOp::create(builder, loc, total, scaled(sumOfAll(MulOp::create(builder, loc, w, w)), l2));
    }
    return total;
  }

  void accumulateMean(StringRef key, Value mean) {
    AccumulateOp::create(builder, loc, key, MulSizeOp::create(builder, loc, mean, batch), batch);
  }

  void accumulateMetrics(const TrainedOutput &output) {
    auto metrics = output.spec.getAs<ArrayAttr>("metrics");
    if (!metrics || !output.target)
      return;
    for (auto metric : metrics.getAsRange<DictionaryAttr>()) {
      auto op = MetricOp::create(builder, loc, RankedTensorType::get({}, builder.getF32Type()), builder.getIndexType(),
                                 metric.getAs<StringAttr>("kind"), output.prediction, output.target, Value());
      AccumulateOp::create(builder, loc, metric.getAs<StringAttr>("key"), op.getSum(), op.getCount());
    }
  }

  SmallVector<VariableOp> weights() {
    return llvm::filter_to_vector(module.getOps<VariableOp>(), [](VariableOp v) { return v.isWeight(); });
  }

  GradientsOp gradients(Value total, SmallVectorImpl<VariableOp> &variables) {
    SmallVector<Attribute> symbols;
    SmallVector<Type> types;
    for (VariableOp variable : weights()) {
      if (!variable.isTrainable())
        continue;
      variables.push_back(variable);
      symbols.push_back(FlatSymbolRefAttr::get(variable.getSymNameAttr()));
      types.push_back(variable.getType());
    }
    return GradientsOp::create(builder, loc, types, total, builder.getArrayAttr(symbols));
  }

  void update(Value total) {
    SmallVector<VariableOp> variables;
    GradientsOp op = gradients(total, variables);
    for (auto [variable, gradient] : llvm::zip(variables, op.getGradients()))
      UpdateOp::create(builder, variable.getLoc(), gradient, FlatSymbolRefAttr::get(variable.getSymNameAttr()));
  }

  /// The block is overwritten, so a frozen weight's part becomes zero.
  void writeGradients(Value total) {
    SmallVector<VariableOp> variables;
    GradientsOp op = gradients(total, variables);
    auto write = [&](VariableOp variable, Value gradient) {
      GradientWriteOp::create(builder, inDirection(variable.getLoc(), directions::backward), gradient,
                              FlatSymbolRefAttr::get(variable.getSymNameAttr()));
    };
    for (auto [variable, gradient] : llvm::zip(variables, op.getGradients()))
      write(variable, gradient);
    for (VariableOp variable : weights())
      if (!variable.isTrainable())
        write(variable, createFill(builder, variable.getLoc(), variable.getType(), 0));
  }

  ModuleOp module;
  ModelOp model;
  CompileOp compile;
  OpBuilder builder;
  Location loc;
  EntryOp entry;
  Value batch;
};

/// A weight that is looked up and nothing else: most of its gradient is zero.
bool isLookedUpOnly(ModuleOp module, VariableOp variable) {
  const bool isPenalized = variable.getL1() || variable.getL2();
  std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(variable.getSymNameAttr(), module);
  return variable.isTrainable() && !isPenalized && uses && !uses->empty() &&
         llvm::all_of(*uses, [](const SymbolTable::SymbolUse &use) { return isa<EmbeddingOp>(use.getUser()); });
}

/// A table that is looked up, but whose gradient is not mostly zero.
void remarkDenseTable(ModuleOp module, VariableOp variable) {
  std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(variable.getSymNameAttr(), module);
  if (!variable.isTrainable() || !uses ||
      llvm::none_of(*uses, [](const SymbolTable::SymbolUse &use) { return isa<EmbeddingOp>(use.getUser()); }))
    return;
  remark::missed(variable.getLoc(), remarkOn(variable, "optimizer", "rows"))
      << remark::add("all {1} rows of `{0}` are updated in each step", variable.getSymName().str(),
                     variable.getTensorType().getDimSize(0))
      << remark::reason(variable.getL1() || variable.getL2() ? "its penalty moves every row"
                                                             : "it is used by more than lookups");
}

struct BuildEntriesPass : ingot::impl::BuildEntriesPassBase<BuildEntriesPass> {
  using BuildEntriesPassBase::BuildEntriesPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto compiles = llvm::to_vector(module.getOps<CompileOp>());
    if (compiles.size() > 1) {
      compiles[1].emitError("a second `ingot.compile` in one module");
      return signalPassFailure();
    }
    CompileOp compile = compiles.empty() ? CompileOp() : compiles.front();
    ModelOp model = mainModel(module, compile);
    if (!model)
      return signalPassFailure();
    for (VariableOp variable : module.getOps<VariableOp>())
      if (compile && isLookedUpOnly(module, variable))
        variable.setSparse(true);
      else if (compile)
        remarkDenseTable(module, variable);
    for (StringRef kind : {"evaluate", "train_step", "gradients", "apply_gradients"})
      if (!trains(compile) && llvm::is_contained(entries, kind)) {
        model.emitError() << "there is no entry `" << kind << "`; the module must have an `ingot.compile` with a loss";
        return signalPassFailure();
      }
    EntryBuilder builder(module, model, compile);
    builder.declareRandomState();
    for (StringRef kind : wanted(compile))
      builder.build(kind);
  }

  /// The compiled model, or the last one: models come before their callers.
  ModelOp mainModel(ModuleOp module, CompileOp compile) {
    ModelOp model;
    if (compile) {
      model = SymbolTable::lookupNearestSymbolFrom<ModelOp>(compile, compile.getModelAttr());
      if (!model)
        compile.emitError() << compile.getModelAttr() << " is not a model";
      else if (compile.getOutputs().size() != model.getNumResults()) {
        compile.emitError() << "describes " << compile.getOutputs().size() << " outputs but the model has "
                            << model.getNumResults();
        return {};
      }
      return model && succeeded(checkTargets(compile, model)) ? model : ModelOp();
    }
    for (ModelOp candidate : module.getOps<ModelOp>())
      model = candidate;
    if (!model)
      module.emitError("has no `ingot.model`");
    return model;
  }

  /// Losses and metrics fit what they are of.
  static LogicalResult checkTargets(CompileOp compile, ModelOp model) {
    for (auto [attribute, prediction] : llvm::zip(compile.getOutputs(), model.getResultTypes())) {
      auto output = cast<DictionaryAttr>(attribute);
      auto loss = output.getAs<StringAttr>("loss");
      if (!loss)
        continue;
      Type target = output.getAs<TypeAttr>("target").getValue();
      if (failed(verifyTarget(compile, loss, prediction, target)))
        return failure();
      if (auto metrics = output.getAs<ArrayAttr>("metrics"))
        for (auto metric : metrics.getAsRange<DictionaryAttr>())
          if (failed(verifyTarget(compile, metric.getAs<StringAttr>("kind"), prediction, target)))
            return failure();
    }
    return success();
  }

  static bool trains(CompileOp compile) {
    return compile && llvm::any_of(compile.getOutputs().getAsRange<DictionaryAttr>(),
                                   [](DictionaryAttr o) { return o.contains("loss"); });
  }

  SmallVector<StringRef> wanted(CompileOp compile) {
    SmallVector<StringRef> kinds = {"init", "predict"};
    if (trains(compile))
      kinds.append({"evaluate", "train_step", "gradients", "apply_gradients"});
    if (!entries.empty())
      llvm::erase_if(kinds, [&](StringRef kind) { return !llvm::is_contained(entries, kind); });
    return kinds;
  }
};

} // namespace
