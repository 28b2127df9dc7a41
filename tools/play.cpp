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

RunProgress end_of(const Played& played) {
  const auto metric = [&](const char* name) { return played.summary.factory.get(name); };
  RunProgress end;
  end.now = Instant(played.result.duration);
  for (const auto* left : {"requests_completed", "requests_rejected", "requests_failed"}) {
    end.requests_completed += static_cast<std::uint64_t>(metric(left).value_or(0));
  }
  if (const auto ended = metric("jobs_completed")) {
    end.jobs_ended = static_cast<std::uint64_t>(*ended);
  }
  end.events = played.result.events;
  end.fraction = 1;
  end.cost_per_mtok_usd = metric("cost_per_mtok_usd");
  end.cost_usd = metric("cost_total_usd").value_or(0);
  end.energy_j = metric("energy_site_j").value_or(0);
  return end;
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
