// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/plant_runtime.hpp"

#include <algorithm>
#include <cmath>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double joules_per_kwh = 3.6e6;
constexpr double grams_per_kilogram = 1e3;

}  // namespace

SitePlant::SitePlant(const std::string& name, const SiteConfig& config,
                     std::vector<MeteredPool*> pools)
    : power_(plugin_table().make<PowerChain>("power", config.power)),
      cooling_(plugin_table().make<CoolingModel>("cooling", config.cooling)),
      tariff_(plugin_table().make<Tariff>("tariff", config.energy.grid.tariff)),
      carbon_(plugin_table().make<CarbonIntensity>("carbon", config.energy.grid.carbon)) {
  result_.name = name;
  result_.country = config.country;
  for (const auto& [cluster_name, cluster] : config.clusters) {
    const auto nodes = static_cast<double>(cluster.nodes);
    const double chips = nodes * static_cast<double>(cluster.node.chips_per_node);
    cluster_idle_.push_back(nodes * cluster.node.power_idle());
    clusters_.push_back(
        {name, cluster_name, static_cast<std::uint64_t>(cluster.nodes), chips, 0, Joules(0)});
    result_.chips += chips;
    for (auto* pool : pools) {
      if (pool->plan().cluster != cluster_name) {
        continue;
      }
      clusters_.back().chips_allocated += pool->plan().chips();
      const auto share = pool->plan().chips() / static_cast<double>(cluster.node.chips_per_node);
      sources_.push_back({pool, clusters_.size() - 1,
                          share * cluster.node.power_idle() * cluster.node.psu_efficiency,
                          cluster.node.psu_efficiency});
    }
  }
}

bool SitePlant::any_busy() const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [](const Source& source) { return source.pool->any_busy(); });
}

void SitePlant::solve(Instant now, bool is_whole) {
  const Seconds span((now - solved_).seconds());
  if (span == Seconds(0)) {
    return;
  }
  Joules it(0);
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    const auto idle = cluster_idle_[i] * span;
    clusters_[i].energy_it += idle;
    it += idle;
  }
  for (const auto& source : sources_) {
    const Joules dynamic(source.pool->harvest_energy_j(now));
    clusters_[source.cluster].energy_it += dynamic / source.psu_efficiency;
    it += dynamic / source.psu_efficiency;
    source.pool->result().energy_it += (source.idle_power * span + dynamic) / source.psu_efficiency;
  }
  const Watts it_power = it / span;
  const Watts loss = power_->conversion_loss(it_power);
  const auto cooling = cooling_->cool({it_power, loss});
  const Watts site_power = it_power + loss + cooling.electric_power;
  const Joules import = site_power * span;
  result_.it += it;
  result_.conversion += loss * span;
  result_.cooling += cooling.electric_power * span;
  result_.import += import;
  result_.heat_in += import;  // all of it ends as heat on site
  result_.heat_rejected += cooling.heat_rejected * span;
  result_.energy_bill += import * tariff_->energy_price(solved_);
  result_.carbon += import * carbon_->intensity(solved_);
  meter_extremes(site_power, is_whole);
  row_it_ += it;
  row_import_ += import;
  solved_ = now;
}

void SitePlant::meter_extremes(Watts site_power, bool is_whole) {
  // A cut interval at the end counts only in a run shorter than one interval.
  if (!is_whole && extremes_ != Extremes::None) {
    return;
  }
  const bool is_first = extremes_ == Extremes::None || (is_whole && extremes_ == Extremes::Cut);
  result_.peak_power = is_first ? site_power : std::max(result_.peak_power, site_power);
  result_.min_power = is_first ? site_power : std::min(result_.min_power, site_power);
  extremes_ = is_whole ? Extremes::Whole : Extremes::Cut;
}

void SitePlant::write_row(Instant now, SeriesSink& sink) {
  const Seconds span((now - row_start_).seconds());
  SeriesRecord record;
  record.end = now;
  record.site = result_.name;
  record.it_power_w = (row_it_ / span).si();
  record.site_power_w = (row_import_ / span).si();
  record.price_usd_per_kwh = tariff_->energy_price(row_start_).si() * joules_per_kwh;
  record.carbon_g_per_kwh =
      carbon_->intensity(row_start_).si() * joules_per_kwh * grams_per_kilogram;
  std::uint64_t tokens = 0;
  for (const auto& source : sources_) {
    record.requests_waiting += source.pool->waiting();
    record.requests_running += source.pool->running();
    record.replicas_ready += source.pool->ready_replicas();
    tokens += source.pool->harvest_tokens(now);
  }
  record.output_tokens_per_s = static_cast<double>(tokens) / span.si();
  sink.series(record);
  row_start_ = now;
  row_it_ = row_import_ = Joules(0);
}

SiteResult& SitePlant::close() {
  const double in = result_.import.si();
  const double uses = (result_.it + result_.conversion + result_.cooling).si();
  CHECK(std::abs(in - uses) <= 1e-9 * (in + 1), "site {}: import {} J, uses {} J", result_.name, in,
        uses);
  const double heat = (result_.heat_in - result_.heat_rejected).si();
  CHECK(std::abs(heat) <= 1e-9 * (in + 1), "site {}: {} J of heat unaccounted", result_.name, heat);
  double clusters = 0;
  for (const auto& cluster : clusters_) {
    clusters += cluster.energy_it.si();
  }
  CHECK(std::abs(clusters - result_.it.si()) <= 1e-9 * (in + 1),
        "site {}: clusters used {} J, the site {} J", result_.name, clusters, result_.it.si());
  return result_;
}

PlantClock::PlantClock(engine::Agenda& agenda, Duration interval, std::optional<Duration> series,
                       SeriesSink* sink, std::vector<SitePlant*> plants)
    : agenda_(agenda),
      interval_(interval),
      series_(series),
      sink_(sink),
      plants_(std::move(plants)),
      slot_(agenda.add(engine::EventPriority::Plant, *this)) {}

Instant PlantClock::grid_before(Instant date, Duration spacing) const {
  const auto cells = date.since_start().ticks() / spacing.ticks();
  return Instant(Duration::from_ticks(cells * spacing.ticks()));
}

void PlantClock::wake(Instant now) {
  if (is_ticking_) {
    return;
  }
  const auto cell = grid_before(now, interval_);
  if (cell > solved_) {
    solve_until(cell);
  }
  is_ticking_ = true;
  agenda_.schedule(slot_, cell + interval_);
}

void PlantClock::handle_event(Instant now) {
  solve_until(now);
  is_ticking_ = std::any_of(plants_.begin(), plants_.end(),
                            [](const SitePlant* plant) { return plant->any_busy(); });
  if (is_ticking_) {
    agenda_.schedule(slot_, now + interval_);
  }
}

void PlantClock::solve_until(Instant now) {
  // An idle stretch is one solution, cut only where series rows end.
  while (series_ && row_end_ + *series_ <= now) {
    row_end_ += *series_;
    for (auto* plant : plants_) {
      plant->solve(row_end_, true);
      plant->write_row(row_end_, *sink_);
    }
  }
  const bool is_whole = grid_before(now, interval_) == now;
  for (auto* plant : plants_) {
    plant->solve(now, is_whole);
  }
  solved_ = now;
}

void PlantClock::finish(Instant now) {
  const auto cell = grid_before(now, interval_);
  if (cell > solved_) {
    solve_until(cell);
  }
  solve_until(now);
  if (series_ && row_end_ < now) {
    for (auto* plant : plants_) {
      plant->write_row(now, *sink_);
    }
  }
}

}  // namespace tokenfab
