// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {

std::span<const Entry> entries() {
  static constexpr Entry table[] = {
      {"answer", run_answer},
      {"assertion", run_assertion},
      {"azure", run_azure},
      {"break_even", run_break_even},
      {"burstgpt", run_burstgpt},
      {"claude_code", run_claude_code},
      {"constraint", run_constraint},
      {"csv", run_csv},
      {"document", run_document},
      {"gate_baseline", run_gate_baseline},
      {"hf_config", run_hf_config},
      {"job_csv", run_job_csv},
      {"job_openb", run_job_openb},
      {"job_philly", run_job_philly},
      {"job_swf", run_job_swf},
      {"measured", run_measured},
      {"mooncake", run_mooncake},
      {"page_rows", run_page_rows},
      {"ragpulse", run_ragpulse},
      {"report_json", run_report_json},
      {"scenario", run_scenario},
      {"sessions", run_sessions},
      {"site_carbon", run_site_carbon},
      {"site_fraction", run_site_fraction},
      {"site_price", run_site_price},
      {"site_weather", run_site_weather},
      {"sweep", run_sweep},
      {"timeline_rows", run_timeline_rows},
      {"traces", run_traces},
      {"units", run_units},
      {"urdb", run_urdb},
  };
  return table;
}

}  // namespace tokenfab::fuzz
