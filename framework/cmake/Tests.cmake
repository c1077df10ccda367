# Programs that test, and what they share. Most of a clean build's time was theirs: they are compiled with little
# optimisation, and with GoogleTest in their precompiled headers.
find_package(GTest REQUIRED)

add_library(ag_test_support INTERFACE)
target_include_directories(ag_test_support INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_definitions(ag_test_support INTERFACE AG_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                                     AG_BINARY_DIR="${PROJECT_BINARY_DIR}")

# Its options come after those of the build type.
add_library(ag_test_toolchain INTERFACE)
target_link_libraries(ag_test_toolchain INTERFACE ag_toolchain)
target_compile_options(ag_test_toolchain INTERFACE $<$<CONFIG:Release>:-O1>)

foreach(kind "" torch_)
  add_library(ag_${kind}test_pch OBJECT "${CMAKE_CURRENT_LIST_DIR}/torch_pch.cpp")
  target_link_libraries(ag_${kind}test_pch PUBLIC fmt::fmt GTest::gmock ag_test_toolchain)
  target_precompile_headers(ag_${kind}test_pch PUBLIC "${CMAKE_CURRENT_LIST_DIR}/${kind}test_pch.h")
endforeach()
target_link_libraries(ag_torch_test_pch PUBLIC ag_torch)

# ag_test_program(NAME [TORCH] SOURCES ... USES ...)  makes a program of tests, which is not installed.
function(ag_test_program name)
  cmake_parse_arguments(PROGRAM "TORCH" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_USES} ag_test_support fmt::fmt GTest::gmock ag_test_toolchain)
  if(PROGRAM_TORCH)
    _ag_share_pch(${name} ag_torch_test_pch)
  else()
    _ag_share_pch(${name} ag_test_pch)
  endif()
endfunction()

# ag_unit_tests(NAME USES ... [TORCH] [LABELS ...])  makes one test program of every *_test.cpp here.
#
# ctest runs several at a time, each on one thread where it asks for no more: OpenMP's threads spin while they wait, and
# with more of them than cores two programs of seconds have taken minutes.
function(ag_unit_tests name)
  cmake_parse_arguments(TESTS "TORCH" "" "USES;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp")
  set(torch "")
  if(TESTS_TORCH)
    set(torch TORCH)
  endif()
  ag_test_program(unit_${name} ${torch} SOURCES ${sources} USES ${TESTS_USES} GTest::gtest_main)
  add_test(NAME unit.${name} COMMAND unit_${name} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_tests_properties(unit.${name} PROPERTIES LABELS "unit;${TESTS_LABELS}" TIMEOUT 300
                       ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()

# ag_mpi_test(NAME RANKS n [n ...] SOURCES ... USES ...)  makes a program with its own main and runs it under mpirun.
function(ag_mpi_test name)
  cmake_parse_arguments(TEST "" "" "RANKS;SOURCES;USES;LABELS" ${ARGN})
  ag_test_program(mpi_${name} TORCH SOURCES ${TEST_SOURCES} USES ${TEST_USES} GTest::gtest)
  foreach(ranks IN LISTS TEST_RANKS)
    add_test(NAME mpi.${name}.np${ranks}
             COMMAND ${MPIEXEC_EXECUTABLE} --oversubscribe --allow-run-as-root -np ${ranks} $<TARGET_FILE:mpi_${name}>)
    set_tests_properties(mpi.${name}.np${ranks} PROPERTIES LABELS "mpi;${TEST_LABELS}" TIMEOUT 300 PROCESSORS 2
                         ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
  endforeach()
endfunction()
