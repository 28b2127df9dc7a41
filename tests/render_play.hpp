// SPDX-License-Identifier: Apache-2.0
// A render server on a table: prices with round numbers and an observer that writes down.
#pragma once

#include <map>
#include <vector>

#include "models/diffusion/render_server.hpp"

namespace tokenfab::testing {

/// setup + per_item x items; 1 kW all the time.
struct FakeRenderModel : RenderModel {
  Duration setup;
  Duration per_item = Duration::from_seconds(1);

  RenderWork cost(const GenerationShape& shape, std::int64_t prompts) const override {
    RenderWork work;
    work.time_by_part[0] = setup;
    work.time_by_part[1] = per_item * (prompts * shape.images);
    work.dynamic_energy_j = 1000 * work.time().seconds();
    return work;
  }
};

struct RenderDiary : RenderObserver {
  struct Entry {
    Instant start;
    Instant end;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  void started(std::uint64_t request, Instant now) override { entries[request].start = now; }
  void finished(std::uint64_t request, Instant now) override {
    entries[request].end = now;
    order.push_back(request);
  }
  void batch_done(const RenderBatch& batch) override { batches.push_back(batch); }

  std::map<std::uint64_t, Entry> entries;
  std::vector<std::uint64_t> order;
  std::vector<RenderBatch> batches;
};

inline Instant at_s(double seconds) { return Instant(Duration::from_seconds(seconds)); }

}  // namespace tokenfab::testing
