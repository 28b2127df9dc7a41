// SPDX-License-Identifier: Apache-2.0
#include "sim/page/flow_diagram.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tokenfab {
namespace {

constexpr double rounding = 1e-9;     // relative: what a sum in another order may differ by
constexpr std::size_t sites_max = 8;  // more are shown as one

/// What each product has of the cost of a service or pool.
std::vector<std::pair<std::string, double>> product_costs(const RunInput& run,
                                                          const std::string& section,
                                                          const std::string& object) {
  const auto value = [&](const char* name) {
    return run.metric(section, object, name).value_or(0);
  };
  const double cached = value("cached_input_tokens");
  return {
      {"input tokens", value("cost_per_mtok_input_usd") * (value("input_tokens") - cached) / 1e6},
      {"cached input tokens", value("cost_per_mtok_cached_input_usd") * cached / 1e6},
      {"output tokens", value("cost_per_mtok_output_usd") * value("output_tokens") / 1e6},
      {"images", value("cost_per_image_usd") * value("images_completed")},
      {"video", value("cost_per_video_second_usd") * value("video_seconds_completed")},
  };
}

/// Lets `amount` flow from a node to the products by their shares of the cost; what no product
/// bears flows to `rest`.
void flow_to_products(FlowDiagram& diagram, std::size_t from, double amount, const RunInput& run,
                      const std::string& section, const std::string& object) {
  const auto costs = product_costs(run, section, object);
  double total = run.metric(section, object, "cost_total_usd").value_or(0);
  double sum = 0;
  for (const auto& [product, cost] : costs) {
    sum += std::max(cost, 0.0);
  }
  total = std::max(total, sum);
  double left = amount;
  for (const auto& [product, cost] : costs) {
    if (cost > 0) {
      const double part = amount * (cost / total);
      diagram.flow(from, diagram.node(product, "product", 4), part);
      left -= part;
    }
  }
  if (left > rounding * amount) {
    diagram.flow(from, diagram.node("nothing delivered", "loss", 4), left);
  }
}

void flow_to_training(FlowDiagram& diagram, std::size_t from, double amount, const RunInput& run,
                      const std::string& job) {
  const bool trains = run.metric("jobs", job, "training_tokens").value_or(0) > 0;
  const auto* product = trains ? "training tokens" : "other jobs";
  diagram.flow(from, diagram.node(product, "product", 4), amount);
}

std::string source_name(const std::string& item) { return item == "stored" ? "batteries" : item; }

std::string use_name(const std::string& item) {
  return item == "it" ? "IT" : item == "stored" ? "into batteries" : item;
}

std::string use_group(const std::string& item) {
  return item == "it" ? "chips" : item == "export" ? "energy" : "loss";
}

/// The parts of "cooling and auxiliaries" that the report tells apart.
void flow_to_cooling(FlowDiagram& diagram, std::size_t from, double amount, const RunInput& run,
                     const std::string& site) {
  static const std::vector<std::pair<const char*, const char*>> parts{
      {"chillers", "energy_chillers_j"},
      {"heat rejection", "energy_heat_rejection_j"},
      {"pumps", "energy_pumps_j"},
      {"air handlers", "energy_fans_j"}};
  double left = amount;
  for (const auto& [name, metric] : parts) {
    const double part = std::min(left, run.metric("sites", site, metric).value_or(0));
    if (part > rounding * amount) {
      diagram.flow(from, diagram.node(name, "loss", 2), part);
      left -= part;
    }
  }
  if (left > rounding * amount) {
    const bool is_all = left == amount;
    diagram.flow(from, diagram.node(is_all ? "cooling and auxiliaries" : "auxiliaries", "loss", 2),
                 left);
  }
}

/// What came into the racks, to pools and jobs; jobs share what pools leave by their site energy.
void flow_of_it(FlowDiagram& diagram, std::size_t it, const RunInput& run) {
  const double total = diagram.inflow(it);
  double left = total;
  for (const auto& pool : run.objects("pools")) {
    const double energy = std::min(left, run.metric("pools", pool, "energy_it_j").value_or(0));
    if (energy > 0) {
      const auto node = diagram.node(pool, "service", 3);
      diagram.flow(it, node, energy);
      flow_to_products(diagram, node, energy, run, "pools", pool);
      left -= energy;
    }
  }
  double jobs_j = 0;
  for (const auto& job : run.objects("jobs")) {
    jobs_j += run.metric("jobs", job, "energy_site_j").value_or(0);
  }
  if (left <= rounding * total) {
    return;
  }
  if (jobs_j == 0) {
    diagram.flow(it, diagram.node("chips without work", "loss", 3), left);
    return;
  }
  for (const auto& job : run.objects("jobs")) {
    const double energy = left * run.metric("jobs", job, "energy_site_j").value_or(0) / jobs_j;
    if (energy > 0) {
      const auto node = diagram.node(job, "job", 3);
      diagram.flow(it, node, energy);
      flow_to_training(diagram, node, energy, run, job);
    }
  }
}

}  // namespace

std::size_t FlowDiagram::node(const std::string& name, const std::string& group, int column) {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const FlowNode& node) {
    return node.name == name && node.column == column;
  });
  if (found != nodes.end()) {
    return static_cast<std::size_t>(found - nodes.begin());
  }
  nodes.push_back({name, group, column});
  return nodes.size() - 1;
}

void FlowDiagram::flow(std::size_t from, std::size_t to, double amount) {
  if (!(amount > 0)) {
    return;
  }
  const auto found = std::find_if(links.begin(), links.end(), [&](const FlowLink& link) {
    return link.from == from && link.to == to;
  });
  if (found != links.end()) {
    found->amount += amount;
  } else {
    links.push_back({from, to, amount});
  }
}

double FlowDiagram::inflow(std::size_t node) const {
  double sum = 0;
  for (const auto& link : links) {
    sum += link.to == node ? link.amount : 0;
  }
  return sum;
}

double FlowDiagram::outflow(std::size_t node) const {
  double sum = 0;
  for (const auto& link : links) {
    sum += link.from == node ? link.amount : 0;
  }
  return sum;
}

FlowDiagram energy_flow(const RunInput& run) {
  FlowDiagram diagram;
  diagram.unit = "J";
  const auto* ledger = run.report.find("energy_ledger");
  if (ledger == nullptr) {
    return diagram;
  }
  const bool is_one = run.objects("sites").size() > sites_max;
  // Sources stand before uses, so that nodes come in the order in which energy passes them.
  for (const bool are_sources : {true, false}) {
    for (const auto& line : ledger->items) {
      const auto site = text_of(line.find("site"));
      const auto item = text_of(line.find("item"));
      const double energy = number_of(line.find("energy_j")).value_or(0);
      if (energy == 0 || (energy > 0) != are_sources) {
        continue;
      }
      const auto place = diagram.node(is_one ? "all sites" : site, "infrastructure", 1);
      if (are_sources) {
        diagram.flow(diagram.node(source_name(item), "energy", 0), place, energy);
      } else if (item == "cooling and auxiliaries") {
        flow_to_cooling(diagram, place, -energy, run, site);
      } else {
        diagram.flow(place, diagram.node(use_name(item), use_group(item), 2), -energy);
      }
    }
  }
  const auto it = std::find_if(diagram.nodes.begin(), diagram.nodes.end(), [](const auto& node) {
    return node.name == "IT" && node.column == 2;
  });
  if (it != diagram.nodes.end()) {
    flow_of_it(diagram, static_cast<std::size_t>(it - diagram.nodes.begin()), run);
  }
  return diagram;
}

FlowDiagram money_flow(const RunInput& run) {
  FlowDiagram diagram;
  diagram.unit = "USD";
  const auto* ledger = run.report.find("cost_ledger");
  if (ledger == nullptr || ledger->items.empty()) {
    return diagram;
  }
  const auto factory = diagram.node("all costs", "total", 2);
  double left = 0;
  for (const auto& line : ledger->items) {
    const auto layer = text_of(line.find("layer"));
    const auto item = text_of(line.find("item"));
    const double amount = number_of(line.find("amount_usd")).value_or(0);
    left += amount;
    if (amount > 0) {
      const auto node = diagram.node(layer, layer, 1);
      diagram.flow(diagram.node(item, layer, 0), node, amount);
      diagram.flow(node, factory, amount);
    } else if (amount < 0) {  // received, for energy delivered, say
      diagram.flow(factory, diagram.node(item + " received", layer, 3), -amount);
    }
  }
  const double total = left;
  for (const char* section : {"services", "jobs"}) {
    const bool is_job = std::string_view(section) == "jobs";
    for (const auto& object : run.objects(section)) {
      const double cost = std::min(left, run.metric(section, object, "cost_total_usd").value_or(0));
      if (cost <= 0) {
        continue;
      }
      const auto node = diagram.node(object, is_job ? "job" : "service", 3);
      diagram.flow(factory, node, cost);
      left -= cost;
      if (is_job) {
        flow_to_training(diagram, node, cost, run, object);
      } else {
        flow_to_products(diagram, node, cost, run, section, object);
      }
    }
  }
  if (left > rounding * total) {
    diagram.flow(factory, diagram.node("nobody's", "loss", 3), left);
  }
  return diagram;
}

}  // namespace tokenfab
