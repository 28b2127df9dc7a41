// SPDX-License-Identifier: Apache-2.0
// What is fuzzed: one function per reader that takes any bytes. It returns whatever the bytes are;
// an exception that is not the reader's own, an abort, a hang or a sanitizer report is a finding.
// libFuzzer calls them (fuzz_main.cpp), and the unit tests replay kept inputs through them.
#pragma once

#include <span>
#include <string_view>

namespace tokenfab::fuzz {

struct Entry {
  std::string_view name;  // of the target fuzz_NAME and of its folder in corpus/ and in found/
  void (*run)(std::string_view bytes);
};

std::span<const Entry> entries();

// config_entries.cpp
void run_document(std::string_view bytes);
void run_scenario(std::string_view bytes);
void run_hf_config(std::string_view bytes);
void run_units(std::string_view bytes);
void run_assertion(std::string_view bytes);

// trace_entries.cpp
void run_azure(std::string_view bytes);
void run_burstgpt(std::string_view bytes);
void run_csv(std::string_view bytes);
void run_mooncake(std::string_view bytes);
void run_ragpulse(std::string_view bytes);
void run_sessions(std::string_view bytes);
void run_claude_code(std::string_view bytes);
void run_traces(std::string_view bytes);

// gate_entries.cpp
void run_gate_baseline(std::string_view bytes);

// sweep_entries.cpp
void run_sweep(std::string_view bytes);
void run_constraint(std::string_view bytes);
void run_answer(std::string_view bytes);

// compare_entries.cpp
void run_break_even(std::string_view bytes);
void run_report_json(std::string_view bytes);

// page_entries.cpp
void run_page_rows(std::string_view bytes);

// timeline_entries.cpp
void run_timeline_rows(std::string_view bytes);

// measured_entries.cpp
void run_measured(std::string_view bytes);

// job_entries.cpp
void run_job_csv(std::string_view bytes);
void run_job_openb(std::string_view bytes);
void run_job_philly(std::string_view bytes);
void run_job_swf(std::string_view bytes);

// site_entries.cpp
void run_site_weather(std::string_view bytes);
void run_site_price(std::string_view bytes);
void run_site_carbon(std::string_view bytes);
void run_site_fraction(std::string_view bytes);
void run_urdb(std::string_view bytes);

}  // namespace tokenfab::fuzz
