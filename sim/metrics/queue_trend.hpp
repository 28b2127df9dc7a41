// SPDX-License-Identifier: Apache-2.0
// Whether a service's queue still grows when its load ends: the `saturated` warning.
//
// The waiting requests (arrived, in no batch yet) are counted as requests arrive. Of the four
// quarters of arrivals, the queue still grows if on average in the last one
//   - more than twice as many requests wait as in the second, and more than in the third;
//   - at least one request per replica waits, and at least 1 % of all that have arrived.
// A load above capacity by a factor r makes the queue grow as (1 - 1/r) of the arrivals, so the
// last quarter has 7/3 of the second; a load below capacity has a queue that does not depend on
// how many requests have arrived, so that its share of them vanishes in a long run. A queue that
// was full from the start (a closed loop) is no growth. Fewer than 100 arrivals say nothing.
#pragma once

#include <cstdint>
#include <vector>

namespace tokenfab {

struct QueueGrowth {
  double second_quarter = 0;  // mean waiting requests
  double third_quarter = 0;
  double last_quarter = 0;
  bool still_grows = false;
};

/// Keeps a bounded number of samples, evenly spaced over all arrivals so far.
class QueueTrend {
 public:
  /// A request arrives. True: the queue is to be sampled.
  bool arrives();
  void sample(std::uint64_t waiting);

  QueueGrowth growth(std::uint64_t replicas) const;

 private:
  double mean(std::size_t begin, std::size_t end) const;

  std::uint64_t arrivals_ = 0;
  std::uint64_t stride_ = 1;  // arrivals between two samples
  std::vector<std::uint64_t> samples_;
};

}  // namespace tokenfab
