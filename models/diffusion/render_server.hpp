// SPDX-License-Identifier: Apache-2.0
// A group of chips that makes images or videos: one queue, first come first served, one batch at a
// time. A batch takes the oldest request and those of the very same shape behind it, oldest first,
// while their items stay within max_batch_size; a request with more items than that is a batch by
// itself. It starts at once: nobody waits for a fuller batch.
//
// A state machine in time: next_event() and advance_to(); advancing in two calls equals advancing
// in one. A batch is one event.
// Left out: preemption, batches that change between steps, switching of models and adapters.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "models/diffusion/render_work.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

/// A finished batch. Its energy is reported by harvest_energy_j().
struct RenderBatch {
  GenerationShape shape;
  std::vector<std::uint64_t> requests;
  Instant start;
  Instant end;
  RenderWork work;
  std::uint64_t items() const { return requests.size() * shape.images; }
};

/// Told what happens, in order of simulated time.
class RenderObserver {
 public:
  virtual ~RenderObserver() = default;
  virtual void started(std::uint64_t request, Instant now) = 0;
  virtual void finished(std::uint64_t request, Instant now) = 0;
  /// After finished() of each of its requests.
  virtual void batch_done(const RenderBatch& batch) = 0;
};

class RenderServer {
 public:
  RenderServer(std::int64_t max_batch_size, const RenderModel& model, RenderObserver& observer);

  /// Batches that begin from now on cost what this model says; it must outlive its use.
  void set_model(const RenderModel& model) { model_ = &model; }

  /// The server starts only at make_available(); until then requests queue up.
  void hold() { available_ = false; }
  void make_available(Instant now);

  /// The caller's number for the request comes back in the observer. The shape must not be text.
  void submit(std::uint64_t request, const GenerationShape& shape, Instant now);

  /// End of the batch under way; none while idle.
  std::optional<Instant> next_event() const;
  void advance_to(Instant now);

  /// Energy above idle used since the last harvest; now >= every earlier date given.
  double harvest_energy_j(Instant now);

  /// The chips die: drops the batch under way, whose energy is spent, and the queue. Returns every
  /// request held, running ones first. The server stays held until make_available().
  std::vector<std::uint64_t> fail(Instant now);

  /// The run ends: drops the batch under way and returns the time spent on it.
  Duration stop_at(Instant now);

  bool busy() const { return is_running_; }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t running() const { return is_running_ ? batch_.requests.size() : 0; }

 private:
  struct Waiting {
    std::uint64_t request;
    GenerationShape shape;
  };

  void begin_batch(Instant now);
  void end_batch();
  double used_energy_j(Instant now) const;

  std::int64_t max_batch_size_;
  const RenderModel* model_;
  RenderObserver* observer_;
  std::deque<Waiting> waiting_;
  RenderBatch batch_;
  bool is_running_ = false;
  bool available_ = true;
  double harvested_j_ = 0;       // of the batch under way
  double pending_energy_j_ = 0;  // of ended batches
};

}  // namespace tokenfab
