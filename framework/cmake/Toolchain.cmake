# Language level, warnings, compiler cache, linker, sanitizers and coverage.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# A precompiled header under ccache needs these; see ccache's manual, "Precompiled headers".
find_program(AG_CCACHE ccache)
if(AG_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${AG_CCACHE})
endif()

# What every target of this project is compiled with, and nothing from outside is.
add_library(ag_toolchain INTERFACE)
target_compile_options(ag_toolchain INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                              -Wno-missing-field-initializers)
# GCC 12 warns of std::string's own code (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(ag_toolchain INTERFACE -Wno-restrict)
endif()
# Several files compiled as one: GCC takes each for a header, in which a class must not hold what is private to a file.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ag_toolchain INTERFACE -Wno-subobject-linkage)
endif()
if(AG_CCACHE)
  target_compile_options(ag_toolchain INTERFACE -fpch-preprocess)
endif()
if(AG_WARNINGS_AS_ERRORS)
  target_compile_options(ag_toolchain INTERFACE -Werror)
endif()

find_program(AG_MOLD mold)
if(AG_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
  target_link_options(ag_toolchain INTERFACE -fuse-ld=mold)
endif()

set(AG_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
if(AG_SANITIZE)
  target_compile_options(ag_toolchain INTERFACE -fsanitize=${AG_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(ag_toolchain INTERFACE -fsanitize=${AG_SANITIZE})
endif()

option(AG_COVERAGE "Count the lines that are run, for gcov" OFF)
if(AG_COVERAGE)
  # Threads and ranks add to the same counters.
  target_compile_options(ag_toolchain INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(ag_toolchain INTERFACE --coverage)
endif()
