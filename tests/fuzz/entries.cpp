// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {

std::span<const Entry> entries() {
  static constexpr Entry table[] = {
      {"assertion", run_assertion}, {"azure", run_azure},
      {"burstgpt", run_burstgpt},   {"csv", run_csv},
      {"document", run_document},   {"hf_config", run_hf_config},
      {"mooncake", run_mooncake},   {"scenario", run_scenario},
      {"traces", run_traces},       {"units", run_units},
  };
  return table;
}

}  // namespace tokenfab::fuzz
