// SPDX-License-Identifier: Apache-2.0
#include "sim/data/find_data_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/data/open_job_trace.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

struct Alias {
  const char* published;
  const char* compressed;
};

/// The name a file is published under, and the name of our compressed copy of it.
constexpr std::array aliases{
    Alias{"AzureLLMInferenceTrace_conv.csv", "azure2023_conv.csv.gz"},
    Alias{"AzureLLMInferenceTrace_code.csv", "azure2023_code.csv.gz"},
    Alias{"conversation_trace.jsonl", "mooncake_conversation.jsonl.gz"},
};

std::vector<fs::path> names_of(const fs::path& name) {
  std::vector<fs::path> names{name};
  for (const auto& [published, compressed] : aliases) {
    if (name.filename() == published) {
      names.push_back(name.parent_path() / compressed);
    } else if (name.filename() == compressed) {
      names.push_back(name.parent_path() / published);
    }
  }
  return names;
}

bool is_file(const fs::path& path) {
  std::error_code unreadable;  // a path that cannot be looked at is not there
  const auto status = fs::status(path, unreadable);
  if (fs::is_directory(status)) {
    throw ConfigError({problem_at(path.string(), 0, "is a directory, expected a data file")});
  }
  return fs::exists(status);
}

/// What a data set is and how its file is called.
struct DataSet {
  std::string_view name;
  std::string_view licence;
  std::string_view file;
};

/// The data set of a format; where that is not known the one whose file is called so.
template <class Formats>
std::optional<DataSet> data_set_of(const std::string& name, const std::string& format,
                                   const Formats& formats) {
  std::optional<DataSet> found;
  const auto file = fs::path(name).filename().string();
  for (const auto& candidate : formats) {
    const DataSet set{candidate.data_set, candidate.licence, candidate.file};
    if (candidate.name == format) {
      return set;
    }
    if (!file.empty() && candidate.file.find(file) != std::string_view::npos) {
      found = set;
    }
  }
  return found;
}

std::string where_to_get(const std::string& name, const std::string& format) {
  auto known = data_set_of(name, format, trace_formats());
  if (!known) {
    known = data_set_of(name, format, job_trace_formats());
  }
  return known ? fmt::format("{}, {}: put {} beside the scenario or in a folder of TOKENFAB_DATA",
                             known->name, known->licence, known->file)
               : "put it beside the scenario or in a folder of TOKENFAB_DATA";
}

[[noreturn]] void reject_missing(const std::string& name, const std::string& format,
                                 const std::vector<std::string>& folders) {
  const auto searched =
      folders.empty() ? std::string() : fmt::format(" in {}", fmt::join(folders, ", "));
  throw ConfigError({problem_at(name, 0, fmt::format("no such data file{}", searched),
                                where_to_get(name, format))});
}

}  // namespace

std::string find_data_file(const std::string& name, const std::string& format,
                           const std::vector<std::string>& folders) {
  if (name.empty()) {
    throw ConfigError(
        {problem_at("", 0, "the name of the data file is empty", where_to_get("", format))});
  }
  if (name.find('\0') != std::string::npos) {
    reject_missing(name, format, folders);  // the system would open what stands before the NUL
  }
  if (fs::path(name).is_absolute()) {
    if (is_file(name)) {
      return name;
    }
    reject_missing(name, format, {});
  }
  for (const auto& folder : folders) {
    for (const auto& candidate : names_of(name)) {
      if (!folder.empty() && is_file(fs::path(folder) / candidate)) {
        return (fs::path(folder) / candidate).string();
      }
    }
  }
  reject_missing(name, format, folders);
}

}  // namespace tokenfab
