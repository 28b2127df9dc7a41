# SPDX-License-Identifier: Apache-2.0
# One target per source folder, named after it: sim/core -> tokenfab_sim_core. A folder without
# .cpp files is an interface target. Links of the form a/b name other folders.

set(TOKENFAB_ROOT ${CMAKE_CURRENT_SOURCE_DIR})

function(tokenfab_target_names out)
  set(names)
  foreach(link IN LISTS ARGN)
    if(link MATCHES "^(sim|models)(/|$)")
      string(REPLACE "/" "_" link "tokenfab_${link}")
    endif()
    list(APPEND names ${link})
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

function(tokenfab_folder folder)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  tokenfab_target_names(target ${folder})
  tokenfab_target_names(links ${ARG_LINKS})
  file(GLOB sources CONFIGURE_DEPENDS ${TOKENFAB_ROOT}/${folder}/*.cpp)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${TOKENFAB_ROOT})
    target_link_libraries(${target} PUBLIC ${links})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${TOKENFAB_ROOT})
    target_link_libraries(${target} INTERFACE ${links})
  endif()
endfunction()

# The catalogue: the folder's own .cpp files and its data tables, embedded as text.
function(tokenfab_catalog folder)
  tokenfab_folder(${ARGV})
  tokenfab_target_names(target ${folder})
  set(generated ${CMAKE_BINARY_DIR}/generated/${folder}_data.cpp)
  file(GLOB tables CONFIGURE_DEPENDS ${TOKENFAB_ROOT}/${folder}/data/*.json)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DINPUT_DIR=${TOKENFAB_ROOT}/${folder}/data -DOUTPUT=${generated}
            -P ${TOKENFAB_ROOT}/cmake/EmbedData.cmake
    DEPENDS ${tables} ${TOKENFAB_ROOT}/cmake/EmbedData.cmake)
  target_sources(${target} PRIVATE ${generated})
  # Tables are longer than the 65,536 characters that every compiler has to take; gcc and clang do.
  set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

# The HTML report: the folder's own .cpp files and the committed bundles of its script and style.
function(tokenfab_page folder)
  tokenfab_folder(${ARGV})
  tokenfab_target_names(target ${folder})
  set(generated ${CMAKE_BINARY_DIR}/generated/page_bundles.cpp)
  set(dist ${TOKENFAB_ROOT}/${folder}/web/dist)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DSCRIPT=${dist}/page.js -DSTYLE=${dist}/page.css
            -DOUTPUT=${generated} -P ${TOKENFAB_ROOT}/cmake/EmbedPage.cmake
    DEPENDS ${dist}/page.js ${dist}/page.css ${TOKENFAB_ROOT}/cmake/EmbedPage.cmake)
  target_sources(${target} PRIVATE ${generated})
  set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

# The program, at the top of the build folder: main.cpp and a library of everything else, which
# tests link as well.
function(tokenfab_program folder)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  tokenfab_target_names(links ${ARG_LINKS})
  file(GLOB sources CONFIGURE_DEPENDS ${TOKENFAB_ROOT}/${folder}/*.cpp)
  list(REMOVE_ITEM sources ${TOKENFAB_ROOT}/${folder}/main.cpp)
  set(generated ${CMAKE_BINARY_DIR}/generated)
  add_custom_target(tokenfab_commit
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${TOKENFAB_ROOT} -DVERSION=${PROJECT_VERSION}
            -DOUTPUT=${generated}/tokenfab_commit.hpp
            -P ${TOKENFAB_ROOT}/cmake/WriteCommit.cmake
    BYPRODUCTS ${generated}/tokenfab_commit.hpp)
  add_library(tokenfab_commands STATIC ${sources})
  add_dependencies(tokenfab_commands tokenfab_commit)
  target_include_directories(tokenfab_commands PRIVATE ${generated})
  target_link_libraries(tokenfab_commands PUBLIC ${links})
  add_executable(tokenfab ${TOKENFAB_ROOT}/${folder}/main.cpp)
  # Symbols are resolved once at the start, not again by every process of a sweep.
  target_link_options(tokenfab PRIVATE -Wl,-z,now)
  target_link_libraries(tokenfab PRIVATE tokenfab_commands)
  set_target_properties(tokenfab PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
