// SPDX-License-Identifier: Apache-2.0
// Made-up jobs: submitted at random with a constant rate (Poisson), sizes and users drawn by
// weight, run times lognormal through a median and a 90th percentile, all independent. Lognormal
// run times: U. Lublin and D. Feitelson, "The workload on parallel supercomputers", JPDC 63(11),
// 2003, find the logarithm of run times close to a (hyper-)gamma, of which this is the simple twin.
// Owners overestimate: an estimate is drawn evenly between the run time and `estimate_factor` times
// it (the uniform "f-model" of A. Mu'alem and D. Feitelson, IEEE TPDS 12(6), 2001).
// Left out: that large jobs run longer, days and weeks, users who send the same job again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/job_behaviour.hpp"
#include "sim/api/field.hpp"
#include "sim/api/job.hpp"

namespace tokenfab {

struct JobMixConfig : JobBehaviour {
  PerSecond job_rate{0};
  std::optional<std::int64_t> num_jobs;
  std::map<std::string, double> sizes{{"1", 1}};
  Seconds run_median{3600};
  Seconds run_p90{6 * 3600};
  Seconds run_max{7 * 86400};
  double estimate_factor = 1;
  std::map<std::string, double> users;
  double priority = 0;

  static void describe(Describe<JobMixConfig>& d);
};

class JobMix final : public JobSource {
 public:
  /// Throws std::invalid_argument: sizes that are no numbers of chips, no weight above 0, quantiles
  /// of run times that do not ascend.
  explicit JobMix(const JobMixConfig& config);

  void open(JobInputs inputs) override;
  bool next(JobRow& row) override;
  bool is_finite() const override { return config_.num_jobs.has_value(); }
  std::optional<std::uint64_t> expected_jobs() const override { return config_.num_jobs; }
  JobTraits traits() const override { return config_.traits(); }

 private:
  /// Names or numbers by cumulative weight, in name order.
  template <class Value>
  struct Weighted {
    std::vector<Value> values;
    std::vector<double> cumulative;
    const Value& draw(RandomStream& random) const;
  };

  JobMixConfig config_;
  Weighted<std::int64_t> sizes_;
  Weighted<std::string> users_;
  double log_median_ = 0;
  double log_sigma_ = 0;
  std::int64_t given_ = 0;
  Duration last_submit_;
  std::optional<RandomStream> arrivals_;
  std::optional<RandomStream> runs_;
  std::optional<RandomStream> size_stream_;
  std::optional<RandomStream> estimates_;
  std::optional<RandomStream> user_stream_;
};

}  // namespace tokenfab
