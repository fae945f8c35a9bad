//===- ingot-opt.cpp - any pass on textual IR ----------------------------===//

#include "driver/Register.h"

#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  ingot::driver::registerDialects(registry);
  ingot::driver::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Ingot's passes on textual IR\n", registry));
}
