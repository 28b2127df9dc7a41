// SPDX-License-Identifier: Apache-2.0
#include "tools/exit_codes.hpp"

#include <cstdio>

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

}  // namespace

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

}  // namespace tokenfab::tools
