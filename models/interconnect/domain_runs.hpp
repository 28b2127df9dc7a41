// SPDX-License-Identifier: Apache-2.0
// The ranks of a group in order, cut where the scale-up domain changes.
#pragma once

#include <cstdint>
#include <vector>

namespace tokenfab {

class DomainRuns {
 public:
  template <class DomainOf>
  DomainRuns(std::int64_t ranks, const DomainOf& domain_of) {
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      if (rank == 0 || domain_of(rank) != domain_of(rank - 1)) {
        begins_.push_back(rank);
      }
    }
    begins_.push_back(ranks);
  }
  std::size_t size() const { return begins_.size() - 1; }
  std::int64_t begin(std::size_t run) const { return begins_[run]; }
  std::int64_t ranks(std::size_t run) const { return begins_[run + 1] - begins_[run]; }

 private:
  std::vector<std::int64_t> begins_;
};

}  // namespace tokenfab
