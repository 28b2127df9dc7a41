// SPDX-License-Identifier: Apache-2.0
#include "models/diffusion/render_server.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {

RenderServer::RenderServer(std::int64_t max_batch_size, const RenderModel& model,
                           RenderObserver& observer)
    : max_batch_size_(max_batch_size), model_(&model), observer_(&observer) {
  CHECK(max_batch_size >= 1, "max_batch_size {}", max_batch_size);
}

void RenderServer::make_available(Instant now) {
  available_ = true;
  if (!is_running_) {
    begin_batch(now);
  }
}

void RenderServer::submit(std::uint64_t request, const GenerationShape& shape, Instant now) {
  CHECK(!shape.is_text(), "request {} is text", request);
  waiting_.push_back({request, shape});
  if (available_ && !is_running_) {
    begin_batch(now);
  }
}

std::optional<Instant> RenderServer::next_event() const {
  return is_running_ ? std::optional(batch_.end) : std::nullopt;
}

void RenderServer::advance_to(Instant now) {
  while (is_running_ && batch_.end <= now) {
    const auto boundary = batch_.end;
    end_batch();
    begin_batch(boundary);
  }
}

void RenderServer::begin_batch(Instant now) {
  if (waiting_.empty() || !available_) {
    return;
  }
  batch_.shape = waiting_.front().shape;
  batch_.requests.clear();
  auto room = max_batch_size_;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const bool is_first = batch_.requests.empty();
    if (!is_first && room < batch_.shape.images) {
      break;
    }
    if (at->shape == batch_.shape) {
      batch_.requests.push_back(at->request);
      room -= batch_.shape.images;
      at = waiting_.erase(at);
    } else {
      ++at;
    }
  }
  batch_.start = now;
  batch_.work = model_->cost(batch_.shape, static_cast<std::int64_t>(batch_.requests.size()));
  CHECK(batch_.work.time() > Duration{}, "a batch of {} takes no time", batch_.requests.size());
  batch_.end = now + batch_.work.time();
  harvested_j_ = 0;
  is_running_ = true;
  for (const auto request : batch_.requests) {
    observer_->started(request, now);
  }
}

void RenderServer::end_batch() {
  pending_energy_j_ += batch_.work.dynamic_energy_j - harvested_j_;
  harvested_j_ = batch_.work.dynamic_energy_j;
  // Still running while the observer hears of it: what it submits in return only queues up.
  for (const auto request : batch_.requests) {
    observer_->finished(request, batch_.end);
  }
  observer_->batch_done(batch_);
  is_running_ = false;
}

double RenderServer::used_energy_j(Instant now) const {
  // Within a batch the power is its mean. A meter that was idle may catch up with dates before it.
  const auto elapsed = std::max(0.0, (now - batch_.start).seconds());
  return batch_.work.dynamic_energy_j * (elapsed / batch_.work.time().seconds());
}

double RenderServer::harvest_energy_j(Instant now) {
  double energy = pending_energy_j_;
  pending_energy_j_ = 0;
  if (is_running_) {
    const double used = used_energy_j(now);
    energy += used - harvested_j_;
    harvested_j_ = used;
  }
  return energy;
}

std::vector<std::uint64_t> RenderServer::fail(Instant now) {
  std::vector<std::uint64_t> held;
  if (is_running_) {
    pending_energy_j_ += used_energy_j(now) - harvested_j_;
    held = batch_.requests;
    is_running_ = false;
  }
  for (const auto& waiting : waiting_) {
    held.push_back(waiting.request);
  }
  waiting_.clear();
  available_ = false;
  return held;
}

Duration RenderServer::stop_at(Instant now) {
  if (!is_running_) {
    return Duration{};
  }
  CHECK(now < batch_.end, "a batch was due before the stop");
  pending_energy_j_ += used_energy_j(now) - harvested_j_;
  is_running_ = false;
  return now - batch_.start;
}

}  // namespace tokenfab
