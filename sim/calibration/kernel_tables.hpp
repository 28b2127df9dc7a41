// SPDX-License-Identifier: Apache-2.0
// Tables of single-kernel timings as ai-dynamo/aiconfigurator publishes them, one file per chip and
// kernel: told apart by their columns, the chip by the start of the file's name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

enum class KernelTable { Matmul, DecodeAttention, PrefillAttention, Experts, AllReduce, Library };

/// A chip that was measured.
struct KernelSystem {
  std::string_view prefix;  // of the files
  std::string_view chip;    // in the catalogue
  double cache_bytes;       // last level, shared by all cores
};

struct KernelFile {
  std::string path;
  KernelTable table;
  KernelSystem system;
};

struct KernelFormat {
  KernelTable table;
  std::string_view name;     // in file names: "gemm_perf"
  std::string_view summary;  // one line for people
  std::vector<std::string> columns;
};

std::span<const KernelFormat> kernel_formats();
std::span<const KernelSystem> kernel_systems();

/// Whether a file's columns are those of a kernel table: other tables are somebody else's.
bool is_kernel_file(const std::string& path);

/// Throws DataError where no format has the file's columns (naming what each lacks) or its name
/// begins with no system's prefix.
KernelFile kernel_file(const std::string& path);

}  // namespace tokenfab
