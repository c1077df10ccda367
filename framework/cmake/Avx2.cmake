# Code of other libraries' templates for AVX2, in programs that run without.
#
# A template that two files use is compiled in both, and the linker keeps whichever it meets first: compiled for AVX2 in one
# of them, it would end the program on processors that have none. So what such a file makes is hidden before it is linked.

# ag_compile_for_avx2(ROOM SOURCE FUNCTION)  adds a file of this folder to a room, compiled for AVX2, as an object
# that shows nothing but the function of that name. The room's files see AG_AVX2_OBJECTS, which is 0 where there is none:
# on other processors, and where sanitizers or coverage watch each object.
function(ag_compile_for_avx2 room source function)
  set(possible OFF)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT AG_SANITIZE AND NOT AG_COVERAGE AND CMAKE_OBJCOPY)
    set(possible ON)
  endif()
  target_compile_definitions(ag_${room} PRIVATE AG_AVX2_OBJECTS=$<BOOL:${possible}>)
  if(NOT possible)
    return()
  endif()
  add_library(ag_${room}_avx2 OBJECT ${source})
  target_compile_features(ag_${room}_avx2 PRIVATE cxx_std_20)
  target_compile_options(ag_${room}_avx2 PRIVATE -mavx2 -fno-gnu-unique)  # unique names stay visible
  target_include_directories(ag_${room}_avx2 PRIVATE $<TARGET_PROPERTY:ag_${room},INCLUDE_DIRECTORIES>)
  get_target_property(uses ag_${room} LINK_LIBRARIES)
  target_link_libraries(ag_${room}_avx2 PRIVATE ${uses})
  set(merged "${CMAKE_CURRENT_BINARY_DIR}/${room}_avx2_merged.o")
  set(hidden "${CMAKE_CURRENT_BINARY_DIR}/${room}_avx2.o")
  # Groups are what the linker recognises templates by.
  add_custom_command(
    OUTPUT ${hidden}
    COMMAND ${CMAKE_CXX_COMPILER} -r -nostdlib -Wl,--force-group-allocation -o ${merged}
            $<TARGET_OBJECTS:ag_${room}_avx2>
    COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=*${function}* ${merged} ${hidden}
    DEPENDS ag_${room}_avx2 $<TARGET_OBJECTS:ag_${room}_avx2>
    COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${hidden} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  target_sources(ag_${room} PRIVATE ${hidden})
endfunction()
