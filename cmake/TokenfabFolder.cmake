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
