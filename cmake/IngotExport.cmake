# What a project outside the tree finds: CMake's package, in the build directory for
# `Ingot_DIR` and among the files that `cmake --install` writes.
#
# Components of the installation:
#   runtime    headers and libraries that compiled models run with, CMake's package
#   compiler   headers of models, the compiler as a library and as tools, documents

include(CMakePackageConfigHelpers)

set(INGOT_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Ingot)
set(INGOT_MODULES ${PROJECT_SOURCE_DIR}/cmake/IngotModel.cmake ${PROJECT_SOURCE_DIR}/cmake/IngotRecorder.cmake)

# ingot_export(SET COMPONENT TARGET...): makes Ingot::x of each TARGET, installs it.
function(ingot_export set component)
  install(TARGETS ${ARGN} EXPORT ${set}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT ${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}
    # The compiler is a library of its own tools and of recorders, not of programs.
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/ingot COMPONENT ${component}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  export(EXPORT ${set} NAMESPACE Ingot:: FILE ${PROJECT_BINARY_DIR}/${set}.cmake)
  install(EXPORT ${set} NAMESPACE Ingot:: DESTINATION ${INGOT_PACKAGE_DIR} COMPONENT ${component})
endfunction()

ingot_export(IngotCoreTargets runtime IngotCore)
set(INGOT_RUNTIME_PACKAGES)
if(INGOT_RUNTIME)
  ingot_export(IngotRuntimeTargets runtime IngotFormats IngotRuntime)
  set(INGOT_RUNTIME_PACKAGES fmt Threads ZLIB)
endif()
if(INGOT_COMPILER)
  set(binaries IngotCompiler ingotc ingot-opt ingot-lsp-server)
  ingot_export(IngotCompilerTargets compiler ${binaries})
  # libMLIR.so is not where the loader looks by itself.
  set_target_properties(${binaries} PROPERTIES INSTALL_RPATH ${LLVM_LIBRARY_DIR})
endif()

# The package of a build directory is the same, beside its own list of targets.
configure_file(${PROJECT_SOURCE_DIR}/cmake/IngotConfig.cmake.in ${PROJECT_BINARY_DIR}/IngotConfig.cmake @ONLY)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/IngotConfigVersion.cmake COMPATIBILITY SameMinorVersion)
foreach(module ${INGOT_MODULES})
  configure_file(${module} ${PROJECT_BINARY_DIR} COPYONLY)
endforeach()

install(FILES
  ${PROJECT_BINARY_DIR}/IngotConfig.cmake ${PROJECT_BINARY_DIR}/IngotConfigVersion.cmake ${INGOT_MODULES}
  DESTINATION ${INGOT_PACKAGE_DIR} COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/ingot COMPONENT runtime)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT runtime)
if(INGOT_COMPILER)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/compiler/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT compiler)
  install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/ingot COMPONENT compiler)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/ingot COMPONENT compiler
    PATTERN man EXCLUDE)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT compiler)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT compiler)
endif()
