# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything Latchkey builds on, each as one target.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(CapnProto 1.5 REQUIRED)

# Cap'n Proto is linked statically: a KJ program starts in 1.5 ms instead of 4.5 ms.
add_library(latchkey-capnp INTERFACE)
foreach(lib capnp-rpc capnp kj-async kj)
  find_library(LATCHKEY_LIB_${lib} NAMES lib${lib}.a REQUIRED)
  list(APPEND LATCHKEY_CAPNP_LIBRARIES ${LATCHKEY_LIB_${lib}})
endforeach()
target_link_libraries(latchkey-capnp INTERFACE ${LATCHKEY_CAPNP_LIBRARIES} Threads::Threads)

include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES ${LATCHKEY_CAPNP_LIBRARIES} Threads::Threads)
set(CMAKE_REQUIRED_FLAGS -std=c++23)
check_cxx_source_compiles([[
#include <kj/async.h>
kj::Promise<int> one() { co_return 1; }
kj::Promise<int> two() { co_return co_await one() + 1; }
int main() { kj::EventLoop loop; kj::WaitScope scope(loop); return two().wait(scope) - 2; }
]] LATCHKEY_KJ_COROUTINES)
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT LATCHKEY_KJ_COROUTINES)
  unset(LATCHKEY_KJ_COROUTINES CACHE)   # Looked at again after the machine was put right.
  message(FATAL_ERROR
    "This compiler and this Cap'n Proto cannot build a KJ coroutine.\n"
    "Needed: clang 19 (g++ 14 crashes on every one) and libcapnp-dev 1.5 or later, which Debian testing has and which "
    "installs on Debian 13 (Debian 13's own 1.1 is built without the coroutine symbols).\n"
    "./dev build sets all of this up.")
endif()

pkg_check_modules(FUSE3 REQUIRED IMPORTED_TARGET fuse3>=3.17)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp>=2.5.5)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
# Statically: an app's start waits for every library that the launcher loads.
find_library(LATCHKEY_SODIUM libsodium.a REQUIRED)
set_property(TARGET PkgConfig::SODIUM PROPERTY INTERFACE_LINK_LIBRARIES ${LATCHKEY_SODIUM})
# Only where other machines are spoken with (Apache-2.0: never in one program with libnftables, GPL-2.0 alone).
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET libssl>=3.5 libcrypto)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(PIPEWIRE REQUIRED IMPORTED_TARGET libpipewire-0.3)
pkg_check_modules(WAYLAND_CLIENT REQUIRED IMPORTED_TARGET wayland-client)
find_package(tomlplusplus REQUIRED)

find_package(Qt6 6.8 REQUIRED COMPONENTS Core Gui Qml Quick QuickControls2 Svg DBus Test LinguistTools)
find_package(KF6Archive 6.0 REQUIRED)
qt_standard_project_setup(REQUIRES 6.8)
set(CMAKE_AUTOMOC OFF)   # Only the Qt folders and the tests turn it on.
set(CMAKE_AUTOUIC OFF)
qt_policy(SET QTP0001 NEW)
qt_policy(SET QTP0004 NEW)
