// SPDX-License-Identifier: Apache-2.0
// The pages of the manual that belong to no command.
#include "tools/command_guides.hpp"

namespace tokenfab::tools {
namespace {

ManualPage progress_page() {
  return {
      "Progress",
      {"`tokenfab run` tells on standard error where it is, at most twice a second. With "
       "`--progress auto` that is one line which is written over, and only where standard error "
       "is a terminal. With `--progress json` it is one JSON object per line, for CI; the last "
       "one of a run that was played to its end has \"done\": true.",
       "  {\"elapsed_s\": 1.5, \"simulated_s\": 5020, \"requests\": 27000, \"events\": 410000,",
       "   \"fraction\": 0.14, \"eta_s\": 9.2, \"energy_j\": 6.8e7, \"cost_usd\": 33.6,",
       "   \"cost_per_mtok_usd\": 0.93, \"done\": false}",
       "`elapsed_s` is wall time, `simulated_s` the date in the scenario, counted from its "
       "start. `requests` have left the factory: completed, rejected or failed; `jobs` have "
       "ended. `fraction` is of the horizon, else of the requests and jobs that are expected; "
       "`eta_s` is the wall time left if the rest goes as fast as the part so far. What is not "
       "known is left out.",
       "The running cost is no forecast: `cost_usd` is what the ledgers hold so far. That is the "
       "bill of the energy metered until then, and capital, rent and fixed running costs for the "
       "simulated time so far. `cost_per_mtok_usd` divides it by a million input and output tokens "
       "so far: high at first, while the first tokens carry the time before them. `energy_j` is "
       "what the sites have used. Bill and energy are as far as the plant is metered, until its "
       "last interval (`plant_interval`). The line with \"done\": true says what the report says.",
       "`tokenfab sweep` and `--replications` tell how many runs are done, with `--progress json` "
       "as `runs_done`, `runs`, `runs_without_numbers`, `runs_per_s` and `eta_s`."}};
}

ManualPage environment_page() {
  return {"Environment",
          {"`TOKENFAB_DATA`: folders with data files (traces, weather, prices), between colons. "
           "A data file is looked for beside the scenario, beside the scenarios that it extends, "
           "then in each of these folders in order."}};
}

ManualPage files_page() {
  return {
      "Files",
      {"`results/NAME/`: what `tokenfab run` leaves behind. Files appear together at the end of a "
       "run; one that fails, is interrupted or killed leaves none under its name.",
       "  report.json     metrics, ledgers, assertions, warnings, provenance, and the stamp:",
       "                  version, commit, sha256 of scenario and data, seed, compiler",
       "  scenario.json   the scenario with all defaults; a scenario itself",
       "  inputs.json     where the data files were found, seen from this folder; for rerun",
       "  events.csv      what happened            fleet.csv    groups of replicas over time",
       "  requests.csv    a row per request        jobs.csv     a row per job",
       "  series.csv      a row per interval       months.csv   a row per month and site",
       "`share/tokenfab/scenarios/` below the folder that the program is installed in "
       "(`/usr` for the Debian package): the scenarios of the examples. Copy them:",
       "  cp -r /usr/share/tokenfab/scenarios ."}};
}

}  // namespace

const std::vector<ManualPage>& manual_pages() {
  static const std::vector<ManualPage> pages{progress_page(), environment_page(), files_page()};
  return pages;
}

}  // namespace tokenfab::tools
