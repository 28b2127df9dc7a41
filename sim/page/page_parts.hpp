// SPDX-License-Identifier: Apache-2.0
// A page while its sections are written: HTML, the data of its charts, the table of contents.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"
#include "sim/page/run_dates.hpp"

namespace tokenfab {

class PageParts {
 public:
  void section(std::string_view id, std::string_view title, std::string_view lead,
               std::string_view body);

  /// Data that the script finds under the chart's id; members are added to {"kind": kind}.
  void chart(const std::string& id, const std::string& kind, Node members);
  /// Data that charts share.
  void data(const std::string& key, Node value);

  const std::string& html() const { return html_; }
  /// (id, title) in order.
  const std::vector<std::pair<std::string, std::string>>& contents() const { return contents_; }
  Node take_data();

 private:
  std::string html_;
  std::vector<std::pair<std::string, std::string>> contents_;
  Node data_ = make_object({});
  Node charts_ = make_object({});
};

// The sections, each of nothing if it has nothing to say.
void add_headline(PageParts& page, const RunInput& run);
void add_flows(PageParts& page, const RunInput& run);
void add_curves_and_points(PageParts& page, const PageInputs& inputs);
void add_comparison(PageParts& page, const PageInputs& inputs);
void add_latencies(PageParts& page, const RunInput& run);
void add_chip_time(PageParts& page, const RunInput& run);
void add_series(PageParts& page, const RunInput& run, const RunDates& dates);
void add_fleet(PageParts& page, const RunInput& run);
void add_events(PageParts& page, const RunInput& run, const RunDates& dates);
void add_trust(PageParts& page, const RunInput& run);
void add_all_metrics(PageParts& page, const RunInput& run);
void add_scenario(PageParts& page, const RunInput& run);

/// <select> with a label; `key` is what the script stores the choice under, for each of `charts`.
std::string choice(std::string_view label, std::string_view charts, std::string_view key,
                   const std::vector<std::pair<std::string, std::string>>& options,
                   std::string_view chosen = {});

}  // namespace tokenfab
