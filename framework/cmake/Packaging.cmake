# Install rules, the CMake package and cpack.
