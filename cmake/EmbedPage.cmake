# SPDX-License-Identifier: Apache-2.0
# Run as a script: writes OUTPUT, a C++ file with the functions page_script() and page_style() that
# hold the bundles SCRIPT and STYLE.
file(READ ${SCRIPT} script)
file(READ ${STYLE} style)
string(CONCAT text "// Generated from sim/page/web/dist by cmake/EmbedPage.cmake.\n"
  "#include \"sim/page/page.hpp\"\n\nnamespace tokenfab {\n\n"
  "std::string_view page_script() {\n  return R\"bundle(${script})bundle\";\n}\n\n"
  "std::string_view page_style() {\n  return R\"bundle(${style})bundle\";\n}\n\n"
  "}  // namespace tokenfab\n")
file(WRITE ${OUTPUT} "${text}")
