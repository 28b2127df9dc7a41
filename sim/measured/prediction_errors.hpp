// SPDX-License-Identifier: Apache-2.0
// Predictions beside what was measured: errors by quantity and label, as text, Markdown, rows and
// plots.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/measured/case_formats.hpp"
#include "sim/measured/case_runner.hpp"
#include "sim/measured/error_bands.hpp"
#include "sim/measured/error_sample.hpp"

namespace tokenfab {

/// The labels that errors can be grouped by.
const std::vector<std::string>& label_names();
/// One of them; numbers of users as a range: "9 to 32".
std::string label_of(const CaseLabels& labels, const std::string& name);

/// One measured value and its prediction.
struct Prediction {
  const MeasuredFile* file = nullptr;
  const MeasuredCase* row = nullptr;
  Observable quantity = Observable::TimePerOutputToken;
  double measured = 0;
  double predicted = 0;
};

struct PredictionErrors {
  std::vector<Prediction> predictions;
  std::size_t rows = 0;  // of all files
  std::size_t rows_predicted = 0;
  std::map<std::string, std::size_t> skipped;  // rows by reason
  std::map<std::string, std::size_t> failed;   // rows by what the run said
};

/// Runs all cases of the files, which must outlive the answer.
PredictionErrors predict_all(const std::vector<MeasuredFile>& files, int processes,
                             const std::function<void(std::size_t done, std::size_t all)>& watch);

/// Errors of one quantity: of all rows, and by the values of each label.
struct ErrorTable {
  Observable quantity = Observable::TimePerOutputToken;
  ErrorSample all;
  std::map<std::string, std::map<std::string, ErrorSample>> by;  // label, value
};

/// One per quantity that occurs.
std::vector<ErrorTable> error_tables(const PredictionErrors& errors,
                                     const std::vector<std::string>& by);

std::string error_text(const PredictionErrors& errors, const std::vector<ErrorTable>& tables);
std::string error_markdown(const PredictionErrors& errors, const std::vector<ErrorTable>& tables);
/// Every prediction; ends with a newline.
std::string error_rows(const PredictionErrors& errors);
/// Predicted against measured values of one quantity, a series per chip, as SVG.
std::string error_plot(const PredictionErrors& errors, Observable quantity);
std::vector<BandSample> band_samples(const PredictionErrors& errors);

}  // namespace tokenfab
