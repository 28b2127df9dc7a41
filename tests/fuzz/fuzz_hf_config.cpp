// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a config.json. Only ConfigError may come out, and what is read
// without a problem must be countable.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/scenario/hf_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tokenfab;
  try {
    std::vector<Problem> problems;
    const auto document =
        parse_hf_document({reinterpret_cast<const char*>(data), size}, "config.json");
    const auto model = read_hf_config(document, problems);
    if (problems.empty()) {
      const auto& architecture = model.architecture;
      const double total = parameter_count(architecture).total();
      const double cached = cache_elements_per_token(architecture);
      if (!std::isfinite(total) || total <= 0 || !std::isfinite(cached) || cached < 0 ||
          matrix_products(architecture).empty()) {
        std::abort();
      }
    }
  } catch (const ConfigError&) {
    // the expected answer to nearly every input
  }
  return 0;
}
