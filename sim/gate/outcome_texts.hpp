// SPDX-License-Identifier: Apache-2.0
// What a gate found, for people and for the machines of CI. Names come from scenarios and files, so
// each text escapes them as its reader needs it. The same outcome gives the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/gate/check.hpp"

namespace tokenfab {

/// For a terminal: what failed first, costs by layer, the sum as the last line.
std::string outcome_text(const GateOutcome& outcome);

/// Everything, as JSON.
std::string outcome_json(const GateOutcome& outcome);

/// JUnit XML as CI systems read it: a test suite per result, a test case per check.
std::string outcome_junit(const GateOutcome& outcome);

/// A summary in GitHub's Markdown.
std::string outcome_markdown(const GateOutcome& outcome);

/// GitHub's workflow commands: an error per failure and a warning per warning, at most ten of each,
/// as many as GitHub shows of a step. `baseline` is the file they are shown at.
std::string outcome_annotations(const GateOutcome& outcome, const std::string& baseline);

/// For github-action-benchmark, tool customSmallerIsBetter: checks with a value of which lower ones
/// are better and that a pattern of `listed` covers (none: all).
std::string outcome_benchmark(const GateOutcome& outcome, const std::vector<std::string>& listed);

}  // namespace tokenfab
