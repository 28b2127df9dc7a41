// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/render_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "sim/measured/case_scenario.hpp"
#include "sim/scenario/simulation.hpp"

namespace tokenfab {
namespace {

/// Batches made after the first one, which is of a single item as nobody waits for a fuller one:
/// so many that it does not count. Twice as many users as a batch has items always fill the next.
constexpr std::int64_t full_batches = 200;

/// Letters in lower case and digits: "Wan 2.1 14B" is "wan2114b".
std::string squeezed(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      letters += c;
    } else if (c >= 'A' && c <= 'Z') {
      letters += static_cast<char>(c - 'A' + 'a');
    }
  }
  return letters;
}

std::optional<std::string> model_id(std::string_view published) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 17> names{{
      {"sana1516b", "sana-1.5-1.6b"},
      {"sana1548b", "sana-1.5-4.8b"},
      {"pixart", "pixart-sigma"},  // the sigma is no letter of ours
      {"hunyuandit12", "hunyuan-dit-1.2"},
      {"flux1dev", "flux.1-dev"},
      {"stablediffusion35large", "sd3.5-large"},
      {"stablediffusion35medium", "sd3.5-medium"},
      {"wan2113b", "wan2.1-t2v-1.3b"},
      {"wan21t2v13b", "wan2.1-t2v-1.3b"},
      {"wan2114b", "wan2.1-t2v-14b"},
      {"wan21t2v14b", "wan2.1-t2v-14b"},
      {"wan22t2va14b", "wan2.2-t2v-a14b"},
      {"wan22ti2v5b", "wan2.2-ti2v-5b"},
      {"hunyuanvideo", "hunyuanvideo"},
      {"cogvideox2b", "cogvideox-2b"},
      {"cogvideox155b", "cogvideox1.5-5b"},
      {"sdxl", "sdxl"},
  }};
  const auto letters = squeezed(published);
  for (const auto& [name, id] : names) {
    if (letters == name) {
      return std::string(id);
    }
  }
  return std::nullopt;
}

struct ChipName {
  std::string_view published;  // begins with
  std::string_view id;
  std::string_view profile;
};

constexpr std::array<ChipName, 7> chips{{
    {"H100", "h100-sxm", "xdit-2026-02"},
    {"H200", "h200", "xdit-2026-02"},
    {"A100", "a100-80", "xdit-2026-02"},
    {"B200", "b200", "xdit-2026-02-blackwell"},
    {"B300", "b300", "xdit-2026-02-blackwell"},
    {"GB200", "gb200", "xdit-2026-02-blackwell"},
    {"Ascend 910B", "ascend-910b", "xdit-2026-02"},
}};

struct Parallelism {
  std::int64_t tensor = 1;
  std::int64_t ulysses = 1;
  std::int64_t ring = 1;
  std::int64_t guidance = 1;
  bool is_known = true;
  std::int64_t chips() const { return tensor * ulysses * ring * guidance; }
};

/// "ulysses4xring2", "CFG2xTP4", "none".
Parallelism parallelism_of(std::string_view text) {
  Parallelism result;
  const std::array<std::pair<std::string_view, std::int64_t*>, 4> kinds{{
      {"ulysses", &result.ulysses},
      {"ring", &result.ring},
      {"tp", &result.tensor},
      {"cfg", &result.guidance},
  }};
  const auto letters = squeezed(text);
  std::string_view rest = letters == "none" ? std::string_view() : letters;
  while (!rest.empty() && result.is_known) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const auto& each) { return rest.starts_with(each.first); });
    result.is_known = kind != kinds.end();
    if (result.is_known) {
      rest.remove_prefix(kind->first.size());
      const auto* const end = rest.data() + rest.size();
      const auto parsed = std::from_chars(rest.data(), end, *kind->second);
      result.is_known = parsed.ec == std::errc() && *kind->second >= 1 && *kind->second <= 1024;
      rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
      rest.remove_prefix(rest.starts_with('x') ? 1 : 0);
    }
  }
  return result;
}

struct RenderRow {
  BareCluster cluster;
  std::string model;
  std::string profile;
  Parallelism parallelism;
  std::int64_t batch = 1;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t frames = 0;
  std::int64_t steps = 0;
};

Scenario scenario_of(const RenderRow& row, const Overrides& more) {
  const auto body = fmt::format(
      R"("diffusion_models": {{"model": {{"use": "{}"}}}},
         "services": {{"service": {{"model": "model", "pools": {{"pool": {{
           "cluster": "site/cluster", "replicas": 1, "diffusion_engine": {{
             "profile": {{"use": "{}"}}, "max_batch_size": {}, "tensor_parallel_size": {},
             "ulysses_degree": {}, "ring_degree": {}, "cfg_parallel_size": {}}}}}}}}}}},
         "workloads": {{"load": {{"model": "generation", "service": "service", "concurrency": {},
           "num_prompts": {}, "mix": {{"item": {{
             "width": {}, "height": {}, "frames": {}, "steps": {}}}}}}}}})",
      row.model, row.profile, row.batch, row.parallelism.tensor, row.parallelism.ulysses,
      row.parallelism.ring, row.parallelism.guidance, 2 * row.batch, 1 + full_batches * row.batch,
      row.width, row.height, row.frames, row.steps);
  // Time and energy of a batch do not hang on the capacity: a row that was measured did fit.
  return load_case(row.cluster, body, {{case_chip + "/memory_capacity", "\"10 TB\""}}, more);
}

std::vector<Measurement> predict(const RenderRow& row, const Overrides& more) {
  const auto scenario = scenario_of(row, more);
  const auto outcome = simulate(scenario, {});
  const auto& pool = outcome.result.pools.front();
  const auto items = static_cast<double>(pool.requests.completed);
  const auto batches = static_cast<double>(pool.work.batches);
  return {{Observable::ItemLatency, pool.work.busy.seconds() / batches},
          {Observable::EnergyPerItem, pool.energy_it.si() / items}};
}

std::string reason_to_skip(MeasurementTable& table, const RenderRow& row) {
  if (table.number("latency_s") == 0) {
    return "no latency published";
  }
  if (row.model.empty()) {
    return fmt::format("unknown model {}", table.text("model"));
  }
  if (row.model == "sdxl") {
    return "U-Net: its time is a lower bound";
  }
  if (row.cluster.chip.empty()) {
    return fmt::format("unknown chip {}", table.text("chip"));
  }
  if (const auto missing = missing_entry("chips", row.cluster.chip); !missing.empty()) {
    return missing;
  }
  if (const auto note = table.text("note");
      note.find("attention cache") != note.npos || note.find("cache + sparse") != note.npos) {
    return "step caches and sparse attention are left out";
  }
  const bool is_placed = row.parallelism.is_known &&
                         static_cast<double>(row.parallelism.chips()) == table.number("n_chips");
  if (!is_placed) {
    return fmt::format("parallelism \"{}\" on {} chips", table.text("parallelism"),
                       table.text("n_chips"));
  }
  return {};
}

MeasuredCase case_of(MeasurementTable& table) {
  const auto whole = [&](const char* column) {
    return std::max<std::int64_t>(1, table.count(column));
  };
  RenderRow row;
  row.model = model_id(table.text("model")).value_or("");
  for (const auto& chip : chips) {
    if (table.text("chip").starts_with(chip.published)) {
      row.cluster.chip = chip.id;
      row.profile = chip.profile;
    }
  }
  row.parallelism = parallelism_of(table.text("parallelism"));
  row.batch = whole("batch");
  row.width = whole("width");
  row.height = whole("height");
  row.frames = whole("frames");
  row.steps = table.count("steps");
  row.cluster.nodes = (row.parallelism.chips() + 7) / 8;
  const auto source = table.text("source");
  MeasuredCase result;
  result.line = table.line();
  result.skipped = reason_to_skip(table, row);
  result.labels = {
      row.cluster.chip,
      row.model,
      row.profile,
      std::string(source.substr(0, source.find_first_of(",("))),
      squeezed(table.text("precision")) == "bfloat16" ? "bf16" : squeezed(table.text("precision")),
      row.frames > 1 ? "video" : "image",
      fmt::format("tp{} ulysses{} ring{} cfg{}", row.parallelism.tensor, row.parallelism.ulysses,
                  row.parallelism.ring, row.parallelism.guidance),
      row.batch,
      std::string(table.text("date"))};
  result.measured = {{Observable::ItemLatency, table.number("latency_s")}};
  if (const double energy = table.number("energy_j_per_item"); energy > 0) {
    result.measured.push_back({Observable::EnergyPerItem, energy});
  }
  result.predict = [row](const Overrides& more) { return predict(row, more); };
  return result;
}

std::vector<MeasuredCase> read(MeasurementTable& table) {
  std::vector<MeasuredCase> cases;
  while (table.next()) {
    cases.push_back(case_of(table));
  }
  return cases;
}

}  // namespace

CaseFormat render_format() {
  return {"render",
          "time of images and videos",
          {"model", "chip", "n_chips", "batch", "width", "height", "frames", "steps", "parallelism",
           "latency_s", "energy_j_per_item"},
          read};
}

}  // namespace tokenfab
