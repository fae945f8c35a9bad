# The recorder of a model runs on the machine that builds, so it is built with that
# machine's compiler and with Ingot's compiler for that machine.
include_guard(GLOBAL)

# Ingot::compiler and the tools from Ingot_HOST_DIR, which is a build directory or
# the prefix of an installation.
macro(ingot_import_compiler)
  unset(ingot_host_targets)
  foreach(folder . lib/cmake/Ingot lib64/cmake/Ingot lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/Ingot)
    if(EXISTS ${Ingot_HOST_DIR}/${folder}/IngotCompilerTargets.cmake)
      set(ingot_host_targets ${Ingot_HOST_DIR}/${folder}/IngotCompilerTargets.cmake)
    endif()
  endforeach()
  if(NOT ingot_host_targets)
    message(FATAL_ERROR "Ingot_HOST_DIR `${Ingot_HOST_DIR}` is neither a build nor an install of Ingot with its compiler: "
      "it has no IngotCompilerTargets.cmake")
  endif()
  # Where nothing is loaded at run time CMake warns of shared libraries; this one stays here.
  get_property(ingot_shared GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS)
  set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS TRUE)
  include(${ingot_host_targets})
  set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS ${ingot_shared})
  # Also for the projects around this one, if it is a part of them.
  set_target_properties(Ingot::compiler Ingot::ingotc Ingot::ingot-opt PROPERTIES IMPORTED_GLOBAL TRUE)
endmacro()

# ingot_add_recorder(NAME SOURCE COMMAND PATH): the program NAME_recorder; COMMAND is
# what a custom command calls and depends on, PATH the file.
function(ingot_add_recorder name source command path)
  # The recorder's own file and line go into diagnostics and line tables. Taken
  # from the top of the project they mean the same in every checkout, so the
  # artefacts are the same bytes there.
  set(options -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages AND NOT CMAKE_CROSSCOMPILING)
    add_executable(${name}_recorder ${source})
    target_link_libraries(${name}_recorder PRIVATE Ingot::compiler)
    target_compile_features(${name}_recorder PRIVATE cxx_std_20)
    target_compile_options(${name}_recorder PRIVATE ${options})
    set(${command} ${name}_recorder PARENT_SCOPE)
    set(${path} $<TARGET_FILE:${name}_recorder> PARENT_SCOPE)
    return()
  endif()

  find_program(Ingot_HOST_CXX NAMES c++ g++ clang++ clang++-22 NO_CMAKE_FIND_ROOT_PATH
    DOC "C++20 compiler for this machine, of recorders")
  if(NOT Ingot_HOST_CXX)
    message(FATAL_ERROR "there is no C++ compiler for this machine to build `${name}_recorder`; set Ingot_HOST_CXX")
  endif()
  # Not beside the objects: there the file would have the name of its target.
  set(program ${CMAKE_CURRENT_BINARY_DIR}/host/${name}_recorder)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/host)
  set(library $<TARGET_FILE:Ingot::compiler>)
  add_custom_command(
    OUTPUT ${program}
    COMMAND ${Ingot_HOST_CXX} -std=c++20 ${options}
      "-I$<JOIN:$<TARGET_PROPERTY:Ingot::compiler,INTERFACE_INCLUDE_DIRECTORIES>,;-I>"
      -MD -MF ${program}.d -MT ${program} -o ${program} ${source}
      ${library} -Wl,-rpath,$<TARGET_FILE_DIR:Ingot::compiler>
    DEPENDS ${source} ${library}
    DEPFILE ${program}.d
    COMMENT "Building ${name}_recorder for this machine"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${name}_recorder DEPENDS ${program})
  set(${command} ${program} PARENT_SCOPE)
  set(${path} ${program} PARENT_SCOPE)
endfunction()
