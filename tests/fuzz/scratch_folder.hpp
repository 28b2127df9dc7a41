// SPDX-License-Identifier: Apache-2.0
// A folder in which fuzzed bytes are the content of files, for readers that want a path.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/check.hpp"

namespace tokenfab::fuzz {

/// Gone at the end. All `names` are one file.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::vector<std::string>& names) {
    auto path = (std::filesystem::temp_directory_path() / "tokenfab-fuzz-XXXXXX").string();
    CHECK(::mkdtemp(path.data()) != nullptr, "no folder {}", path);
    folder_ = path;
    file_ = file("bytes");
    write(file_, "");
    for (const auto& name : names) {
      std::filesystem::create_symlink("bytes", file(name));
    }
  }
  ~ScratchFolder() {
    std::error_code failed;
    std::filesystem::remove_all(folder_, failed);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return folder_; }
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  void fill(std::string_view bytes) const { write(file_, bytes); }

 private:
  static void write(const std::string& path, std::string_view bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    CHECK(out, "{} is not written", path);
  }

  std::string folder_;
  std::string file_;
};

}  // namespace tokenfab::fuzz
