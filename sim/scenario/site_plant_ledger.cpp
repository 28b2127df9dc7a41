// SPDX-License-Identifier: Apache-2.0
// What a site's plant accounts for: stretches, hours, months, rows and extremes.
#include <algorithm>

#include "sim/core/unit_factors.hpp"
#include "sim/scenario/site_plant.hpp"

namespace tokenfab {
namespace {

template <class T>
void raise(std::optional<T>& peak, const T& value) {
  peak = peak ? std::max(*peak, value) : value;
}

Bill difference(const Bill& a, const Bill& b) {
  return {a.energy - b.energy, a.demand - b.demand, a.fixed - b.fixed,
          a.export_credit - b.export_credit};
}

}  // namespace

void SitePlant::record(const PlantStretch& stretch) {
  add_stretch(month_.ledger, stretch);
  add_stretch(row_, stretch);
  matching_.add(stretch);
  month_.ledger.carbon_matched += stretch.supply.direct_emissions;
  result_.knows_grid_renewables |= stretch.grid_renewable_share.has_value();
  result_.has_contracts |= stretch.contracted > Watts(0);
  const auto used = stretch.it + stretch.chain.indoor_loss + stretch.chain.outdoor_loss +
                    stretch.cooling.electric_power() + stretch.supply.battery_loss;
  extremes_.add(solved_, used, stretch.supply.import);
  note_temperatures();
  const auto beyond = cooling_->beyond_curves();
  result_.extrapolations += beyond > result_.beyond_curves ? 1 : 0;
  result_.beyond_curves = beyond;
  if (calendar_.next_multiple(stretch.from, Duration::from_seconds(3600)) == solved_) {
    month_.ledger.carbon_matched += matching_.close_hour();
  }
  if (calendar_.month_end(stretch.from) == solved_) {
    count_tokens();
    close_month();
  }
}

void SitePlant::close_month() {
  const auto civil = calendar_.at(month_began_);
  month_.ledger.carbon_matched += matching_.close_hour();
  month_.year = civil.year;
  month_.month = civil.month;
  month_.duration = solved_ - month_began_;
  const auto bill = bill_->due();
  month_.bill = difference(bill, month_bill_began_);
  month_bill_began_ = bill;
  result_.ledger.add(month_.ledger);
  result_.months.push_back(month_);
  month_ = SiteMonth();
  month_began_ = solved_;
}

/// Takes over what the pools have made up to the date solved. Output is exact in the middle of a
/// run of steps; input is counted with the first token.
void SitePlant::count_tokens() {
  std::uint64_t input = 0;
  for (auto* pool : it_.pools()) {
    const auto output = pool->harvest_tokens(solved_);
    month_.output_tokens += output;
    row_output_tokens_ += output;
    input += pool->tokens_so_far().input;
  }
  month_.input_tokens += input - input_tokens_;
  input_tokens_ = input;
}

void SitePlant::note_temperatures() {
  if (const auto state = cooling_->state()) {
    raise(result_.chip_peak, state->chip);
    raise(result_.coolant_peak, state->coolant);
    raise(result_.room_peak, state->room);
  }
}

void SitePlant::meter_fleet(const SiteConfig& config, std::uint32_t groups_max, FleetSink& sink) {
  fleet_.emplace(result_.name, config, it_.pools(), groups_max, sink);
}

void SitePlant::write_row(Instant now, SeriesSink& sink) {
  const Seconds span((now - row_began_).seconds());
  SeriesRecord record;
  record.end = now;
  record.site = result_.name;
  record.it_power_w = (row_.it / span).si();
  record.site_power_w = (row_.site() / span).si();
  record.price_usd_per_kwh = price(row_began_).si() * joules_per_kwh;
  record.carbon_g_per_kwh = carbon(row_began_).si() * joules_per_kwh * grams_per_kilogram;
  count_tokens();
  for (const auto* pool : it_.pools()) {
    const auto job_chips = pool->job_chips();
    (job_chips ? record.jobs_waiting : record.requests_waiting) += pool->waiting();
    (job_chips ? record.jobs_running : record.requests_running) += pool->running();
    record.job_chips += job_chips.value_or(0);
    record.replicas_ready += pool->ready_replicas();
  }
  record.output_tokens_per_s = static_cast<double>(row_output_tokens_) / span.si();
  record.import_power_w = (row_.import / span).si();
  record.renewable_power_w = ((row_.solar + row_.wind) / span).si();
  record.cooling_power_w = (row_.cooling() / span).si();
  record.water_l = row_.water.si() * litres_per_cubic_metre;
  record.clock = row_.powered_seconds > 0 ? row_.clock_seconds / row_.powered_seconds : 0;
  const auto weather = weather_model_->at(row_began_);
  record.dry_bulb_degc = weather.dry_bulb.degrees();
  record.wet_bulb_degc = weather.wet_bulb.degrees();
  if (const auto state = cooling_->state()) {
    record.coolant_degc = state->coolant.degrees();
    record.room_degc = state->room.degrees();
    record.chip_degc = state->chip.degrees();
  }
  if (result_.has_battery) {
    record.battery_charge = supply_.charge_share();
  }
  sink.series(record);
  if (fleet_) {
    fleet_->write(now, [this](const std::string& cluster) { return it_.clock_of(cluster); });
  }
  row_began_ = now;
  row_ = SiteLedger();
  row_output_tokens_ = 0;
}

SiteResult SitePlant::so_far() const {
  SiteResult result = result_;
  result.ledger.add(month_.ledger);
  result.bill = bill_->due();
  return result;
}

SiteResult& SitePlant::close() {
  if (solved_ > month_began_) {
    close_month();
  }
  check_closed(result_.name, result_.ledger);
  extremes_.finish();
  result_.peak_power = extremes_.peak_used();
  result_.min_power = extremes_.min_used();
  result_.peak_import_power = extremes_.peak_import();
  result_.bill = bill_->due();
  result_.battery_cycles = supply_.battery_cycles();
  result_.battery_health = supply_.battery_health();
  result_.generator_starts = supply_.generator_starts();
  result_.grid_outage = supply_.outage_time();
  result_.unreachable_caps = control_->unreachable_caps();
  Joules clusters;
  for (const auto& cluster : it_.clusters()) {
    clusters += cluster.energy_it;
  }
  const double gap = (clusters - result_.ledger.it).si();
  CHECK(std::abs(gap) <= 1e-9 * (result_.ledger.it.si() + 1),
        "site {}: clusters used {} J, the site {} J", result_.name, clusters.si(),
        result_.ledger.it.si());
  return result_;
}

}  // namespace tokenfab
