// SPDX-License-Identifier: Apache-2.0
// Replays a request trace: arrivals, prompt and output lengths and, where the trace tells them,
// sessions and what prompts share, as recorded. Streams the file, so memory does not grow with its
// length. `speedup` divides all dates (speedup.hpp); rows of one date keep one date.
// Left out: requests that wait for the answers of their session (session_trace does).
#pragma once

#include <map>

#include "sim/api/field.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct TraceWorkloadConfig {
  std::string format = "auto";
  std::string path;
  double speedup = 1;
  std::optional<std::int64_t> num_prompts;

  static void describe(Describe<TraceWorkloadConfig>& d);
};

class TraceWorkload : public Workload {
 public:
  explicit TraceWorkload(const TraceWorkloadConfig& config) : config_(config) {}

  std::optional<TraceFile> trace_file() const override {
    return TraceFile{config_.path, config_.format};
  }
  void open(WorkloadInputs inputs) override { trace_ = std::move(inputs.trace); }
  bool next(Arrival& arrival) override;
  bool is_finite() const override { return true; }
  std::optional<std::uint64_t> expected_requests() const override;
  const std::vector<std::string>& tenants() const override { return tenants_; }

 private:
  TraceWorkloadConfig config_;
  std::unique_ptr<RequestReader> trace_;
  RequestRow row_;
  std::int64_t given_ = 0;
  std::vector<std::string> tenants_{""};
  std::map<std::string, std::uint32_t, std::less<>> tenant_index_{{"", 0}};
};

}  // namespace tokenfab
