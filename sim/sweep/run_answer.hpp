// SPDX-License-Identifier: Apache-2.0
// What one run of a study leaves behind: its status, its numbers and its two ledgers. Plain data
// that travels from the process that played it to the one that asked.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokenfab {

/// How a run ended. Only the first two have numbers.
enum class RunStatus { Ok, AssertFailed, Invalid, BadData, Infeasible, Crashed };

/// "ok", "assert_failed", "invalid", "bad_data", "infeasible", "crashed".
std::string_view name_of(RunStatus status);
/// Throws std::out_of_range for any other word.
RunStatus run_status_of(std::string_view name);

/// One line of the money ledger; lines of equal names are summed.
struct CostEntry {
  std::string layer;  // energy, chips, infrastructure, models, applications
  std::string item;
  std::string site;  // empty: of none
  double amount_usd = 0;

  bool operator==(const CostEntry&) const = default;
};

/// One line of a site's energy balance: sources positive, uses negative.
struct EnergyEntry {
  std::string site;
  std::string item;
  double energy_j = 0;

  bool operator==(const EnergyEntry&) const = default;
};

struct RunAnswer {
  RunStatus status = RunStatus::Ok;
  std::string reason;           // of any status but Ok, one line
  std::string scenario_sha256;  // of the resolved scenario; empty where there is none
  /// By name as in a flat report, "ttft_p99_s", "services/chat/ttft_p99_s", without the ledgers.
  std::vector<std::pair<std::string, double>> metrics;
  std::vector<CostEntry> costs;
  std::vector<EnergyEntry> energies;

  bool has_numbers() const { return status == RunStatus::Ok || status == RunStatus::AssertFailed; }
  /// The metric of that name, null if there is none.
  const double* find(std::string_view name) const;
  bool operator==(const RunAnswer&) const = default;
};

/// For a pipe between two processes of one program. `answer_of_bytes` throws std::runtime_error
/// where the bytes are no answer.
std::string bytes_of(const RunAnswer& answer);
RunAnswer answer_of_bytes(std::string_view bytes);

}  // namespace tokenfab
