# `cpack -G DEB` in the build directory: Debian packages of the two components. Who
# gives them to others says who answers for them: -D CPACK_PACKAGE_CONTACT="NAME <ADDRESS>".

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR Ingot)
set(CPACK_PACKAGE_CONTACT "whoever built this <root@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime compiler)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libingot-dev)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libdevel)
# Static libraries: those that they call are linked by the program.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "libfmt-dev, libzip-dev, zlib1g-dev")
if("omp" IN_LIST OpenMP_CXX_LIB_NAMES)
  string(APPEND CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS ", libomp-22-dev")
endif()
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Headers and static libraries that a program with a compiled neural network is
built with: the freestanding part for any machine, and the hosted one with
training loop, evaluation and prediction. CMake finds it as Ingot.")

set(CPACK_DEBIAN_COMPILER_PACKAGE_NAME ingot)
set(CPACK_DEBIAN_COMPILER_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_COMPILER_PACKAGE_SHLIBDEPS ON)
# dpkg-shlibdeps sees libLLVM by the link of a development package, and names none.
set(CPACK_DEBIAN_COMPILER_PACKAGE_DEPENDS
  "libingot-dev (= ${PROJECT_VERSION}-1), g++ | c++-compiler, libllvm${LLVM_VERSION_MAJOR}")
set(CPACK_DEBIAN_COMPILER_PACKAGE_SUGGESTS "cmake, ninja-build")
set(CPACK_COMPONENT_COMPILER_DESCRIPTION "Compiles a network that is described in C++, in Keras' words, or a Keras model
in JSON, to one object file and one C header, with training included: forward
pass, backward pass and optimizer are compiled code. The object needs no
library and allocates nothing.")

# What only Debian wants: copyright, changelog, compressed pages.
configure_file(${PROJECT_SOURCE_DIR}/cmake/DebianFiles.cmake.in ${PROJECT_BINARY_DIR}/DebianFiles.cmake @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_BINARY_DIR}/DebianFiles.cmake)
include(CPack)
