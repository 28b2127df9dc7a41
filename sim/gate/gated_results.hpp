// SPDX-License-Identifier: Apache-2.0
// What a gate compares: numbers by name and families of curves, of a baseline or of results now.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tokenfab {

struct TaggedPoint {
  double x = 0;
  double y = 0;
  std::string tag;  // which configuration it is: "tp 4, 64 users"; empty: not told

  bool operator==(const TaggedPoint&) const = default;
};

/// By rising x, each x once, all finite.
using CurveLinePoints = std::vector<TaggedPoint>;

/// Lines over one x axis: a line per chip, say.
struct CurveFamily {
  std::string x;  // name of the metric or axis
  std::string y;  // name of the metric
  std::map<std::string, CurveLinePoints> lines;

  bool operator==(const CurveFamily&) const = default;
};

using NamedNumbers = std::map<std::string, double>;

struct GatedResults {
  std::map<std::string, NamedNumbers> results;
  std::map<std::string, CurveFamily> curves;
};

/// Sorts by x. What is wrong otherwise, one sentence; empty if nothing: no point at all, a number
/// that is not finite or beyond 1e300, two values at one x. A point that is there twice is kept
/// once.
std::string order_points(CurveLinePoints& points);

}  // namespace tokenfab
