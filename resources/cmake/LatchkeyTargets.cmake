# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One library per folder. A library may link, and so include, only what stands below it:
#   schema < base < broker;  schema, base < portals/*;  schema, base < launcher/*;  all of them < app
# Headers are included by their path from the top ("broker/base/clock.h"). Each library sees only its own folder and those
# of the libraries it links, through a folder of links made here: a forbidden include does not compile.

set(LATCHKEY_INCLUDE_ROOT ${CMAKE_BINARY_DIR}/include)

# latchkey_folder(TARGET): makes the current source folder includable for TARGET and whoever links it.
function(latchkey_folder target)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  get_filename_component(parent ${folder} DIRECTORY)
  set(view ${LATCHKEY_INCLUDE_ROOT}/${target})
  file(MAKE_DIRECTORY ${view}/${parent})
  if(NOT IS_SYMLINK ${view}/${folder})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${folder} SYMBOLIC)
  endif()
  target_include_directories(${target} PUBLIC ${view})
endfunction()

# latchkey_library(NAME SOURCES ... LINKS ...): a static library of the current folder. Headers are found beside sources.
function(latchkey_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  latchkey_folder(${name})
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
endfunction()

# latchkey_reports(TARGET): what a sanitizer finds in this program is found after the tests (tests/support).
function(latchkey_reports target)
  if(LATCHKEY_SANITIZE AND LATCHKEY_TESTS)
    target_link_libraries(${target} PRIVATE latchkey-sanitizer-reports)
  endif()
endfunction()

# Everything that is installed.
add_custom_target(programs)

# latchkey_program(NAME [TYPED] SOURCES ... LINKS ...): installed where nobody types its name, but for TYPED ones. The
# programs look for each other in these two folders (besideUs in broker/base/spawn.h), so neither can be chosen.
function(latchkey_program name)
  cmake_parse_arguments(arg "TYPED" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  latchkey_reports(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  add_dependencies(programs ${name})
  if(arg_TYPED)
    install(TARGETS ${name} DESTINATION bin)
  else()
    install(TARGETS ${name} DESTINATION libexec/latchkey)
  endif()
endfunction()

# latchkey_kj_headers(TARGET): precompiled KJ and Cap'n Proto headers, shared among all KJ targets.
function(latchkey_kj_headers)
  foreach(target ${ARGN})
    target_precompile_headers(${target} REUSE_FROM latchkey-kj-headers)
  endforeach()
endfunction()

# latchkey_starts_fast(TARGET [ALL]): for programs that stand between a person and the start of an app. The C++ library is
# linked statically - finding its symbols takes longer than all that such a program does - and with ALL the C library too.
function(latchkey_starts_fast target)
  if(LATCHKEY_SANITIZE)
    return()
  endif()
  if("ALL" IN_LIST ARGN)
    target_link_options(${target} PRIVATE -static-pie)
    # CMake leaves room for a run path, and the C library's start-up code of such programs dies of having one.
    set_target_properties(${target} PROPERTIES SKIP_BUILD_RPATH ON INSTALL_RPATH "")
  else()
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()
