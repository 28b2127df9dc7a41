// SPDX-License-Identifier: Apache-2.0
// Tables of training throughput, every row a job on a cluster of its own. The step is asked of the
// job's plan, which is what the simulator charges every step of an undisturbed run
// (tests/unit/measured_tables_test.cpp runs one).
#pragma once

#include <string_view>

#include "sim/measured/case_formats.hpp"

namespace tokenfab {

/// Step times of the DGX Cloud benchmarking recipes (NVIDIA/dgxc-benchmarking).
CaseFormat dgxc_training_format();
/// Tokens per second and GPU of NeMo and Megatron-Bridge (performance summaries).
CaseFormat nemo_training_format();
/// Throughput of llm-foundry (MosaicML).
CaseFormat foundry_training_format();
/// Step times and TFLOP/s of papers: Narayanan 2021, arXiv:2104.04473; Korthikanti 2022,
/// arXiv:2205.05198.
CaseFormat paper_training_format();

/// Regime of rows whose layout is not published: ours stands for it.
inline constexpr std::string_view assumed_training_layout = "training with assumed layout";

}  // namespace tokenfab
