# Third-party libraries, each found once and named here, so that a room lists names and no paths.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Protobuf REQUIRED)  # what ONNX is written with
find_package(ONNX REQUIRED)
find_package(hwy REQUIRED)  # SIMD with dispatch at run time
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)  # malloc of the programs that compute
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(matio REQUIRED IMPORTED_TARGET matio)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo)
pkg_check_modules(libpng REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(libexif REQUIRED IMPORTED_TARGET libexif)
find_package(dlib REQUIRED)  # finds faces

# Debian's yaml-cpp 0.7 exports a plain name.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
