// SPDX-License-Identifier: Apache-2.0
// Files of site data by kind and format. A new format is a reader and one line of the table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

struct SiteFormat {
  DataKind kind;
  std::string_view name;
  std::string_view description;
  /// Whether a file that begins with this line is meant to be of this format. At most one format of
  /// a kind says so of any file that is sound.
  bool (*recognises)(std::string_view first_line);
  SiteData (*read)(SiteFile& file, std::string_view first_line);
};

std::span<const SiteFormat> site_formats();

/// "weather", "utility rate", ...
std::string_view name_of(DataKind kind);

/// Names of the formats of a kind, sorted, without "auto".
std::vector<std::string_view> site_data_formats(DataKind kind);

/// Reads and checks the whole file at `path`. What is unusual but usable is told in `warnings`.
/// ConfigError: unknown format, or the file is missing or unreadable. DataError: all problems of
/// the file, the first 20 of many. `sha256`, if given, becomes the digest of the raw file.
SiteData read_site_data(const DataFile& file, const std::string& path,
                        const SiteReadOptions& options, std::vector<std::string>& warnings,
                        std::string* sha256 = nullptr);

/// The same for contents opened otherwise; errors name the stream.
SiteData read_site_data(DataKind kind, std::string_view format, ByteStream stream,
                        const SiteReadOptions& options, std::vector<std::string>& warnings);

}  // namespace tokenfab
