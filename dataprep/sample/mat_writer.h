// Writes an album's table as the imdb.mat of IMDB-WIKI: MATLAB 5, one struct `imdb`.
#pragma once

#include <filesystem>

#include "dataprep/sample/album.h"

namespace ag::dataprep {

// `size` is the pictures' side in pixels. The same album gives the same bytes. Throws Error.
void write_imdb_mat(const std::filesystem::path& path, const Album& album, int size);

}  // namespace ag::dataprep
