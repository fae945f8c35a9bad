# cmake -DOUTPUT=x.inc "-DINPUTS=NAME=file;..." -P EmbedText.cmake
#
# Writes each file as `static constexpr char NAME[]`, so that a program needs no data
# beside it.

set(text "// Made by EmbedText.cmake.\n")
foreach(input IN LISTS INPUTS)
  string(REGEX MATCH "^([^=]*)=(.*)$" _ "${input}")
  file(READ "${CMAKE_MATCH_2}" content)
  string(APPEND text "static constexpr char ${CMAKE_MATCH_1}[] = R\"INGOT(${content})INGOT\";\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
