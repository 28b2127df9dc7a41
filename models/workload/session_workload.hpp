// SPDX-License-Identifier: Apache-2.0
// Workloads whose requests are those of sessions. Sessions begin as load.hpp says: at a rate, or a
// number of agents each take the next one when the last one has ended. What a session is, the
// deriving workload says.
//
// An agent is whoever runs sessions. In a closed loop those are the `concurrency` agents; at a rate
// the agent of a session is drawn from the `agents` there are, or, where that is not given, told by
// the session, else it is one never seen again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/agent_days.hpp"
#include "models/workload/load.hpp"
#include "models/workload/session_play.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

struct SessionLoadConfig : LoadConfig {
  std::optional<std::int64_t> agents;
  std::int64_t retries = 0;
  std::int32_t priority = 0;

  /// Declares the fields for a configuration made of this one.
  template <class Config>
  static void describe_in(Describe<Config>& d);
};

template <class Config>
void SessionLoadConfig::describe_in(Describe<Config>& d) {
  LoadConfig::describe_in(d, "session_rate", "num_sessions", "sessions");
  d.template field<std::optional<std::int64_t>>(
       "agents", &SessionLoadConfig::agents,
       "Open loop: how many agents there are; that of a session is drawn from them")
      .range(1, 1e8);
  d.template field<std::int64_t>("retries", &SessionLoadConfig::retries,
                                 "How often a lost request is sent again before its session fails")
      .range(0, 1000);
  d.template field<std::int32_t>("priority", &SessionLoadConfig::priority,
                                 "Of every request; lower values go first where it counts")
      .range(-2e9, 2e9);
}

class SessionWorkload : public Workload {
 public:
  /// Throws std::invalid_argument as Load does.
  SessionWorkload(const SessionLoadConfig& config, std::string_view workload);

  void open(WorkloadInputs inputs) override;
  bool next(Arrival& arrival) final;
  void departed(const Departure& departure, std::vector<Arrival>& next) final;
  std::optional<AgentActivity> agents() const final { return days_.activity(); }
  bool is_finite() const override { return load_.expected().has_value(); }

 protected:
  const Load& load() const { return load_; }

 private:
  /// Fills the next session; false if there is none any more. `number` counts from 0.
  virtual bool fill(std::uint64_t number, Session& session) = 0;

  struct Later {
    std::uint64_t order;
    Arrival arrival;
    bool operator>(const Later& other) const {
      return arrival.date != other.arrival.date ? arrival.date > other.arrival.date
                                                : order > other.order;
    }
  };

  bool start(Instant date, std::optional<std::uint32_t> agent, std::vector<Arrival>& sent);
  void start_until_next();
  std::optional<std::uint32_t> agent_of(const Session& session);

  Load load_;
  std::optional<std::int64_t> population_;
  SessionPlay play_;
  AgentDays days_;
  std::optional<RandomStream> agent_stream_;
  std::map<std::string, std::uint32_t, std::less<>> agent_numbers_;  // told by sessions
  std::uint64_t salt_ = 0;
  std::uint64_t started_ = 0;
  std::optional<Instant> next_start_;  // drawn, not begun
  bool has_starts_ = true;
  std::vector<Arrival> sent_;
  std::vector<Later> later_;  // first requests of sessions begun; min-heap by date
  std::uint64_t order_ = 0;
};

}  // namespace tokenfab
