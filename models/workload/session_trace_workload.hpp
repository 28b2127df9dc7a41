// SPDX-License-Identifier: Apache-2.0
// Replays recorded sessions: what they ask, what waits for what and the gaps in between are as
// recorded, when they begin is not (session_workload.hpp). `speedup` divides the gaps; `gap_max`
// cuts them first (a night between two turns). Sessions come in file order, each once; the file is
// streamed. Contents are told apart from those of any other workload of the same file.
#pragma once

#include <memory>
#include <string>

#include "models/workload/session_workload.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct SessionTraceWorkloadConfig : SessionLoadConfig {
  std::string format = "auto";
  std::string path;
  double speedup = 1;
  std::optional<Seconds> gap_max;

  static void describe(Describe<SessionTraceWorkloadConfig>& d);
};

class SessionTraceWorkload final : public SessionWorkload {
 public:
  explicit SessionTraceWorkload(const SessionTraceWorkloadConfig& config)
      : SessionWorkload(config, "a session_trace workload"), config_(config) {}

  std::optional<TraceFile> trace_file() const override {
    return TraceFile{config_.path, config_.format, true};
  }
  void open(WorkloadInputs inputs) override;
  bool is_finite() const override { return true; }

 private:
  bool fill(std::uint64_t number, Session& session) override;

  SessionTraceWorkloadConfig config_;
  std::unique_ptr<SessionReader> sessions_;
  std::uint64_t salt_ = 0;
};

}  // namespace tokenfab
