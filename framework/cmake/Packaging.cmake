# Install rules, the CMake package and cpack. Two components: what runs, and what one builds against.
#
#   bin/                     the programs; they look for their libraries in ../lib/agtrain
#   lib/agtrain/             LibTorch's shared libraries and what these need that no Debian package brings
#   share/agtrain/           env.sh and the experiments
#   include/agtrain/         this project's headers, by the paths that they include each other by
#   include/agtrain/libtorch LibTorch's headers. They come along so that the installed tree stands alone: a program
#                            built against other headers than those of lib/agtrain would crash, not fail to link.
#   lib/, lib/cmake/agtrain  the rooms as static libraries, and find_package(agtrain)
include(CMakePackageConfigHelpers)

get_property(programs GLOBAL PROPERTY AG_PROGRAMS)
get_property(rooms GLOBAL PROPERTY AG_ROOMS)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/agtrain")
set(header_dir "${CMAKE_INSTALL_INCLUDEDIR}/agtrain")

# --- What runs
if(programs)
  install(TARGETS ${programs} RUNTIME COMPONENT runtime)
endif()
install(IMPORTED_RUNTIME_ARTIFACTS ${AG_TORCH_LIBRARIES} RUNTIME_DEPENDENCY_SET torch_needs
        LIBRARY DESTINATION lib/agtrain COMPONENT runtime)
# Of all that LibTorch needs, what lies beside it comes along; the rest is the system's.
set(beside_torch "")
foreach(dir IN LISTS AG_TORCH_LIBRARY_DIR AG_TORCH_COMPANION_DIRS)
  file(REAL_PATH "${dir}" real_dir)   # CMake's versions differ in whether they resolve what they match
  foreach(form IN LISTS dir real_dir)
    string(REGEX REPLACE "([][+.*()^$?{}|\\])" "\\\\\\1" form "${form}")
    list(APPEND beside_torch "^${form}/")
  endforeach()
endforeach()
install(RUNTIME_DEPENDENCY_SET torch_needs COMPONENT runtime
        PRE_EXCLUDE_REGEXES [[^libcuda\.so]]
        POST_INCLUDE_REGEXES ${beside_torch}
        POST_EXCLUDE_REGEXES ".*"
        DIRECTORIES ${AG_TORCH_COMPANION_DIRS}
        LIBRARY DESTINATION lib/agtrain COMPONENT runtime)
if(AG_WITH_CUDA)
  # Loaded when a GPU is found, so linked by nobody; what it needs comes from a toolkit or from the wheels' folders.
  file(GLOB cuda_libraries "${AG_TORCH_LIBRARY_DIR}/libtorch_*.so" "${AG_TORCH_ROOT}/../nvidia/*/lib/lib*.so*")
  install(FILES ${cuda_libraries} DESTINATION lib/agtrain COMPONENT runtime)
  list(APPEND rooms ag_cuda)
endif()
install(FILES launch/env.sh DESTINATION share/agtrain COMPONENT runtime)
install(DIRECTORY experiments DESTINATION share/agtrain COMPONENT runtime OPTIONAL)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION share/doc/agtrain COMPONENT runtime)
install(DIRECTORY "${AG_TORCH_ROOT}/licenses/" DESTINATION share/doc/agtrain/libtorch COMPONENT runtime OPTIONAL)

# --- What one builds against
install(TARGETS ${rooms} ag_torch EXPORT agtrain ARCHIVE COMPONENT development)
install(EXPORT agtrain NAMESPACE ag:: FILE agtrainTargets.cmake DESTINATION "${package_dir}" COMPONENT development)
install(DIRECTORY framework tracking dataprep DESTINATION "${header_dir}" COMPONENT development
        FILES_MATCHING PATTERN "*.h" PATTERN cmake EXCLUDE)
install(DIRECTORY "${PROJECT_BINARY_DIR}/generated/framework" DESTINATION "${header_dir}" COMPONENT development)
install(DIRECTORY "${AG_TORCH_ROOT}/include/" DESTINATION "${header_dir}/libtorch" COMPONENT development)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/agtrainConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/agtrainConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/agtrainConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/agtrainConfig.cmake" "${PROJECT_BINARY_DIR}/agtrainConfigVersion.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/Libraries.cmake"
        DESTINATION "${package_dir}" COMPONENT development)

# --- Debian packages: agtrain and agtrain-dev
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "agtrain's developers <agtrain@localhost>")
set(CPACK_PACKAGE_NAME agtrain)
set(CPACK_PACKAGE_VENDOR agtrain)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_THREADS 0)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)  # xz takes minutes for LibTorch
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME agtrain)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS openmpi-bin)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${AG_TORCH_LIBRARY_DIR}" ${AG_TORCH_COMPANION_DIRS})
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME agtrain-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
string(CONCAT CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
       "agtrain (= ${PROJECT_VERSION}), libopenmpi-dev, libfmt-dev, libspdlog-dev, libcli11-dev, nlohmann-json3-dev, "
       "libyaml-cpp-dev, libhdf5-dev, libmatio-dev, libturbojpeg0-dev, libxxhash-dev, libsqlitecpp-dev, "
       "libsqlite3-dev, libcairo2-dev, libzip-dev, libonnx-dev, libprotobuf-dev, "
       "libhwy-dev, libdlib-dev, libblas-dev, liblapack-dev, libjpeg-dev, libexif-dev, libpng-dev, libjemalloc-dev")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "The programs, and the LibTorch that they run on")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, static libraries and the CMake package")
include(CPack)
