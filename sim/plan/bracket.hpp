// SPDX-License-Identifier: Apache-2.0
// The smallest number of units that meets all limits, by bisection. It relies on one thing: what is
// too small stays so with fewer units, and what is too dear with more. The number below the answer
// is always one that was tried, or the least allowed is the answer.
#pragma once

#include <cstdint>
#include <optional>

namespace tokenfab {

enum class Size { Right, TooSmall, TooLarge, Hopeless };

class Bracket {
 public:
  /// Between `least` and `most`, first at `start`.
  Bracket(std::int64_t least, std::int64_t most, std::int64_t start);

  /// What to try next; absent once the answer is known.
  std::optional<std::int64_t> next() const;
  /// What came of trying `units`.
  void hear(std::int64_t units, Size size);
  /// The smallest that was right; absent if none was.
  std::optional<std::int64_t> answer() const { return right_; }

 private:
  std::int64_t low_;   // all below are too small
  std::int64_t high_;  // all above are too large, or larger than one that is right
  std::int64_t start_;
  bool is_growing_ = true;  // nothing but too small sizes so far
  bool is_fresh_ = true;
  std::optional<std::int64_t> right_;
};

}  // namespace tokenfab
