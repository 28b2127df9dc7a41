# SPDX-License-Identifier: Apache-2.0
# Run as a script: writes OUTPUT, a C++ file that holds the text of every JSON file in INPUT_DIR.
file(GLOB tables ${INPUT_DIR}/*.json)
list(SORT tables)
string(CONCAT text "// Generated from models/data by cmake/EmbedData.cmake.\n"
  "#include \"models/catalog.hpp\"\n\nnamespace tokenfab {\n\n"
  "std::string_view data_table_text(std::string_view name) {\n")
foreach(table IN LISTS tables)
  get_filename_component(name ${table} NAME_WE)
  file(READ ${table} content)
  string(APPEND text "  if (name == \"${name}\") {\n    return R\"table(${content})table\";\n  }\n")
endforeach()
string(APPEND text "  return {};\n}\n\n}  // namespace tokenfab\n")
file(WRITE ${OUTPUT} "${text}")
