// SPDX-License-Identifier: Apache-2.0
#include "tools/exit_codes.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "sim/core/errors.hpp"

namespace tokenfab::tools {
namespace {

int report(const InputError& error, int code) {
  for (const auto& problem : error.problems()) {
    std::fprintf(stderr, "%s\n", describe(problem).c_str());
  }
  const auto count = error.problems().size();
  std::fprintf(stderr, "tokenfab: %zu problem%s\n", count, count == 1 ? "" : "s");
  return code;
}

int report(const std::exception& error, int code) {
  std::fprintf(stderr, "tokenfab: %s\n", error.what());
  return code;
}

constexpr std::array meanings{
    ExitCodeMeaning{exit_ok, "Done; what was asked for holds"},
    ExitCodeMeaning{exit_internal,
                    "The program failed: a bug of ours, no memory, or output that cannot be taken"},
    ExitCodeMeaning{exit_usage, "The command line is wrong"},
    ExitCodeMeaning{exit_scenario,
                    "A scenario, or another file that the command reads or writes, "
                    "is wrong; every problem is told at once"},
    ExitCodeMeaning{exit_data,
                    "A data file is wrong: a trace, weather, prices, measurements, a "
                    "report"},
    ExitCodeMeaning{exit_infeasible, "The scenario cannot be run: it does not fit"},
    ExitCodeMeaning{exit_interrupted, "Interrupted (SIGINT, SIGTERM); no half results are left"},
    ExitCodeMeaning{exit_false,
                    "An assertion, a comparison or a gate does not hold; the results "
                    "are written"},
};

}  // namespace

std::span<const ExitCodeMeaning> exit_code_meanings() { return meanings; }

int exit_code_of(const std::function<int()>& command) {
  try {
    return command();
  } catch (const ConfigError& error) {
    return report(error, exit_scenario);
  } catch (const DataError& error) {
    return report(error, exit_data);
  } catch (const InfeasibleError& error) {
    return report(error, exit_infeasible);
  } catch (const UsageError& error) {
    return report(error, exit_usage);
  } catch (const std::exception& error) {
    return report(error, exit_internal);
  }
}

int after_output(int code) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "standard output cannot be written");
  }
  return code;
}

}  // namespace tokenfab::tools
