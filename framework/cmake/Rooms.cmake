# A room is a folder, a CMake target ag_<name> and an alias ag::<name>. Headers are included by their path from
# the root of the project ("framework/core/error.h"). Sources are listed by glob: a room is what lies in its folder.

# ag_room(NAME [TORCH] USES ...)  makes a static library of every *.cpp here (and in its cpu/ folder, if that is no room).
# TORCH says that it sees tensors: it links ag::torch and shares the precompiled header.
function(ag_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "USES;EXCLUDE;EXTRA" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/cpu/CMakeLists.txt")
    file(GLOB cpu_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/cpu/*.cpp")
    list(APPEND sources ${cpu_sources})
  endif()
  foreach(name_to_exclude IN LISTS ROOM_EXCLUDE)
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${name_to_exclude}")
  endforeach()
  list(APPEND sources ${ROOM_EXTRA})
  add_library(ag_${name} STATIC ${sources})
  add_library(ag::${name} ALIAS ag_${name})
  set_target_properties(ag_${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY AG_ROOMS ag_${name})
  target_compile_features(ag_${name} PUBLIC cxx_std_20)
  target_include_directories(ag_${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>"
                                               "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>"
                                               "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/agtrain>")
  target_link_libraries(ag_${name} PUBLIC ${ROOM_USES} PRIVATE $<BUILD_INTERFACE:ag_toolchain>)
  if(ROOM_TORCH)
    target_link_libraries(ag_${name} PUBLIC ag::torch)
    target_precompile_headers(ag_${name} REUSE_FROM ag_torch_pch)
  endif()
endfunction()

# ag_program(NAME [TORCH] SOURCES ... USES ...)  makes a program in build/bin, which is installed.
function(ag_program name)
  cmake_parse_arguments(PROGRAM "TORCH" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_USES} CLI11::CLI11 ag_toolchain)
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/agtrain")
  set_property(GLOBAL APPEND PROPERTY AG_PROGRAMS ${name})
  if(AG_COVERAGE)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/framework/cmake/coverage_counts.cpp)
  endif()
  if(PROGRAM_TORCH)
    _ag_share_pch(${name} ag_torch_pch)
  endif()
endfunction()

# ag_apart(PATTERNS...)  says of this folder's files, several of a kind, that they name what is private to them alike on
# purpose: in a unity build (CMAKE_UNITY_BUILD, which the release preset sets) each is compiled by itself.
function(ag_apart)
  file(GLOB sources CONFIGURE_DEPENDS ${ARGN})
  set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# ag_parses_commands(SOURCES...)  says of this folder's files that they read command lines, once a run: CLI11's templates
# take the optimiser longer than all else in them, so it leaves them alone.
function(ag_parses_commands)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O0 SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# A program takes another target's precompiled header. That was made with -fPIC, and CMake gives programs -fPIE instead,
# with which GCC refuses it.
function(_ag_share_pch program owner)
  set_target_properties(${program} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${program} PRIVATE -fPIC)
  target_precompile_headers(${program} REUSE_FROM ${owner})
endfunction()
