// SPDX-License-Identifier: Apache-2.0
#include "tools/command_guides.hpp"

#include <algorithm>

namespace tokenfab::tools {
namespace {

constexpr std::string_view prints = "Standard output only.";

std::vector<CommandGuide> guides_of_planners() {
  return {
      {"run",
       User::Planner,
       "The table (or report.json, with --format json) to standard output; the result folder, "
       "results/NAME or --out: report.json, scenario.json with every default, and what the "
       "scenario asks for of requests.csv, series.csv, events.csv, fleet.csv, jobs.csv, "
       "months.csv.",
       {exit_scenario, exit_data, exit_infeasible, exit_interrupted, exit_false},
       {{"tokenfab run scenarios/main.json", "an hour of chat on 16 H100: cost, latency, energy"},
        {"tokenfab run scenarios/main.json --dry-run",
         "does it fit, and how much load can it take?"},
        {"tokenfab run scenarios/main.json --set /sites/site/clusters/h100/node/use=hgx-h200",
         "another chip, without another file"},
        {"tokenfab run scenarios/main.json --replications 10 --out results/ten",
         "ten seeds, with 95 % intervals"}}},
      {"validate",
       User::Planner,
       prints,
       {exit_scenario, exit_data, exit_infeasible},
       {{"tokenfab validate scenarios/main.json", "every problem at once, with place and fix"},
        {"tokenfab validate scenarios/main.json --set '/workloads/load/request_rate=24 /s'",
         "would this value be accepted?"}}},
      {"plan",
       User::Planner,
       "The table to standard output; results/NAME-plan or --out: every trial (plan.csv), "
       "plan.json and plan-winner.json, a scenario that runs as it is.",
       {exit_scenario, exit_data, exit_infeasible, exit_interrupted},
       {{"tokenfab plan scenarios/main.json --chips h100-sxm,h200,b200",
         "the cheapest server and layout that keeps the scenario's service level"},
        {"tokenfab plan scenarios/main.json --slo 'ttft_p99_s < 2 s' --budget 'chips <= 16' "
         "--quantization bf16,fp8 --split mixed,1:1",
         "own promises, a budget, number formats, pools for prefill and decode"}}},
      {"report",
       User::Planner,
       "One HTML file that needs no network.",
       {exit_scenario, exit_data},
       {{"tokenfab report results/main --out main.html", "where energy and money go, hour by hour"},
        {"tokenfab report results/main results/main-curve --out both.html",
         "a run and cost curves on one page"}}},
      {"show",
       User::Planner,
       prints,
       {exit_scenario, exit_data, exit_infeasible},
       {{"tokenfab show scenarios/main.json --resolved", "with all defaults and catalogue values"},
        {"tokenfab show scenarios/main.json --resolved --origins",
         "and the file and line that each value comes from"}}},
  };
}

std::vector<CommandGuide> guides_of_researchers() {
  return {
      {"compare",
       User::Researcher,
       "Standard output; with --out the picture and points of the break-even.",
       {exit_scenario, exit_data, exit_infeasible, exit_false},
       {{"tokenfab compare scenarios/main.json scenarios/main-physical.json",
         "plays both; every metric and cost that differs"},
        {"tokenfab compare results/before results/after --tolerance 0.01",
         "two results; exit 10 beyond 1 %"},
        {"tokenfab compare scenarios/main.json --chips h100-sxm,h200,b200",
         "one scenario on three chips: a table of generations"},
        {"tokenfab compare scenarios/main.json scenarios/main-physical.json --break-even "
         "'load = 0.1 .. 4'",
         "at what load do both cost the same?"}}},
      {"sweep",
       User::Researcher,
       "One database (SQLite): results/NAME.sqlite or --out. Every run is in it as soon as it has "
       "ended; --resume goes on after a kill.",
       {exit_scenario, exit_data, exit_infeasible, exit_interrupted},
       {{"tokenfab sweep sweep.json --dry-run", "how many runs of what?"},
        {"tokenfab sweep sweep.json --jobs 8", "plays them, eight at a time"},
        {"tokenfab sweep sweep.json --shard 2/16 --out part-2.sqlite", "one of sixteen machines"}}},
      {"sweep merge",
       User::Researcher,
       "The new database.",
       {exit_scenario, exit_data},
       {{"tokenfab sweep merge all.sqlite part-1.sqlite part-2.sqlite", "the shards as one"}}},
      {"sweep csv",
       User::Researcher,
       "Standard output, or the file named by --out.",
       {exit_scenario, exit_data},
       {{"tokenfab sweep csv all.sqlite --out all.csv", "a row per run, for a spreadsheet"}}},
      {"timeline",
       User::Researcher,
       "The trace: trace.json.gz in the result folder, or the file named by --out.",
       {exit_scenario, exit_data},
       {{"tokenfab timeline results/main", "replicas and requests for ui.perfetto.dev"},
        {"tokenfab timeline results/main --from '10 min' --to '12 min' --out two-minutes.json",
         "two minutes, every request"}}},
      {"curve",
       User::Researcher,
       "The table to standard output; results/NAME-curve or --out: the points (curve.csv) and a "
       "picture of every view (SVG).",
       {exit_scenario, exit_data, exit_infeasible},
       {{"tokenfab curve scenarios/curve-llama-70b.json", "cost against speed, four chips"},
        {"tokenfab curve scenarios/curve-llama-70b.json --chips h200,b200 --views own,energy",
         "two chips at the scenario's own cost, and in joules"}}},
      {"validate-against",
       User::Researcher,
       "The errors to standard output; with --out every row (rows.csv), tables (errors.md), plots "
       "and error bands.",
       {exit_scenario, exit_data},
       {{"tokenfab validate-against measured.csv --by chip,regime",
         "how far off, chip by chip and regime by regime"},
        {"tokenfab validate-against measured.csv --out results/errors", "every row, with plots"}}},
      {"calibrate",
       User::Researcher,
       "The file named by --out: values, intervals, errors on what was kept back.",
       {exit_scenario, exit_data},
       {{"tokenfab calibrate kernels.csv --out fit.json", "a fit and its errors on other shapes"},
        {"tokenfab calibrate served.csv --out fit.json --split model",
         "each model in turn left out"}}},
  };
}

std::vector<CommandGuide> guides_of_ci() {
  return {
      {"gate",
       User::Ci,
       "The checks to standard output; --junit, --markdown and --benchmark name files; --update "
       "writes the baseline.",
       {exit_scenario, exit_data, exit_false},
       {{"tokenfab gate --baseline baseline.json --update results/main",
         "what is accepted: writes the baseline"},
        {"tokenfab gate --baseline baseline.json results/main",
         "exit 10 if a cost, a latency or a curve got worse"},
        {"tokenfab gate --baseline baseline.json --policy policy.json --junit gate.xml "
         "chips=results/chips-curve",
         "own tolerances and waivers, checks as JUnit tests"}}},
      {"rerun",
       User::Ci,
       prints,
       {exit_scenario, exit_data, exit_infeasible, exit_false},
       {{"tokenfab rerun results/main", "plays it again: is every byte the same?"},
        {"tokenfab rerun results/main/report.json --data traces", "with its data in traces/"}}},
  };
}

std::vector<CommandGuide> guides_of_anyone() {
  return {
      {"list",
       User::Anyone,
       prints,
       {},
       {{"tokenfab list chips", "the chips of the catalogue"},
        {"tokenfab list metrics", "every metric of a report, with its sentence and unit"},
        {"tokenfab list routers --format json", "for programs"}}},
      {"explain",
       User::Anyone,
       prints,
       {},
       {{"tokenfab explain /services/*/pools/*/engine/max_num_seqs",
         "a field: meaning, unit, range, default"},
        {"tokenfab explain ttft_p99_s", "a metric"},
        {"tokenfab explain chips/h100-sxm", "a catalogue entry: every value with its source"}}},
      {"schema",
       User::Anyone,
       prints,
       {},
       {{"tokenfab schema > scenario.schema.json", "for the completion of your editor"}}},
      {"import hf",
       User::Anyone,
       prints,
       {exit_scenario},
       {{"tokenfab import hf config.json --id my-model", "a model as an entry of the catalogue"}}},
      {"completion",
       User::Anyone,
       prints,
       {},
       {{"tokenfab completion bash > ~/.local/share/bash-completion/completions/tokenfab",
         "for good"},
        {"tokenfab completion fish > ~/.config/fish/completions/tokenfab.fish", "for fish"},
        {"tokenfab completion zsh > _tokenfab", "for a folder of zsh's fpath"}}},
      {"manual",
       User::Anyone,
       prints,
       {},
       {{"tokenfab manual > tokenfab.1", "the manual page: man ./tokenfab.1"},
        {"tokenfab manual --format markdown > docs/commands.md", "the page of the repository"}}},
  };
}

}  // namespace

std::string_view heading_of(User user) {
  switch (user) {
    case User::Planner:
      return "Planners run";
    case User::Researcher:
      return "Researchers compare";
    case User::Ci:
      return "CI guards";
    case User::Anyone:
      break;
  }
  return "Anyone looks up";
}

const std::vector<CommandGuide>& command_guides() {
  static const auto all = [] {
    std::vector<CommandGuide> guides;
    for (const auto part :
         {guides_of_planners, guides_of_researchers, guides_of_ci, guides_of_anyone}) {
      const auto more = part();
      guides.insert(guides.end(), more.begin(), more.end());
    }
    return guides;
  }();
  return all;
}

const CommandGuide* find_guide(std::string_view command) {
  const auto& all = command_guides();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const CommandGuide& each) { return each.command == command; });
  return found == all.end() ? nullptr : &*found;
}

const std::vector<Example>& first_examples() {
  static const std::vector<Example> examples{
      {"tokenfab run scenarios/main.json", "what does a million tokens cost here?"},
      {"tokenfab list chips", "what else could it run on?"},
      {"tokenfab run scenarios/main.json --set /sites/site/clusters/h100/node/use=hgx-h200",
       "and there?"},
      {"tokenfab explain ttft_p99_s", "what does that number mean?"}};
  return examples;
}

}  // namespace tokenfab::tools
