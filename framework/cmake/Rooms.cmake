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
  if(PROGRAM_TORCH)
    _ag_share_torch_pch(${name})
  endif()
endfunction()

# ag_parses_commands(SOURCES...)  says of this folder's files that they read command lines, once a run: CLI11's templates
# take the optimiser longer than all else in them, so it leaves them alone.
function(ag_parses_commands)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O0 SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# Programs take the rooms' precompiled header. It was made with -fPIC, and CMake gives programs -fPIE instead, with
# which GCC refuses it.
function(_ag_share_torch_pch target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC)
  target_precompile_headers(${target} REUSE_FROM ag_torch_pch)
endfunction()

# ag_unit_tests(NAME USES ... [TORCH] [LABELS ...])  makes one test program of every *_test.cpp here.
#
# ctest runs several at a time, each on one thread where it asks for no more: OpenMP's threads spin while they wait, and
# with more of them than cores two programs of seconds have taken minutes.
function(ag_unit_tests name)
  cmake_parse_arguments(TESTS "TORCH" "" "USES;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp")
  add_executable(unit_${name} ${sources})
  target_link_libraries(unit_${name} PRIVATE ${TESTS_USES} ag_test_support GTest::gmock GTest::gtest_main ag_toolchain)
  if(TESTS_TORCH)
    _ag_share_torch_pch(unit_${name})
  endif()
  add_test(NAME unit.${name} COMMAND unit_${name} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_tests_properties(unit.${name} PROPERTIES LABELS "unit;${TESTS_LABELS}" TIMEOUT 300
                       ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()

# ag_mpi_test(NAME RANKS n [n ...] SOURCES ... USES ...)  makes a program with its own main and runs it under mpirun.
function(ag_mpi_test name)
  cmake_parse_arguments(TEST "" "" "RANKS;SOURCES;USES;LABELS" ${ARGN})
  add_executable(mpi_${name} ${TEST_SOURCES})
  target_link_libraries(mpi_${name} PRIVATE ${TEST_USES} ag_test_support GTest::gmock GTest::gtest ag_toolchain)
  _ag_share_torch_pch(mpi_${name})
  foreach(ranks IN LISTS TEST_RANKS)
    add_test(NAME mpi.${name}.np${ranks}
             COMMAND ${MPIEXEC_EXECUTABLE} --oversubscribe --allow-run-as-root -np ${ranks} $<TARGET_FILE:mpi_${name}>)
    set_tests_properties(mpi.${name}.np${ranks} PROPERTIES LABELS "mpi;${TEST_LABELS}" TIMEOUT 300 PROCESSORS 2
                         ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
  endforeach()
endfunction()
