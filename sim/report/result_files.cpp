// SPDX-License-Identifier: Apache-2.0
#include "sim/report/result_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "sim/core/errors.hpp"
#include "sim/report/csv_field.hpp"

namespace tokenfab {
namespace {

[[noreturn]] void cannot_write(const std::string& path, const std::string& reason) {
  std::vector<Problem> problems;
  problems.push_back({{path, 0, 0}, "", "cannot be written: " + reason, ""});
  throw ConfigError(problems);
}

}  // namespace

PendingFile::PendingFile(std::string path)
    : path_(std::move(path)), temporary_(fmt::format("{}.{}.tmp", path_, ::getpid())) {
  if (const auto folder = std::filesystem::path(path_).parent_path(); !folder.empty()) {
    std::error_code failed;  // then the file cannot be made either, which says why
    std::filesystem::create_directories(folder, failed);
  }
  file_ = std::fopen(temporary_.c_str(), "wb");
  if (file_ == nullptr) {
    cannot_write(path_, std::strerror(errno));
  }
}

PendingFile::~PendingFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    std::remove(temporary_.c_str());
  }
}

void PendingFile::write(std::string_view text) {
  failed_ = std::fwrite(text.data(), 1, text.size(), file_) != text.size() || failed_;
}

void PendingFile::flush() {
  failed_ = std::fflush(file_) != 0 || failed_;
  if (failed_) {
    cannot_write(path_, std::strerror(errno));
  }
}

void PendingFile::commit() {
  failed_ = std::fflush(file_) != 0 || failed_;
  const std::string reason = std::strerror(errno);
  failed_ = std::fclose(file_) != 0 || failed_;
  file_ = nullptr;
  if (failed_ || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    std::remove(temporary_.c_str());
    cannot_write(path_, failed_ ? reason : std::strerror(errno));
  }
}

ResultFiles::ResultFiles(const std::string& folder, const RowFiles& with) : folder_(folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    cannot_write(folder, error.message());
  }
  if (with.requests) {
    requests_ = std::make_unique<PendingFile>(folder + "/requests.csv");
    requests_->write(
        "id,service,tenant,status,arrival_s,ttft_s,tpot_s,e2el_s,input_tokens,"
        "cached_input_tokens,output_tokens,pool,replica\n");
  }
  if (with.series) {
    series_ = std::make_unique<PendingFile>(folder + "/series.csv");
    series_->write(
        "time_s,site,it_power_w,site_power_w,pue,price_usd_per_kwh,carbon_g_per_kwh,"
        "requests_waiting,requests_running,output_tokens_per_s,replicas_ready,import_power_w,"
        "renewable_power_w,cooling_power_w,water_l,clock,dry_bulb_degc,wet_bulb_degc,coolant_degc,"
        "room_degc,chip_degc,battery_charge,jobs_waiting,jobs_running,job_chips\n");
  }
  if (with.jobs) {
    jobs_ = std::make_unique<PendingFile>(folder + "/jobs.csv");
    jobs_->write(
        "job,id,cluster,user,status,submit_s,start_s,end_s,chips,nodes,interruptions,"
        "preemptions\n");
  }
  if (with.events) {
    events_ = std::make_unique<PendingFile>(folder + "/events.csv");
    events_->write("time_s,site,cluster,kind,subject,detail\n");
  }
  if (with.fleet) {
    fleet_ = std::make_unique<PendingFile>(folder + "/fleet.csv");
    fleet_->write("end_s,site,cluster,pool,group,replicas,busy,kv_usage,clock,power_w\n");
  }
}

void ResultFiles::job(const JobRecord& record) {
  fmt::memory_buffer row;
  auto out = std::back_inserter(row);
  fmt::format_to(out, "{},{},{},{},{},{},", CsvField{record.source}, record.id,
                 CsvField{record.cluster}, CsvField{record.user}, name_of(record.status),
                 record.submit.seconds());
  for (const auto& date : {record.start, record.end}) {
    if (date) {
      fmt::format_to(out, "{}", date->seconds());
    }
    row.push_back(',');
  }
  fmt::format_to(out, "{},{},{},{}\n", record.chips, record.nodes, record.interruptions,
                 record.preemptions);
  jobs_->write({row.data(), row.size()});
}

void ResultFiles::request(const RequestRecord& record) {
  fmt::memory_buffer row;
  const auto seconds = [&row](const std::optional<Duration>& value) {
    if (value) {
      fmt::format_to(std::back_inserter(row), "{}", value->seconds());
    }
    row.push_back(',');
  };
  fmt::format_to(std::back_inserter(row), "{},{},{},{},{},", record.id, CsvField{record.service},
                 CsvField{record.tenant}, name_of(record.status), record.arrival.seconds());
  seconds(record.ttft);
  seconds(record.tpot);
  seconds(record.e2el);
  fmt::format_to(std::back_inserter(row), "{},{},{},{},", record.input_tokens,
                 record.cached_input_tokens, record.output_tokens, CsvField{record.pool});
  if (!record.pool.empty()) {
    fmt::format_to(std::back_inserter(row), "{}", record.replica);
  }
  row.push_back('\n');
  requests_->write({row.data(), row.size()});
}

void ResultFiles::series(const SeriesRecord& record) {
  fmt::memory_buffer row;
  auto out = std::back_inserter(row);
  fmt::format_to(out, "{},{},{},{},", record.end.seconds(), CsvField{record.site},
                 record.it_power_w, record.site_power_w);
  if (record.it_power_w > 0) {
    fmt::format_to(out, "{}", record.site_power_w / record.it_power_w);
  }
  fmt::format_to(out, ",{},{},{},{},{},{}", record.price_usd_per_kwh, record.carbon_g_per_kwh,
                 record.requests_waiting, record.requests_running, record.output_tokens_per_s,
                 record.replicas_ready);
  fmt::format_to(out, ",{},{},{},{},{},{},{}", record.import_power_w, record.renewable_power_w,
                 record.cooling_power_w, record.water_l, record.clock, record.dry_bulb_degc,
                 record.wet_bulb_degc);
  for (const auto& state :
       {record.coolant_degc, record.room_degc, record.chip_degc, record.battery_charge}) {
    row.push_back(',');
    if (state) {
      fmt::format_to(out, "{}", *state);
    }
  }
  fmt::format_to(out, ",{},{},{}\n", record.jobs_waiting, record.jobs_running, record.job_chips);
  series_->write({row.data(), row.size()});
}

void ResultFiles::event(const EventRecord& record) {
  fmt::memory_buffer row;
  fmt::format_to(std::back_inserter(row), "{},{},{},{},{},{}\n", record.at.seconds(),
                 CsvField{record.site}, CsvField{record.cluster}, name_of(record.kind),
                 CsvField{record.subject}, CsvField{record.detail});
  events_->write({row.data(), row.size()});
}

void ResultFiles::fleet(const FleetRecord& record) {
  // Seven digits are enough for a picture, and half the file.
  const auto brief = [](double value) { return static_cast<float>(value); };
  fmt::memory_buffer row;
  auto out = std::back_inserter(row);
  fmt::format_to(out, "{},{},{},{},{},{},{},", record.end.seconds(), CsvField{record.site},
                 CsvField{record.cluster}, CsvField{record.pool}, record.group, record.units,
                 brief(record.busy));
  if (record.kv_usage) {
    fmt::format_to(out, "{}", brief(*record.kv_usage));
  }
  fmt::format_to(out, ",{},{}\n", brief(record.clock), brief(record.power_w));
  fleet_->write({row.data(), row.size()});
}

void ResultFiles::flush() {
  for (const auto* file : {&requests_, &series_, &jobs_, &events_, &fleet_}) {
    if (*file != nullptr) {
      (*file)->flush();
    }
  }
}

void ResultFiles::commit(std::string_view report, std::string_view resolved_scenario,
                         std::string_view months) {
  // What an earlier run left here and this one does not write would pass for this one's.
  const auto remove_unless = [this](bool is_written, const char* name) {
    if (!is_written) {
      std::error_code failed;  // cannot be: the folder takes the report
      std::filesystem::remove(std::filesystem::path(folder_) / name, failed);
    }
  };
  remove_unless(has_requests(), "requests.csv");
  remove_unless(has_series(), "series.csv");
  remove_unless(has_jobs(), "jobs.csv");
  remove_unless(has_events(), "events.csv");
  remove_unless(has_fleet(), "fleet.csv");
  remove_unless(!months.empty(), "months.csv");
  if (!months.empty()) {
    PendingFile months_file(folder_ + "/months.csv");
    months_file.write(months);
    months_file.commit();
  }
  PendingFile scenario_file(folder_ + "/scenario.json");
  scenario_file.write(resolved_scenario);
  PendingFile report_file(folder_ + "/report.json");
  report_file.write(report);
  for (const auto* file : {&requests_, &series_, &jobs_, &events_, &fleet_}) {
    if (*file != nullptr) {
      (*file)->commit();
    }
  }
  scenario_file.commit();
  report_file.commit();  // last: its presence says that the result is whole
}

}  // namespace tokenfab
