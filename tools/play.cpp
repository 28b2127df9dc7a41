// SPDX-License-Identifier: Apache-2.0
#include "tools/play.hpp"

#include <algorithm>
#include <utility>

#include "sim/data/sha256.hpp"
#include "sim/engine/engine.hpp"
#include "sim/report/months_csv.hpp"
#include "sim/scenario/prediction_bands.hpp"
#include "tokenfab_commit.hpp"

namespace tokenfab::tools {
namespace {

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

}  // namespace

bool Played::holds() const {
  return std::all_of(asserts.begin(), asserts.end(),
                     [](const AssertionOutcome& each) { return each.holds; });
}

RunTexts texts_of(const Scenario& scenario, const Played& played) {
  return {played.report,
          report_table(scenario.config->name, played.result, played.summary, played.asserts,
                       played.validation),
          months_csv(played.result), played.result.warnings, played.holds()};
}

Stamp stamp_of(const Scenario& scenario) {
  Stamp stamp;
  stamp.version = TOKENFAB_VERSION;
  stamp.commit = TOKENFAB_COMMIT;
  stamp.scenario_sha256 = sha256_of(scenario.resolved_text);
  for (const auto& [name, input] : scenario.inputs) {
    stamp.inputs[name] = input.sha256;
  }
  stamp.seed = static_cast<std::uint64_t>(scenario.config->seed);
  stamp.simgrid = engine::Engine::simgrid_version();
  stamp.compiler = __VERSION__;
  return stamp;
}

std::optional<Played> play(const Scenario& scenario, const RunOptions& options) {
  auto outcome = simulate(scenario, options);
  if (!outcome.completed) {
    return std::nullopt;
  }
  Played played;
  played.result = std::move(outcome.result);
  played.summary = summarize(played.result);
  for (const auto& assertion : scenario.assertions) {
    played.asserts.push_back(check_assertion(assertion, played.summary));
  }
  played.validation = prediction_bands(scenario, played.result);
  played.report = report_json(stamp_of(scenario), played.result, played.summary, played.asserts,
                              played.validation);
  return played;
}

}  // namespace tokenfab::tools
