// SPDX-License-Identifier: Apache-2.0
#include "sim/page/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"
#include "sim/page/page_parts.hpp"

namespace tokenfab {
namespace {

/// Nothing may be loaded, sent or framed; the script and the style are those with these hashes.
std::string policy() {
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'none'; "
      "base-uri 'none'; form-action 'none'",
      policy_hash(page_script()), policy_hash(page_style()));
}

std::string page_name(const PageInputs& inputs) {
  return !inputs.runs.empty()     ? inputs.runs.front().name
         : !inputs.curves.empty() ? inputs.curves.front().name
         : !inputs.sweeps.empty() ? inputs.sweeps.front().name
                                  : "results";
}

/// "1 h of simulated time from 2025-07-15 09:00; seed 1".
std::string subtitle(const PageInputs& inputs, const RunDates* dates) {
  if (dates == nullptr) {
    return inputs.sweeps.empty() ? "Cost curves" : "Points of a sweep";
  }
  const auto& run = inputs.runs.front();
  std::string text = "Simulated by Tokenfab: ";
  text += figure_text("", "s", run.metric("duration_s").value_or(0));
  if (dates->start_ms()) {
    text += " from " + dates->text(0);
  }
  const auto others = inputs.runs.size() - 1 + inputs.curves.size() + inputs.sweeps.size();
  if (others > 0) {
    text += fmt::format(", beside {} other result{}", others, others == 1 ? "" : "s");
  }
  return text;
}

void add_sections(PageParts& page, const PageInputs& inputs, const RunDates* dates) {
  if (dates == nullptr) {
    add_curves_and_points(page, inputs);
    return;
  }
  const auto& run = inputs.runs.front();
  add_headline(page, run);
  add_comparison(page, inputs);
  add_flows(page, run);
  add_curves_and_points(page, inputs);
  add_latencies(page, run);
  add_chip_time(page, run);
  add_series(page, run, *dates);
  add_fleet(page, run);
  add_events(page, run, *dates);
  add_trust(page, run);
  add_all_metrics(page, run);
  add_scenario(page, run);
}

std::string header(const std::string& name, const std::string& below,
                   const std::vector<std::pair<std::string, std::string>>& contents) {
  auto text = fmt::format(
      "<header>\n<div class=\"title\"><h1>{}</h1>\n"
      "<button id=\"theme\" type=\"button\" aria-pressed=\"false\" hidden>Dark colours</button>"
      "</div>\n<p>{}</p>\n<noscript><p class=\"note\">Scripts are off: the charts are not drawn. "
      "The figures of every chart stand in the table below it.</p></noscript>\n</header>\n"
      "<nav aria-label=\"Sections\"><ul>\n",
      escaped(name), escaped(below));
  for (const auto& [id, title] : contents) {
    text += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, escaped(title));
  }
  return text + "</ul></nav>\n";
}

std::string footer(const PageInputs& inputs) {
  std::string made = "Made by Tokenfab";
  if (!inputs.runs.empty()) {
    const auto* stamp = inputs.runs.front().report.find("stamp");
    if (stamp != nullptr) {
      made +=
          fmt::format(" {} ({})", text_of(stamp->find("version")), text_of(stamp->find("commit")));
    }
  }
  return fmt::format(
      "<footer>{}. Charts: Apache ECharts (Apache-2.0) with zrender (BSD-3-Clause); their licences "
      "stand in the script of this file. This file loads nothing and sends nothing.</footer>\n",
      escaped(made));
}

}  // namespace

std::string page_html(const PageInputs& inputs) {
  std::optional<RunDates> dates;
  if (!inputs.runs.empty()) {
    dates.emplace(inputs.runs.front());
  }
  PageParts page;
  add_sections(page, inputs, dates ? &*dates : nullptr);
  page.data("start_ms",
            json::number(dates && dates->start_ms() ? *dates->start_ms() : std::nan("")));
  const auto name = page_name(inputs);
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  text += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
                      escaped(policy()));
  text +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n";
  text += fmt::format("<title>{}: Tokenfab report</title>\n", escaped(name));
  // No favicon of a server: browsers ask for one otherwise.
  text += "<link rel=\"icon\" href=\"data:,\">\n";
  text += fmt::format("<style>{}</style>\n</head>\n<body>\n", page_style());
  text += "<a class=\"skip\" href=\"#main\">Skip to the results</a>\n";
  text += header(name, subtitle(inputs, dates ? &*dates : nullptr), page.contents());
  text += fmt::format("<main id=\"main\">\n{}</main>\n", page.html());
  text += footer(inputs);
  text += fmt::format("<script type=\"application/json\" id=\"data\">{}</script>\n",
                      script_json(page.take_data()));
  text += fmt::format("<script>{}</script>\n</body>\n</html>\n", page_script());
  return text;
}

}  // namespace tokenfab
