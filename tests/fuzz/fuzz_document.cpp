// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a scenario. Only ConfigError may come out.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/config/writer.hpp"
#include "tests/fuzz/sample_schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tokenfab;
  static const sample::Tables tables;
  static const PluginTable plugins = sample::plugins();
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Node document = parse_document(text, "fuzz.json");
    sample::Factory factory;
    std::vector<Problem> problems;
    read_object({plugins, tables, {{"CNY", 0.14}}}, schema_of<sample::Factory>(), document, "",
                &factory, problems);
    if (problems.empty()) {
      write_resolved(plugins, schema_of<sample::Factory>(), &factory);
    }
  } catch (const ConfigError&) {
    // the expected answer to nearly every input
  }
  return 0;
}
