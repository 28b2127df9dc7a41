// SPDX-License-Identifier: Apache-2.0
// A workload at run time: pulls requests from its source and hands each to its service at the date
// the scheduler can first see it, arrival + front-end time (tokenization, HTTP).
//
// Requests are fetched ahead only as far as needed to know which one is visible next, so memory
// does not grow with the length of a trace and a request costs one event.
// Left out: queueing inside the front end; the front end of diffusion services.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/api/workload.hpp"
#include "sim/scenario/service_runtime.hpp"

namespace tokenfab {

class WorkloadRuntime : public engine::EventHandler {
 public:
  WorkloadRuntime(WorkloadId id, std::string name, std::unique_ptr<Workload> source,
                  ServiceRuntime& service, Floor& floor);

  const std::string& name() const { return name_; }
  const Workload& source() const { return *source_; }
  void start();
  void handle_event(Instant now) override;
  /// A request of this workload has been answered or rejected.
  void request_left(const Departure& departure);

  /// No request is pending and none will come by itself.
  bool is_dry() const { return pending_.empty() && !has_next_; }

  /// The horizon: requests that have arrived by `now` but are still in the front end.
  void stop_at(Instant now);

 private:
  struct Pending {
    Instant visible;
    std::uint64_t order;
    Arrival arrival;
    bool operator>(const Pending& other) const {
      return visible != other.visible ? visible > other.visible : order > other.order;
    }
  };

  void fetch();
  void push(Arrival&& arrival);
  Arrival pop();
  SlotId make_request(Arrival&& arrival);
  void reschedule();

  WorkloadId id_;
  std::string name_;
  std::unique_ptr<Workload> source_;
  ServiceRuntime& service_;
  Floor& floor_;
  engine::Agenda::Slot slot_;
  Duration front_end_;
  Duration front_end_per_token_;
  Arrival next_;  // the source's next request, not pending yet
  bool has_next_ = false;
  std::uint64_t pushed_ = 0;
  std::vector<Pending> pending_;  // min-heap by visible date
  std::vector<Arrival> replies_;
};

}  // namespace tokenfab
