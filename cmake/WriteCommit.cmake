# SPDX-License-Identifier: Apache-2.0
# Run as a script at every build: writes the commit into OUTPUT, touching it only when it changes.
execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  set(commit "unknown")
endif()
string(CONCAT text "#pragma once\n" "#define TOKENFAB_COMMIT \"${commit}\"\n"
  "#define TOKENFAB_VERSION \"${VERSION}\"\n")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
