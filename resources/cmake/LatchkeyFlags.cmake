# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
# Compiler flags, the same for every target.

find_program(LATCHKEY_CCACHE ccache)
if(LATCHKEY_CCACHE)
  # The root is entered at the same path from every checkout, so that checkouts share the cache. The sloppiness is what
  # ccache asks for to cache precompiled headers.
  set(ccache_command ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${LATCHKEY_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ccache_command})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_command})
endif()

add_compile_options(-Wall -Wextra -Wno-unused-parameter -Wnon-virtual-dtor -Wformat=2 -fstack-protector-strong
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
if(LATCHKEY_WERROR)
  add_compile_options(-Werror)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# No search path for libraries in any program. Qt's set-up asks for one at installation, for which CMake keeps room with
# empty entries - and an empty entry means the working directory, which may be an app's.
set(CMAKE_SKIP_RPATH ON)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2> _FILE_OFFSET_BITS=64)
add_link_options(-fuse-ld=lld -Wl,-z,relro,-z,now -Wl,--gc-sections)
if(LATCHKEY_SANITIZE)
  set(LATCHKEY_REPORTS ${CMAKE_BINARY_DIR}/reports)   # Where every process leaves what was found in it.
  add_compile_options(-fsanitize=${LATCHKEY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LATCHKEY_SANITIZE})
  if(LATCHKEY_SANITIZE MATCHES undefined)
    # KJ and Qt downcast by design where `vptr` would want type information of shared libraries.
    add_compile_options(-fno-sanitize=vptr,function -fno-sanitize-recover=undefined)
  endif()
endif()
if(LATCHKEY_FUZZERS)
  # The libraries tell the fuzzer which of their lines an input reaches.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
