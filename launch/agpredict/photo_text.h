// What is told of a photo, in words, as JSON and as rows of CSV. All lines with their ends.
#pragma once

#include <string>

#include "launch/agpredict/photo_result.h"
#include "tracking/report/terminal.h"

namespace ag::predict {

bool is_male(const deploy::FaceAnswer& answer);

// "female 97%  34 (27-41)": beside a face, and in its line.
std::string label_of(const deploy::FaceAnswer& answer);

// A line for each face, or one that says that there is none. Not of a complaint.
std::string to_text(const PhotoResult& result, const report::Terminal& terminal);

// One line: {"photo": "a.jpg", "width": 640, "height": 480, "faces": [{"box": [left, top, width,
// height], "crop": […], "score": 1.8, "landmarks": [[x, y], …], "gender": "female", "p_female":
// 0.97, "p_male": 0.03, "age": {"mean": 34.1, "likeliest": 33, "p10": 27, "p90": 41}}]}. Of a photo
// that couldn't be read: {"photo": "a.jpg", "error": "…"}. p10 and p90 are null where the network
// tells no distribution.
std::string to_json(const PhotoResult& result);

std::string csv_header();
// A row for each face.
std::string to_csv(const PhotoResult& result);

}  // namespace ag::predict
