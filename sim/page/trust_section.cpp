// SPDX-License-Identifier: Apache-2.0
// How far to trust a result: what the scenario asserts, warnings, errors of earlier predictions,
// replications, where the values come from, and what makes the result reproducible.
#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/declarations.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_parts.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t scenario_bytes_max = 600'000;

/// Of a node that may be missing.
const std::vector<Node>& items_of(const Node* node) {
  static const std::vector<Node> none;
  return node == nullptr ? none : node->items;
}

std::string assertions(const RunInput& run) {
  const auto& lines = items_of(run.report.find("asserts"));
  if (lines.empty()) {
    return "";
  }
  PageTable table{
      "What the scenario asserts", {{"assertion", false}, {"value", true}, {"", false}}, {}};
  for (const auto& line : lines) {
    const auto value = number_of(line.find("value"));
    const auto* holds = line.find("holds");
    table.rows.push_back({text_of(line.find("expression")),
                          value ? number_text(*value) : std::string("no value"),
                          holds != nullptr && holds->boolean ? "holds" : "DOES NOT HOLD"});
  }
  return "<h3>Assertions</h3>\n" + html_of(table);
}

std::string service_levels(const RunInput& run) {
  const auto* services = run.scenario.find("services");
  PageTable table{"Service levels",
                  {{"service", false}, {"level", false}, {"attained", true}, {"goodput", true}},
                  {}};
  for (const auto& service : run.objects("services")) {
    const auto attained = run.metric("services", service, "slo_attainment");
    const auto goodput = run.metric("services", service, "goodput_requests_per_s");
    const auto* own = services == nullptr ? nullptr : services->find(service);
    const auto* slo = own == nullptr ? nullptr : own->find("slo");
    if (!attained || slo == nullptr) {
      continue;
    }
    std::string level;
    for (const auto& member : slo->members) {
      level += fmt::format("{}{} {}", level.empty() ? "" : ", ", member.key, member.value.text);
    }
    table.rows.push_back(
        {service, level, metric_text("slo_attainment", *attained),
         goodput ? metric_text("goodput_requests_per_s", *goodput) : std::string("\u2013")});
  }
  return table.rows.empty() ? std::string() : "<h3>Service levels</h3>\n" + html_of(table);
}

std::string warnings(const RunInput& run) {
  const auto& lines = items_of(run.report.find("warnings"));
  std::string text;
  for (const auto& line : lines) {
    const auto word = line.text.substr(0, line.text.find_first_of(": "));
    std::string meaning;
    for (const auto& declaration : warning_declarations()) {
      if (declaration.name == word) {
        meaning = fmt::format(" <small>{}</small>", escaped(declaration.sentence));
      }
    }
    text += fmt::format("<li>{}{}</li>\n", escaped(line.text), meaning);
  }
  return text.empty() ? text : "<h3>Warnings</h3>\n<ul>\n" + text + "</ul>\n";
}

std::string bands(const RunInput& run) {
  PageTable table{"Errors of earlier predictions of the same kind against measurements",
                  {{"what", false},
                   {"of", false},
                   {"status", false},
                   {"half are within", true},
                   {"nine tenths within", true},
                   {"bias", true},
                   {"points", true},
                   {"compared", false}},
                  {}};
  for (const auto& line : items_of(run.report.find("validation"))) {
    const auto percent = [&line](const char* key, const char* form) {
      const auto value = number_of(line.find(key));
      return value ? fmt::format(fmt::runtime(form), *value) : std::string("\u2013");
    };
    const auto job = text_of(line.find("job"));
    const auto pool = text_of(line.find("pool"));
    auto status = text_of(line.find("status"));
    std::replace(status.begin(), status.end(), '_', ' ');
    auto compared = text_of(line.find("basis"));
    const auto reason = text_of(line.find("reason"));
    compared += (compared.empty() || reason.empty() ? "" : "; ") + reason;
    const auto rows = number_of(line.find("rows"));
    table.rows.push_back({text_of(line.find("quantity")),
                          !job.empty() ? job : text_of(line.find("service")) + "/" + pool, status,
                          percent("band_median_pct", "\u00B1{} %"),
                          percent("band_p90_pct", "\u00B1{} %"), percent("bias_pct", "{:+} %"),
                          rows ? number_text(*rows) : std::string("\u2013"), compared});
  }
  return table.rows.empty() ? std::string() : "<h3>Error bands</h3>\n" + html_of(table);
}

std::string replications(const RunInput& run) {
  const auto* section = run.report.find("replications");
  const auto* metrics = section == nullptr ? nullptr : section->find("metrics");
  if (metrics == nullptr) {
    return "";
  }
  const auto count = number_of(section->find("count")).value_or(0);
  PageTable table{fmt::format("Metrics that vary over {} seeds", count),
                  {{"metric", false},
                   {"mean", true},
                   {"95 % interval", true},
                   {"lowest", true},
                   {"highest", true}},
                  {}};
  for (const auto& [name, mark, value] : metrics->members) {
    const auto number = [&value = value](const char* key) {
      return number_of(value.find(key)).value_or(0);
    };
    if (number("min") != number("max")) {
      table.rows.push_back({name, metric_text(name, number("mean")),
                            "\u00B1 " + metric_text(name, number("half_width_95")),
                            metric_text(name, number("min")), metric_text(name, number("max"))});
    }
  }
  return table.rows.empty() ? fmt::format(
                                  "<h3>Replications</h3>\n<p>All metrics are the same under "
                                  "{} seeds.</p>\n",
                                  count)
                            : "<h3>Replications</h3>\n" + html_of(table);
}

std::string provenance(const RunInput& run) {
  const auto* node = run.report.find("provenance");
  const auto* catalogue = node == nullptr ? nullptr : node->find("catalogue");
  if (catalogue == nullptr || catalogue->members.empty()) {
    return "";
  }
  static const std::vector<const char*> kinds{"official", "calibrated",  "press",
                                              "estimate", "placeholder", "inherited"};
  PageTable table{
      "Values of the catalogue by the confidence of their source", {{"entry", false}}, {}};
  for (const auto* kind : kinds) {
    table.columns.push_back({kind, true});
  }
  for (const auto& [entry, mark, counts] : catalogue->members) {
    std::vector<std::string> row{entry};
    for (const auto* kind : kinds) {
      const auto value = number_of(counts.find(kind));
      row.push_back(value ? number_text(*value) : std::string("0"));
    }
    table.rows.push_back(std::move(row));
  }
  std::string notes;
  for (const auto& line : items_of(node->find("placeholders"))) {
    notes += fmt::format("<li>Nobody has published: {}</li>\n", escaped(line.text));
  }
  if (const auto* kernels = node->find("inherited_kernels")) {
    for (const auto& [chip, mark, from] : kernels->members) {
      notes += fmt::format("<li>Nobody has measured kernels of {}: those of {} stand in.</li>\n",
                           escaped(chip), escaped(from.text));
    }
  }
  return "<h3>Where the values come from</h3>\n" +
         (notes.empty() ? notes : "<ul>\n" + notes + "</ul>\n") + html_of(table);
}

std::string stamp(const RunInput& run) {
  const auto* node = run.report.find("stamp");
  if (node == nullptr) {
    return "";
  }
  PageTable table{"What makes this result reproducible", {{"of", false}, {"value", false}}, {}};
  for (const auto& [key, mark, value] : node->members) {
    if (value.kind == NodeKind::Object) {
      for (const auto& [name, place, sha256] : value.members) {
        table.rows.push_back({"data " + name, "sha256 " + sha256.text});
      }
    } else {
      table.rows.push_back({key, value.kind == NodeKind::String ? value.text : to_json(value, -1)});
    }
  }
  const auto extrapolations = number_of(run.report.find("extrapolations"));
  if (extrapolations) {
    table.rows.push_back({"extrapolations", number_text(*extrapolations)});
  }
  return "<h3>Stamp</h3>\n" + html_of(table);
}

}  // namespace

void add_trust(PageParts& page, const RunInput& run) {
  page.section("trust", "How far to trust this",
               "Error bands say what the models may be wrong by, replications what chance may be; "
               "they do not add up to one error.",
               assertions(run) + warnings(run) + service_levels(run) + bands(run) +
                   replications(run) + provenance(run) + stamp(run));
}

void add_scenario(PageParts& page, const RunInput& run) {
  if (run.scenario_text.empty()) {
    return;
  }
  const bool is_whole = run.scenario_text.size() <= scenario_bytes_max;
  page.section(
      "scenario", "Scenario", "The resolved scenario: every value that the run used.",
      is_whole ? fmt::format("<details class=\"no-print\"><summary>scenario.json</summary>\n"
                             "<pre tabindex=\"0\">{}</pre></details>\n",
                             escaped(run.scenario_text))
               : fmt::format("<p>scenario.json has {} bytes and lies beside the report.json that "
                             "this page was made from.</p>\n",
                             run.scenario_text.size()));
}

}  // namespace tokenfab
