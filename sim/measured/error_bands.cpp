// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/error_bands.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/measured/error_sample.hpp"
#include "sim/scenario/catalogue_identity.hpp"

namespace tokenfab {
namespace {

constexpr const char* source_name = "validation";

/// What the samples of an entry have in common; empty: they differ.
struct Group {
  std::string chip;
  std::string vendor;
  std::string engine;
  std::string family;
  std::string precision;
  std::string regime;
  std::vector<const BandSample*> samples;
};

/// By key of the entry, and so in that order.
using Groups = std::map<std::string, Group>;

/// Words of a key are parted by colons, as what stands before a slash is no part of an id.
std::string key_word(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c == ' ' || c == '/' ? '-'
                                : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  });
  return text;
}

std::string key_of(std::initializer_list<std::string> words) {
  std::string key;
  for (const auto& word : words) {
    key += word.empty() ? "" : (key.empty() ? "" : ":") + key_word(word);
  }
  return key;
}

std::string family_of(const std::string& engine) {
  for (const auto* table : {"engines", "diffusion_engines", "training_engines"}) {
    if (auto family = catalogue_text(table, engine, "engine"); !family.empty()) {
      return family;
    }
  }
  return engine;
}

void add_families(Groups& groups, const Groups& fine) {
  Groups families;
  std::map<std::string, std::set<std::string>> chips;
  for (const auto& [key, group] : fine) {
    const auto& first = *group.samples.front();
    const auto family_key =
        key_of({std::string(name_of(first.quantity)), group.vendor, group.family});
    auto& family = families[family_key];
    family.vendor = group.vendor;
    family.family = group.family;
    family.samples.insert(family.samples.end(), group.samples.begin(), group.samples.end());
    chips[family_key].insert(group.chip);
  }
  for (auto& [key, family] : families) {
    if (chips[key].size() > 1) {
      groups.emplace(key, std::move(family));
    }
  }
}

Groups groups_of(std::span<const BandSample> samples) {
  Groups fine;
  for (const auto& sample : samples) {
    if (!(sample.measured > 0)) {
      continue;
    }
    const auto key = key_of({std::string(name_of(sample.quantity)), sample.chip, sample.engine,
                             sample.precision, sample.regime});
    auto& group = fine[key];
    if (group.samples.empty()) {
      group = {sample.chip,
               catalogue_text("chips", sample.chip, "vendor"),
               sample.engine,
               family_of(sample.engine),
               sample.precision,
               sample.regime,
               {}};
    }
    group.samples.push_back(&sample);
  }
  auto groups = fine;
  add_families(groups, fine);
  return groups;
}

void add_text(Node& object, const char* key, const std::string& value) {
  if (!value.empty()) {
    object.members.push_back({key, {}, make_text(value, {})});
  }
}

void add_count(Node& object, const char* key, std::int64_t value) {
  if (value > 0) {
    object.members.push_back({key, {}, make_integer(value, {})});
  }
}

/// To a tenth of a percent.
void add_percent(Node& object, const char* key, double value) {
  object.members.push_back({key, {}, make_number(std::round(value * 10) / 10, {})});
}

Node models_of(const Group& group) {
  std::set<std::string> models;
  for (const auto* sample : group.samples) {
    if (!sample->model.empty()) {
      models.insert(sample->model);
    }
  }
  auto list = make_node(NodeKind::Array, {});
  for (const auto& model : models) {
    list.items.push_back(make_text(model, {}));
  }
  return list;
}

Node values_of(const Group& group) {
  ErrorSample errors;
  ErrorSample held_out;
  std::int64_t concurrency_max = 0;
  std::int64_t context_max = 0;
  for (const auto* sample : group.samples) {
    errors.add(sample->simulated, sample->measured);
    if (sample->is_held_out) {
      held_out.add(sample->simulated, sample->measured);
    }
    concurrency_max = std::max(concurrency_max, sample->concurrency);
    context_max = std::max(context_max, sample->context);
  }
  auto values = make_object({});
  add_text(values, "quantity", std::string(name_of(group.samples.front()->quantity)));
  add_text(values, "chip", group.chip);
  add_text(values, "vendor", group.vendor);
  add_text(values, "engine", group.engine);
  add_text(values, "engine_family", group.family);
  add_text(values, "precision", group.precision);
  add_text(values, "regime", group.regime);
  if (auto models = models_of(group); !models.items.empty()) {
    values.members.push_back({"models", {}, std::move(models)});
  }
  add_count(values, "rows", static_cast<std::int64_t>(errors.size()));
  add_percent(values, "median_pct", errors.median());
  add_percent(values, "p90_pct", errors.p90());
  add_percent(values, "bias_pct", errors.bias());
  add_count(values, "concurrency_max", concurrency_max);
  add_count(values, "context_max", context_max);
  if (held_out.size() > 0) {
    add_percent(values, "hold_out_median_pct", held_out.median());
  }
  return values;
}

}  // namespace

std::string error_bands_json(std::span<const BandSample> samples, const BandSource& source) {
  auto about = make_object({});
  add_text(about, "text", source.text);
  add_text(about, "date", source.date);
  add_text(about, "confidence", "calibrated");
  auto sources = make_object({});
  sources.members.push_back({source_name, {}, std::move(about)});
  auto entries = make_object({});
  for (const auto& [key, group] : groups_of(samples)) {
    auto entry = make_object({});
    entry.members.push_back({"values", {}, values_of(group)});
    add_text(entry, "from", source_name);
    entries.members.push_back({key, {}, std::move(entry)});
  }
  auto table = make_object({});
  add_text(table, "note",
           "Errors of predictions against measurements, in percent, as `tokenfab validate-against` "
           "found them; docs/uncertainty.md says how reports use them.");
  table.members.push_back({"sources", {}, std::move(sources)});
  table.members.push_back({"entries", {}, std::move(entries)});
  return to_json(table, 2) + "\n";
}

}  // namespace tokenfab
